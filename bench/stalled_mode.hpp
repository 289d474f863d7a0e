#pragma once

#include "bench/mode.hpp"
#include "bench/room_crowd.hpp"

#include <chrono>
#include <filesystem>
#include <vector>

namespace hansom::bench {

struct StalledSettings {
  std::vector<std::size_t> sockets;
  Speech speech;
  int runs = 0;
  std::chrono::milliseconds warm_up{1'000};
  std::chrono::milliseconds measured{};  ///< with all reading
  std::filesystem::path server;          ///< the binary
  std::filesystem::path folder;          ///< where the servers' data is, and removed again
};

/// A room of the real server, for each number of sockets a new one: one sender, everybody receives.
/// Each run measures with all reading, and then with one more socket that reads nothing, until the
/// server drops it. Throws `std::runtime_error` when the server does not start, or a socket does
/// not get each message once and in the order in which they were sent.
Report measure_stalled(const StalledSettings& settings);
Mode stalled_mode();

}  // namespace hansom::bench
