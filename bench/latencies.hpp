#pragma once

#include <array>
#include <chrono>
#include <cstdint>

namespace hansom::bench {

/// How long things took, counted in buckets that are as wide as 1/128 of what they count: whatever
/// is recorded, the memory is the same, and a quantile is at most that much too high.
class Latencies {
 public:
  using Duration = std::chrono::nanoseconds;

  /// What is below 0 counts as 0.
  void record(Duration taken);

  /// Counts all that the other has.
  void add(const Latencies& other);

  std::uint64_t count() const { return count_; }
  Duration highest() const { return highest_; }
  /// What `share` (above 0, 1 at most) of all that was recorded did not exceed. 0 without any.
  Duration quantile(double share) const;

 private:
  static constexpr unsigned fine_bits = 7;
  static constexpr std::size_t fine = 1u << fine_bits;
  static constexpr std::size_t buckets = (65 - fine_bits) * fine;

  static std::size_t bucket_of(std::uint64_t ns);
  static std::uint64_t highest_in(std::size_t bucket);

  std::array<std::uint64_t, buckets> counts_{};
  std::uint64_t count_ = 0;
  Duration highest_{};
};

}  // namespace hansom::bench
