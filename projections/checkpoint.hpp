#pragma once

#include "events/event_log.hpp"
#include "projections/projections.hpp"

#include <expected>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace hansom {

/// All folded state at the end of one of the log's records: with it a start has to fold no more
/// than what came since. Derived, so it can be thrown away at any time.
struct Checkpoint {
  HighWaterMark at;
  Projections state;  ///< but for who is connected
};

/// The written form: one JSON object a line, the first one naming position and hash, the last one
/// the SHA-256 of all lines before it. Equal states are written equally.
std::string encode_checkpoint(const HighWaterMark& at, const Projections& state);

/// Reads what `encode_checkpoint` wrote. The error is one line.
std::expected<Checkpoint, std::string> decode_checkpoint(std::string_view text);

/// Where a data folder has its checkpoint.
std::filesystem::path checkpoint_file(const std::filesystem::path& data_dir);

/// Replaces the file in one step; durable when it returns. The error is one line.
std::expected<void, std::string> store_checkpoint(const std::filesystem::path& file,
                                                  const HighWaterMark& at,
                                                  const Projections& state);

/// Reads the file; nothing where there is none. The error is one line.
std::expected<std::optional<Checkpoint>, std::string> load_checkpoint(
    const std::filesystem::path& file);

/// Folds the log from the checkpoint in the file on to its last record, and puts what comes of it
/// into the file. What can't be read of the file is made anew from the log. Does nothing more, and
/// returns nothing, once `go_on` says no; asks it every few thousand events. Uses no more of the
/// log than `read`, `mark` and `holds`.
std::expected<std::optional<Position>, std::string> advance_checkpoint(
    const EventLog& log, const std::filesystem::path& file, const std::function<bool()>& go_on);

}  // namespace hansom
