#pragma once

#include "bench/tally.hpp"
#include "events/rocksdb_log.hpp"

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace hansom::bench {

/// What a ride writes: the lines of its events, by the command that they follow from.
using RideLines = std::vector<std::vector<std::string>>;

/// As an engine writes them.
RideLines lines_of_a_ride();

/// Events a second of a loop that only writes: the same bytes to RocksDB, in batches of the same
/// sizes, each event put under its position and once more, without a value, under its stream.
/// `in_flight` rides each take a step, in batches of at most `batch_max` commands. The folder is
/// made anew and removed again. Throws `std::runtime_error` when the database fails.
double bare_events_per_s(const RideLines& ride, std::size_t in_flight, std::size_t batch_max,
                         RocksDbLog::Durability durability, const std::filesystem::path& folder,
                         Tally::Clock::duration warm_up, Tally::Clock::duration measured);

/// The bytes of all records of a data folder's log, touched once each by RocksDB alone. Throws
/// `std::runtime_error` when the database fails.
std::uint64_t bare_bytes(const std::filesystem::path& data_dir);

/// Microseconds that each append of so many bytes to a file takes until it is on the disk.
std::vector<double> fdatasync_us(std::size_t bytes, int times, const std::filesystem::path& folder);

}  // namespace hansom::bench
