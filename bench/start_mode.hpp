#pragma once

#include "bench/mode.hpp"

#include <cstdint>
#include <filesystem>
#include <vector>

namespace hansom::bench {

struct StartSettings {
  std::filesystem::path server;     ///< the binary
  std::vector<std::size_t> events;  ///< lengths of the logs
  std::size_t live = 0;             ///< bookings in progress in each
  std::uint64_t behind = 0;         ///< events after the older checkpoint
  bool without_checkpoint = false;  ///< whether starts without one are measured, too
  int runs = 0;
  bool keep = false;  ///< the logs, which are used again where they are there
  std::filesystem::path folder;
};

/// How long the real server takes from its `exec` until it listens, on logs of several lengths:
/// with a checkpoint of the log's end, with an older one, and without any. Each start has a data
/// folder as it was left when the log had been written, which is read from the disk, or from the
/// system's memory. Beside that, RocksDB alone reads the whole log. Throws `std::runtime_error`
/// when the server does not start.
Report measure_start(const StartSettings& settings);
Mode start_mode();

}  // namespace hansom::bench
