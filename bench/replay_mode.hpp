#pragma once

#include "bench/mode.hpp"

#include <cstdint>
#include <filesystem>

namespace hansom::bench {

struct ReplaySettings {
  int runs = 0;
  std::filesystem::path folder;  ///< of the log that is read, which stays as it is
};

/// How fast a log can be gone through, in events a second, each run all of it after one that is not
/// counted: by RocksDB alone, which only hands out the records' bytes; reading (hashes checked,
/// events decoded); folding, as a start without a checkpoint does; and `hansom-replay verify`.
/// Throws `std::runtime_error` when the log can't be read.
Report measure_replay(const ReplaySettings& settings);
Mode replay_mode();

}  // namespace hansom::bench
