#pragma once

// Logs full of random rides, made by the bench's fleet.

#include "bench/fleet_load.hpp"
#include "events/memory_log.hpp"
#include "net/dialects/wire_renderer.hpp"
#include "tests/support/logs.hpp"

#include <cstdint>

namespace hansom {

/// Lets a fleet go on with a log until that has so many events.
inline void fill(EventLog& log, std::uint64_t seed, std::uint64_t events,
                 const bench::FleetSizes& sizes = {},
                 const Renderer& renderer = net::WireRenderer()) {
  bench::FleetLoad load(log, seed, sizes, renderer);
  while (load.events() < events) load.turn();
}

inline Envelopes events_of_fleet(std::uint64_t seed, std::uint64_t events,
                                 const bench::FleetSizes& sizes = {}) {
  MemoryLog log;
  fill(log, seed, events, sizes);
  return read_all(log);
}

}  // namespace hansom
