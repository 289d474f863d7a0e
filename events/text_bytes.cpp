#include "events/text_bytes.hpp"

#include <bit>
#include <cstdint>
#include <cstring>

namespace hansom {
namespace {

constexpr std::uint64_t each_byte = 0x0101010101010101;
constexpr std::uint64_t high_bits = 0x8080808080808080;

/// Has the high bit of each byte set that is 0, and perhaps of bytes after it.
constexpr std::uint64_t zero_bytes(std::uint64_t word) {
  return (word - each_byte) & ~word & high_bits;
}

/// The same for bytes that JSON escapes: below 0x20, the quote and the backslash.
constexpr std::uint64_t escaped_bytes(std::uint64_t word) {
  return ((word - each_byte * 0x20) & ~word & high_bits) | zero_bytes(word ^ each_byte * '"') |
         zero_bytes(word ^ each_byte * '\\');
}

std::uint64_t word_at(const char* at) {
  std::uint64_t word;
  std::memcpy(&word, at, sizeof word);
  return word;
}

/// How many whole bytes come before the first marked one. Exact, as marks are false only after it.
std::size_t bytes_before(std::uint64_t marks) {
  static_assert(std::endian::native == std::endian::little);
  return static_cast<std::size_t>(std::countr_zero(marks)) / 8;
}

}  // namespace

std::size_t plain_bytes(std::string_view text) {
  std::size_t plain = 0;
  for (; text.size() - plain >= sizeof(std::uint64_t); plain += sizeof(std::uint64_t)) {
    if (const auto escaped = escaped_bytes(word_at(text.data() + plain))) {
      return plain + bytes_before(escaped);
    }
  }
  return plain;
}

std::optional<std::size_t> count_code_points(std::string_view text) {
  const auto* at = reinterpret_cast<const unsigned char*>(text.data());
  const auto* const end = at + text.size();
  std::size_t count = 0;
  for (; at != end; ++count) {
    while (end - at >= 8 && !(word_at(reinterpret_cast<const char*>(at)) & high_bits)) {
      at += 8;
      count += 8;
    }
    if (at == end) break;
    const unsigned lead = *at++;
    if (lead < 0x80) continue;
    // RFC 3629: the first continuation byte's range keeps out overlong forms, surrogates, and what
    // lies beyond U+10FFFF.
    unsigned low = 0x80;
    unsigned high = 0xBF;
    int more = 0;
    if (lead >= 0xC2 && lead <= 0xDF) {
      more = 1;
    } else if (lead >= 0xE0 && lead <= 0xEF) {
      more = 2;
      if (lead == 0xE0) low = 0xA0;
      if (lead == 0xED) high = 0x9F;
    } else if (lead >= 0xF0 && lead <= 0xF4) {
      more = 3;
      if (lead == 0xF0) low = 0x90;
      if (lead == 0xF4) high = 0x8F;
    } else {
      return std::nullopt;
    }
    for (; more > 0; --more) {
      if (at == end || *at < low || *at > high) return std::nullopt;
      ++at;
      low = 0x80;
      high = 0xBF;
    }
  }
  return count;
}

bool has_code_points(std::string_view text, std::size_t min, std::size_t max) {
  const auto count = count_code_points(text);
  return count && *count >= min && *count <= max;
}

}  // namespace hansom
