#pragma once

#include "bench/mode.hpp"

#include <chrono>
#include <filesystem>
#include <vector>

namespace hansom::bench {

struct GrowSettings {
  std::vector<std::size_t> live;    ///< bookings in progress, the baseline first
  std::vector<std::size_t> events;  ///< lengths of the log before the rides, the baseline first
  std::size_t moved = 0;            ///< rides that take a step each turn
  int runs = 0;
  std::chrono::milliseconds measured{};
  bool keep = false;  ///< the logs, which are used again where they are there
  std::filesystem::path folder;
};

/// What a command costs, by how many bookings are in progress and by how long the log is. Each
/// turn some of all rides, picked by chance, take a step; the others stand there. All sizes of one
/// kind are open at once and take turns. In process, through the queue, the loop, rendering and the
/// log, with the log synced after each batch and without. Throws `std::runtime_error` when the log
/// fails.
Report measure_grow(const GrowSettings& settings);
Mode grow_mode();

}  // namespace hansom::bench
