#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <random>

namespace hansom::bench {

/// Chance from a seed: the same seed gives the same numbers everywhere.
class Chance {
 public:
  explicit Chance(std::uint64_t seed) : bits_(seed) {}

  /// From 0 to just under 1.
  double roll() { return static_cast<double>(bits_() >> 11) * 0x1p-53; }
  /// Happens with this probability.
  bool in(double share) { return roll() < share; }
  /// From 0 to `count` - 1. REQUIRES: `count` is above 0.
  std::size_t below(std::size_t count) { return bits_() % count; }
  /// Both ends included.
  int between(int low, int high) {
    return low + static_cast<int>(below(static_cast<std::size_t>(high - low) + 1));
  }
  /// One of several. REQUIRES: there are some.
  template <typename Several>
  const auto& pick(const Several& several) {
    return several[below(std::size(several))];
  }

 private:
  std::mt19937_64 bits_;
};

}  // namespace hansom::bench
