#pragma once

#include "bench/mode.hpp"

#include <chrono>
#include <filesystem>
#include <vector>

namespace hansom::bench {

struct WireSettings {
  std::size_t drivers = 0;
  std::size_t customers = 0;
  std::vector<std::size_t> rides_in_flight;  ///< of the closed loop
  std::vector<double> commands_per_s;  ///< of the open loop; none: half of the closed one's best
  int runs = 0;
  std::chrono::milliseconds warm_up{500};
  std::chrono::milliseconds measured{};
  std::filesystem::path server;  ///< the binary
  std::filesystem::path folder;  ///< where the servers' data is, and removed again
};

/// Whole rides of the real server over the loopback, in a closed and in an open loop, for each
/// setting on a server of its own; and beside each closed loop, run for run, as many messages in
/// flight between as many sockets of a plain echo server, of the mean size of the rides' frames.
/// Throws `std::runtime_error` when a server does not start, or anything but what a ride should see
/// comes back.
Report measure_wire(const WireSettings& settings);
Mode wire_mode();

}  // namespace hansom::bench
