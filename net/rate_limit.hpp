#pragma once

#include <algorithm>
#include <chrono>

namespace hansom::net {

/// A token bucket: `per_second` messages on average, in bursts of twice that, but of one at least.
/// 0: no limit.
class RateLimit {
 public:
  using Clock = std::chrono::steady_clock;

  explicit RateLimit(double per_second)
      : per_second_(per_second), burst_(std::max(1.0, 2 * per_second)), left_(burst_) {}

  /// Counts one message; false when it is one too many.
  bool allows(Clock::time_point now) {
    if (per_second_ == 0) return true;
    const double elapsed_s = std::chrono::duration<double>(now - last_).count();
    left_ = std::min(burst_, left_ + elapsed_s * per_second_);
    last_ = now;
    if (left_ < 1) return false;
    left_ -= 1;
    return true;
  }

 private:
  double per_second_;
  double burst_;
  double left_;
  Clock::time_point last_ = Clock::now();
};

}  // namespace hansom::net
