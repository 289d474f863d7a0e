#pragma once

// What the fuzz targets share: how they say that something does not hold, and checks of texts that
// are made without Hansom's own.

#include <rapidjson/encodings.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/stringbuffer.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string_view>

namespace hansom::fuzz {

/// Ends the process where something does not hold, so that the fuzzer keeps the input.
inline void must(bool holds, std::string_view what) {
  if (holds) return;
  std::cerr << "does not hold: " << what << std::endl;
  std::abort();
}

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

/// Whether a text is UTF-8, as RapidJSON sees it.
inline bool is_valid_utf8(std::string_view text) {
  rapidjson::MemoryStream in(text.data(), text.size());
  rapidjson::StringBuffer out;
  while (in.Tell() < text.size()) {
    if (!rapidjson::UTF8<>::Validate(in, out)) return false;
  }
  return in.Tell() == text.size();
}

/// How many code points UTF-8 has: bytes that begin one.
inline std::size_t code_points(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](unsigned char c) { return (c & 0xC0) != 0x80; }));
}

/// A text that was accepted: UTF-8, of so many code points.
inline void must_be_text(std::string_view text, std::size_t min, std::size_t max,
                         std::string_view what) {
  must(is_valid_utf8(text), what);
  must(code_points(text) >= min && code_points(text) <= max, what);
}
inline void must_be_text(std::string_view text, std::string_view what) {
  must(is_valid_utf8(text), what);
}

}  // namespace hansom::fuzz

/// What a fuzz target does with one input: libFuzzer's name for it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
