#pragma once

#include "events/instant.hpp"
#include "replay/command.hpp"

#include <optional>
#include <string_view>

namespace hansom::replay {

/// Reads ISO 8601: a date, or a date and a time with `Z` or an offset; seconds and their fraction
/// may be left out, and what is below a microsecond is cut. A date alone is its first moment in
/// UTC.
std::optional<Instant> read_time(std::string_view text);

/// The time that an option gives; nothing where it was not given.
std::expected<std::optional<Instant>, Failure> time_option(const Invocation& invocation,
                                                           const std::string& option);
}  // namespace hansom::replay
