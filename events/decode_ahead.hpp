#pragma once

#include "events/digest.hpp"
#include "events/event.hpp"

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace hansom {

/// Records on their way from the thread that reads them to the one that visits their events.
/// Whoever has nothing better to do checks and decodes: both of these, and threads of its own where
/// the machine has cores for them. What comes out is what one thread would make of it, in order.
class DecodeAhead {
 public:
  /// What came of records in a row.
  struct Decoded {
    std::vector<Envelope> events;
    /// What is wrong behind these events, and at which position.
    struct Fault {
      Position at;
      std::string what;
    };
    std::optional<Fault> fault;
  };

  /// `read` is called on a thread of its own, to `add` one record after the other.
  explicit DecodeAhead(std::function<void(DecodeAhead&)> read);
  ~DecodeAhead();

  /// Takes a record, the hash and last position of the one before, and its own last position as its
  /// key has it. False once nobody wants more.
  bool add(std::string_view record, const Digest& chain, Position end, Position named);

  /// The next ones, in order; null at the end, when `read` is done. Holds until the next call.
  const Decoded* next();

 private:
  struct Chunk;

  void finish();
  void work();

  void hand_over();
  Chunk* first_raw();
  void help_or_wait(std::unique_lock<std::mutex>& lock);
  void decode(Chunk& chunk, std::unique_lock<std::mutex>& lock);

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::unique_ptr<Chunk>> chunks_;  // in order; the first is what `next` gave
  std::vector<std::unique_ptr<Chunk>> spare_;
  bool front_is_taken_ = false;
  bool finished_ = false;
  bool stopped_ = false;

  std::unique_ptr<Chunk> filling_;  // the reading thread's own
  std::vector<std::jthread> threads_;
};

}  // namespace hansom
