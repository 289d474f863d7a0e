#pragma once

// What every dialect's commands have to be like, however strange the frame was.

#include "engine/commands.hpp"
#include "tests/fuzz/property.hpp"

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <string_view>
#include <variant>

namespace hansom::fuzz {

inline bool is_one_of(RefusalCode code, std::initializer_list<RefusalCode> codes) {
  return std::ranges::find(codes, code) != codes.end();
}

/// A frame that can't be read: told with one of the dialect's codes, in words. What is not told to
/// be no JSON is UTF-8 all through.
inline void must_be_misspeak(const Misspeak& misspeak, std::initializer_list<RefusalCode> codes,
                             std::string_view frame) {
  must(is_one_of(misspeak.refusal.code, codes), "a frame is refused with a documented code");
  must_be_text(misspeak.refusal.message, 1, 256, "a refusal has words");
  if (misspeak.refusal.code != RefusalCode::invalid_json) {
    must_be_text(frame, "what is taken for JSON is UTF-8");
  }
  if (misspeak.booking_id) must_be_text(*misspeak.booking_id, "a booking id is a text");
}

inline void must_be_on_earth(const Coordinates& at) {
  must(std::abs(at.latitude) <= 90 && std::abs(at.longitude) <= 180, "a position is on Earth");
}

/// Blanks around a frame mean nothing.
template <typename Parse>
void must_not_mind_blanks(std::string_view frame, const Parse& parse) {
  const auto kind = [&](std::string_view text) { return parse(text); };
  must(kind(frame) == kind(" \t\r\n" + std::string(frame) + " \t\r\n"),
       "blanks around a frame mean nothing");
}

}  // namespace hansom::fuzz
