#pragma once

#include "events/event.hpp"

#include <string>

namespace hansom::replay {

/// An event in words, on one line: what is in it that its type does not say. Names and texts are as
/// `plain` gives them.
std::string describe(const Event& event);

/// One line of somebody else's text, fit for a terminal: control characters, and those that turn
/// the direction of writing, are spaces; what is longer is cut.
std::string plain(std::string_view text, std::size_t characters_max = 60);

/// A distance, as `420 m` or `1.3 km`.
std::string distance(double metres);

}  // namespace hansom::replay
