#pragma once

#include "engine/commands.hpp"
#include "net/limits.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <iterator>
#include <mutex>
#include <optional>
#include <vector>

namespace hansom::net {

/// Whether more may wait behind what was taken for a turn: it is as large as one may be.
inline bool more_may_wait(const std::vector<Submitted>& batch) {
  return batch.size() == commands_per_turn_max;
}

/// The one way into the engine: any thread pushes, the engine thread takes. While it is away,
/// deciding or syncing, what comes next gathers here.
class CommandQueue {
 public:
  /// False when the queue is full or closed; `submitted` is then untouched. Who comes and goes is
  /// always taken: they are bounded by the sockets there are, and the engine must not miss one.
  bool push(Submitted&& submitted) {
    const bool must =
        asks_for_socket(submitted.command) || std::holds_alternative<Disconnect>(submitted.command);
    const std::lock_guard lock(mutex_);
    if (closed_ || (!must && waiting_.size() >= queued_commands_max)) return false;
    waiting_.push_back(std::move(submitted));
    if (waiting_.size() == 1) not_empty_.notify_one();
    return true;
  }

  /// Fills `batch` with what is there, at most `commands_per_turn_max`; waits for something for so
  /// long, or for good, or until a turn is called. False once the queue is closed and empty.
  bool take(std::vector<Submitted>& batch, std::optional<std::chrono::microseconds> patience) {
    batch.clear();
    std::unique_lock lock(mutex_);
    const auto something = [this] { return closed_ || called_ || !waiting_.empty(); };
    if (patience) {
      not_empty_.wait_for(lock, *patience, something);
    } else {
      not_empty_.wait(lock, something);
    }
    called_ = false;
    const auto count = std::min(waiting_.size(), commands_per_turn_max);
    const auto end = waiting_.begin() + static_cast<std::ptrdiff_t>(count);
    batch.reserve(count);
    std::move(waiting_.begin(), end, std::back_inserter(batch));
    waiting_.erase(waiting_.begin(), end);
    return !(closed_ && batch.empty());
  }

  /// Lets the engine take a turn now, be there commands or none.
  void call_turn() {
    const std::lock_guard lock(mutex_);
    called_ = true;
    not_empty_.notify_one();
  }

  /// Takes nothing more; what is there can still be taken out.
  void close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    not_empty_.notify_one();
  }

  std::size_t size() const {
    const std::lock_guard lock(mutex_);
    return waiting_.size();
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable not_empty_;
  std::deque<Submitted> waiting_;
  bool called_ = false;
  bool closed_ = false;
};

}  // namespace hansom::net
