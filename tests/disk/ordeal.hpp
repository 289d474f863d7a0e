#pragma once

// What the ordeals of a log share: rides to be logged, and seeds that can be repeated.

#include "events/rocksdb_setup.hpp"
#include "tests/support/fleet.hpp"
#include "tests/support/torture.hpp"

#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>

namespace hansom {

/// The seed of an ordeal: another one each time, or that which is to be repeated (HANSOM_SEED).
inline std::uint64_t ordeal_seed() {
  const auto* seed = std::getenv("HANSOM_SEED");
  return seed ? std::stoull(seed) : std::random_device{}();
}

/// What a random fleet did: as much as a log is filled with at most.
inline const Envelopes& rides_of_fleet() {
  static const auto rides = events_of_fleet(7, 6'000);
  return rides;
}

/// A log that writes tables, marks and its index all the time, where a server's would seldom.
inline constexpr RocksDbSetup restless{
    .records_buffer_bytes = 64u << 10,
    .index_buffer_bytes = 64u << 10,
    .upkeep_interval = std::chrono::milliseconds{1},
};

/// A log that is as quick to open as a small one can be: its files are not made large in advance.
inline constexpr RocksDbSetup small{.records_buffer_bytes = 4u << 20,
                                    .index_buffer_bytes = 1u << 20};

}  // namespace hansom
