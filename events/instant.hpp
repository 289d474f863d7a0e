#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace hansom {

/// A moment in UTC, to the microsecond.
using Instant = std::chrono::sys_time<std::chrono::microseconds>;

/// Digits after the second: taxi and campus show milliseconds, rooms and the log microseconds.
enum class Fraction { milliseconds = 3, microseconds = 6 };

/// ISO 8601 in UTC, as `2026-05-12T10:30:00.000Z`. Cuts what lies below the fraction.
std::string to_iso(Instant instant, Fraction fraction);
constexpr std::size_t iso_characters_max = 32;
/// Writes it to where there is room for so many characters; returns its end.
char* write_iso(Instant instant, Fraction fraction, char* out);

/// Reads ISO 8601 with a `Z` and at most six digits of fraction; anything else gives nothing.
std::optional<Instant> parse_iso(std::string_view text);

}  // namespace hansom
