#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

namespace hansom::net::rooms {

/// So long a message is at most, in code points (the rooms document, Common Error Messages).
inline constexpr std::size_t text_code_points_max = 500;

/// Whether a text has nothing but characters of Unicode's property `White_Space` in it.
/// REQUIRES: the text is UTF-8.
inline bool is_white_space(std::string_view text) {
  using namespace std::string_view_literals;
  constexpr std::array spaces = {"\t"sv,           "\n"sv,           "\v"sv,
                                 "\f"sv,           "\r"sv,           " "sv,
                                 "\xC2\x85"sv,     "\xC2\xA0"sv,     "\xE1\x9A\x80"sv,
                                 "\xE2\x80\x80"sv, "\xE2\x80\x81"sv, "\xE2\x80\x82"sv,
                                 "\xE2\x80\x83"sv, "\xE2\x80\x84"sv, "\xE2\x80\x85"sv,
                                 "\xE2\x80\x86"sv, "\xE2\x80\x87"sv, "\xE2\x80\x88"sv,
                                 "\xE2\x80\x89"sv, "\xE2\x80\x8A"sv, "\xE2\x80\xA8"sv,
                                 "\xE2\x80\xA9"sv, "\xE2\x80\xAF"sv, "\xE2\x81\x9F"sv,
                                 "\xE3\x80\x80"sv};
  while (!text.empty()) {
    const auto space =
        std::ranges::find_if(spaces, [&](std::string_view each) { return text.starts_with(each); });
    if (space == spaces.end()) return false;
    text.remove_prefix(space->size());
  }
  return true;
}

}  // namespace hansom::net::rooms
