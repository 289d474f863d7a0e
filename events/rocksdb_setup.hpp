#pragma once

#include <chrono>
#include <cstddef>

namespace hansom {

/// How much a log keeps in memory and how long it waits: what stands here is the server's. Tests
/// open logs with less, so that files are moved on and marks are written all the time.
struct RocksDbSetup {
  std::size_t records_buffer_bytes = 64u << 20;  ///< of records, until they are moved to a table
  std::size_t index_buffer_bytes = 16u << 20;    ///< the same of the index
  /// How long mark and index may lag: half of the promised second, the rest is for the writing.
  std::chrono::milliseconds upkeep_interval{500};
};

}  // namespace hansom
