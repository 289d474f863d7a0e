#include "bench/latencies.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace hansom::bench {

void Latencies::record(Duration taken) {
  taken = std::max(taken, Duration::zero());
  ++counts_[bucket_of(static_cast<std::uint64_t>(taken.count()))];
  ++count_;
  highest_ = std::max(highest_, taken);
}

void Latencies::add(const Latencies& other) {
  for (std::size_t i = 0; i < buckets; ++i) counts_[i] += other.counts_[i];
  count_ += other.count_;
  highest_ = std::max(highest_, other.highest_);
}

Latencies::Duration Latencies::quantile(double share) const {
  const auto rank = static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(count_)));
  std::uint64_t seen = 0;
  for (std::size_t bucket = 0; bucket < buckets && seen < rank; ++bucket) {
    seen += counts_[bucket];
    if (seen >= rank) {
      return std::min(highest_, Duration(static_cast<std::int64_t>(highest_in(bucket))));
    }
  }
  return highest_;
}

/// The first 2 * `fine` values have a bucket each; from there on every power of two has `fine`.
std::size_t Latencies::bucket_of(std::uint64_t ns) {
  const auto bits = static_cast<unsigned>(std::bit_width(ns));
  if (bits <= fine_bits) return ns;
  const auto shift = bits - fine_bits - 1;
  return shift * fine + static_cast<std::size_t>(ns >> shift);
}

std::uint64_t Latencies::highest_in(std::size_t bucket) {
  if (bucket < 2 * fine) return bucket;
  const auto shift = bucket / fine - 1;
  return ((static_cast<std::uint64_t>(bucket % fine + fine) + 1) << shift) - 1;
}

}  // namespace hansom::bench
