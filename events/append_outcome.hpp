#pragma once

#include "events/event_log.hpp"

#include <atomic>

namespace hansom {

/// What became of an append: said once, on the log's thread maybe, and seen by who waits for it.
/// What was written before it was said can be read by who has seen it.
class AppendOutcome {
 public:
  void say(const LogResult& result) {
    result_ = result;
    is_known_.store(true, std::memory_order_release);
  }
  bool is_known() const { return is_known_.load(std::memory_order_acquire); }
  /// REQUIRES: it is known.
  const LogResult& result() const { return result_; }

  /// For another append.
  void clear() {
    result_ = {};
    is_known_ = false;
  }

 private:
  LogResult result_;
  std::atomic<bool> is_known_ = false;
};

}  // namespace hansom
