#pragma once

#include "bench/fleet_load.hpp"
#include "bench/mode.hpp"

#include <filesystem>

namespace hansom::bench {

struct FillSettings {
  std::uint64_t events = 0;  ///< so many at least
  std::uint64_t seed = 1;
  FleetSizes sizes;
  bool synced = true;            ///< whether each turn is, or all of it at the end
  std::filesystem::path folder;  ///< where the log is made, and stays
};

/// Makes a log by a random fleet, and says what is in it, as read back once it was reopened and is
/// durable. Throws `std::runtime_error` when the folder has a log already, or the log fails.
Report fill_log(const FillSettings& settings);
Mode fill_mode();

}  // namespace hansom::bench
