#pragma once

#include "events/event.hpp"
#include "events/instant.hpp"

#include <string>

namespace hansom::story {

/// An event in words, on one line: what is in it that its type does not say. Names and texts are as
/// `plain` gives them.
std::string describe(const Event& event);

/// One line of somebody else's text, fit for a terminal: control characters, and those that turn
/// the direction of writing, are spaces; what is longer is cut.
std::string plain(std::string_view text, std::size_t characters_max = 60);

/// As all times are printed: ISO 8601 in UTC, to the microsecond, as the log has it.
inline std::string shown(Instant at) { return to_iso(at, Fraction::microseconds); }

/// A distance, as `420 m` or `1.3 km`.
std::string distance(double metres);

}  // namespace hansom::story
