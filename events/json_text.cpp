#include "events/json_text.hpp"

#include "events/text_bytes.hpp"

#include <rapidjson/internal/dtoa.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace hansom {
namespace {

constexpr std::size_t escaped_bytes_max = 6;  // \u001F
constexpr std::size_t number_bytes_max = 32;

/// How a byte is escaped: 0 for not at all, 'u' for \u00XX, else the letter after the backslash.
constexpr auto escapes = [] {
  std::array<char, 256> table{};
  for (std::size_t c = 0; c < 0x20; ++c) table[c] = 'u';
  table['\b'] = 'b';
  table['\f'] = 'f';
  table['\n'] = 'n';
  table['\r'] = 'r';
  table['\t'] = 't';
  table['"'] = '"';
  table['\\'] = '\\';
  return table;
}();

char* write_byte(unsigned char c, char* at) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  const char escape = escapes[c];
  if (!escape) {
    *at++ = static_cast<char>(c);
    return at;
  }
  *at++ = '\\';
  *at++ = escape;
  if (escape == 'u') {
    *at++ = '0';
    *at++ = '0';
    *at++ = digits[c >> 4];
    *at++ = digits[c & 0xf];
  }
  return at;
}

}  // namespace

void JsonText::grow(std::size_t bytes) {
  constexpr std::size_t least = 256;
  const auto size = std::max({size_ + bytes, 2 * out_.size(), least});
  out_.resize_and_overwrite(size, [&](char*, std::size_t) { return size; });
}

void JsonText::text(std::string_view value) {
  char* at = begin_value(value.size() * escaped_bytes_max + 2);
  *at++ = '"';
  while (!value.empty()) {
    if (const auto plain = plain_bytes(value); plain > 0) {
      at = value.copy(at, plain) + at;
      value.remove_prefix(plain);
    } else {
      at = write_byte(static_cast<unsigned char>(value.front()), at);
      value.remove_prefix(1);
    }
  }
  *at++ = '"';
  written_to(at);
}

void JsonText::text(const Uuid& value) { text(std::string_view(), value); }

void JsonText::text(std::string_view prefix, const Uuid& value) {
  char* at = begin_value(prefix.size() + uuid_characters + 2);
  *at++ = '"';
  at = prefix.copy(at, prefix.size()) + at;
  at = write_uuid(value, at);
  *at++ = '"';
  written_to(at);
}

void JsonText::text(Instant value, Fraction fraction) {
  char* at = begin_value(iso_characters_max + 2);
  *at++ = '"';
  at = write_iso(value, fraction, at);
  *at++ = '"';
  written_to(at);
}

void JsonText::number(std::int64_t value) {
  char* at = begin_value(number_bytes_max);
  written_to(std::to_chars(at, at + number_bytes_max, value).ptr);
}

void JsonText::number(std::uint64_t value) {
  char* at = begin_value(number_bytes_max);
  written_to(std::to_chars(at, at + number_bytes_max, value).ptr);
}

void JsonText::number(double value) {
  // As it always was: std::to_chars has another form for some numbers.
  written_to(rapidjson::internal::dtoa(value, begin_value(number_bytes_max)));
}

}  // namespace hansom
