#pragma once

#include "engine/commands.hpp"
#include "engine/rules.hpp"
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

/// The one way into the engine: any thread pushes, the engine thread takes. While it is away,
/// deciding or syncing, what comes next gathers here.
class CommandQueue {
 public:
  /// False when the queue is full or closed; `submitted` is then untouched. It is full with fewer
  /// commands while the engine is behind. Who comes and goes, and who has been sent all, is always
  /// taken: they are bounded by the sockets there are, and the engine must not miss one.
  bool push(Submitted&& submitted) {
    const bool must = asks_for_socket(submitted.command) ||
                      std::holds_alternative<Disconnect>(submitted.command) ||
                      std::holds_alternative<Drained>(submitted.command);
    const std::lock_guard lock(mutex_);
    const auto most = is_behind_ ? queued_commands_behind_max : queued_commands_max;
    if (closed_ || (!must && waiting_.size() >= most)) return false;
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
    note_turn(count);
    return !(closed_ && batch.empty());
  }

  /// With the turn of `batch`, which was taken last, so many may be in flight: none unless more can
  /// wait behind it; few while the engine is behind, as what was accepted waits for all of them. On
  /// the engine's thread.
  std::size_t in_flight_max(const std::vector<Submitted>& batch) const {
    if (batch.size() < commands_per_turn_max) return 0;
    return is_behind_ ? turns_in_flight_behind_max : turns_in_flight_max;
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
  /// The engine is behind after many turns that left something, until it is at ease for many, which
  /// were not full and left nothing. A single such turn says little: the senders may just have been
  /// off the processor.
  void note_turn(std::size_t commands) {
    turns_behind_ =
        waiting_.empty() ? turns_behind_ / 2 : std::min(turns_behind_ + 1, turns_behind_max);
    const bool is_at_ease = waiting_.empty() && commands < commands_per_turn_max;
    turns_at_ease_ = is_at_ease ? turns_at_ease_ + 1 : 0;
    if (turns_behind_ == turns_behind_max) is_behind_ = true;
    if (turns_at_ease_ >= turns_at_ease_min) is_behind_ = false;
  }

  mutable std::mutex mutex_;
  std::condition_variable not_empty_;
  std::deque<Submitted> waiting_;
  std::size_t turns_behind_ = 0;
  std::size_t turns_at_ease_ = 0;
  bool is_behind_ = false;  // changed on the engine's thread alone
  bool called_ = false;
  bool closed_ = false;
};

}  // namespace hansom::net
