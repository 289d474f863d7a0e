#pragma once

#include "events/ids.hpp"
#include "replay/command.hpp"

#include <cstddef>
#include <filesystem>
#include <optional>

namespace hansom::replay {

/// What was found of a log that is in order.
struct Verified {
  Position end;
  std::size_t streams = 0;
  std::optional<Position> checkpoint;  ///< where it stands, if there is one
};

/// Walks a folder's log, live or not: each record's hash, each event's number and revision, whether
/// it can be read, whether it may follow on what was before (replay/invariants.hpp); whether all
/// that was acknowledged is there; whether the index says of every event where it is, and nothing
/// else; and whether the state folded from position 1 is what the checkpoint says. The failure
/// names the first bad position.
std::expected<Verified, Failure> verify(const std::filesystem::path& data_dir, Console& console);

}  // namespace hansom::replay
