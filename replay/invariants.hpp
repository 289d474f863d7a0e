#pragma once

#include "events/event.hpp"
#include "projections/projections.hpp"

#include <optional>
#include <string>

namespace hansom::replay {

/// What is wrong with an event that follows on what was folded so far, as one line; nothing where
/// it is in order. A second opinion on what the engine let through: it reads the event and the
/// state alone, and knows nothing of commands, settings or who was connected. So numbers that an
/// operator may change (MAX_ATTEMPTS, times to answer) are not looked at, nor what only the log
/// knows (who wrote a message that is edited).
/// REQUIRES: `before` is all earlier events, each applied and settled. Positions, revisions and
/// hashes are the caller's: an ended booking is forgotten, so by its revision alone an event that
/// comes after the end is told from one that begins.
std::optional<std::string> objection_to(const Envelope& next, const Projections& before);

}  // namespace hansom::replay
