#pragma once

#include "bench/mode.hpp"

#include <chrono>
#include <filesystem>
#include <vector>

namespace hansom::bench {

struct EngineSettings {
  std::vector<std::size_t> rides_in_flight;
  std::size_t drivers = 0;
  std::size_t customers = 0;
  int runs = 0;
  std::chrono::milliseconds warm_up{500};
  std::chrono::milliseconds measured{};
  std::filesystem::path folder;  ///< where the logs are made, and removed again
};

/// Whole rides through decide, projections, rendering and the log, in process and on one thread,
/// with the log synced after each batch and without. A ride is five commands (request, arrival
/// time, accept, one chat message, completion) and six events; all rides in flight take a step each
/// turn, so that a batch has as many commands as there are rides. Throws `std::runtime_error` when
/// the log fails.
Report measure_engine(const EngineSettings& settings);
Mode engine_mode();

}  // namespace hansom::bench
