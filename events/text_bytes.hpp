#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace hansom {

/// How many bytes at the beginning of a text stand in JSON as they are, ASCII or not. May stop
/// short of the first one that does not, by less than 8 bytes.
std::size_t plain_bytes(std::string_view text);

/// How many Unicode code points the text has; nothing when it is not UTF-8.
std::optional<std::size_t> count_code_points(std::string_view text);

inline bool is_utf8(std::string_view text) { return count_code_points(text).has_value(); }

/// Whether the text is UTF-8 and has so many code points.
bool has_code_points(std::string_view text, std::size_t min, std::size_t max);

}  // namespace hansom
