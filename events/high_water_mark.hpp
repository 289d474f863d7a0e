#pragma once

#include "events/ids.hpp"
#include "events/record.hpp"

#include <expected>
#include <filesystem>
#include <optional>
#include <string>

namespace hansom {

/// How far the log had come, noted beside it: RocksDB alone opens silently without its second half
/// when a write-ahead file was zeroed, cut between two records, or deleted.
struct HighWaterMark {
  Position position;  ///< the last event of a record
  Digest hash{};      ///< that record's
  bool operator==(const HighWaterMark&) const = default;
};

/// Replaces the file (`{"position":97,"hash":"<64 hex>"}`) in one step; durable when it returns.
/// The error is one line.
std::expected<void, std::string> store_mark(const std::filesystem::path& file,
                                            const HighWaterMark& mark);

/// Reads the file; nothing where there is none yet. The error is one line.
std::expected<std::optional<HighWaterMark>, std::string> load_mark(
    const std::filesystem::path& file);

}  // namespace hansom
