#pragma once

#include "bench/mode.hpp"

#include <cstddef>
#include <vector>

namespace hansom::bench {

/// Of a booking so many drivers at most have declined before.
constexpr std::size_t asked_max = 3;

struct PickSettings {
  std::vector<std::size_t> drivers;  ///< more than `asked_max` each
  int runs = 0;
  std::size_t moves = 100'000;  ///< of a run
  std::size_t choices = 20'000;
  std::size_t scans = 500;  ///< so many of the choices are made by the baseline, too
};

/// Choosing a driver, as the engine does it, and moving one, among so many in a few cities or all
/// over the earth; beside them the baseline, an array of all positions that is scanned. Every run
/// has a fleet of its own. Throws `std::runtime_error` where the two choose different drivers.
Report measure_pick(const PickSettings& settings);
Mode pick_mode();

}  // namespace hansom::bench
