#include "events/ids.hpp"

#include <array>

namespace hansom {
namespace {

constexpr std::string_view digits = "0123456789abcdef";
constexpr unsigned char no_digit = 0xff;

/// What each character is worth as a hexadecimal digit of either case.
constexpr auto values = [] {
  std::array<unsigned char, 256> table{};
  table.fill(no_digit);
  for (unsigned char value = 0; value < 16; ++value) {
    const char digit = digits[value];
    table[static_cast<unsigned char>(digit)] = value;
    if (value > 9) table[static_cast<unsigned char>(digit - 'a' + 'A')] = value;
  }
  return table;
}();

/// Whether a dash stands before this byte of a UUID.
constexpr bool has_dash_before(std::size_t byte) {
  return byte == 4 || byte == 6 || byte == 8 || byte == 10;
}

}  // namespace

char* write_uuid(const Uuid& uuid, char* out) {
  for (std::size_t i = 0; i < sizeof uuid.data; ++i) {
    if (has_dash_before(i)) *out++ = '-';
    *out++ = digits[uuid.data[i] >> 4];
    *out++ = digits[uuid.data[i] & 0xf];
  }
  return out;
}

std::string to_string(const Uuid& uuid) {
  std::string text(uuid_characters, '\0');
  write_uuid(uuid, text.data());
  return text;
}

std::optional<Uuid> parse_uuid(std::string_view text) {
  if (text.size() != uuid_characters) return std::nullopt;
  Uuid uuid;
  const char* at = text.data();
  unsigned char wrong = 0;
  for (std::size_t i = 0; i < sizeof uuid.data; ++i) {
    if (has_dash_before(i)) wrong |= *at++ != '-';
    const auto high = values[static_cast<unsigned char>(*at++)];
    const auto low = values[static_cast<unsigned char>(*at++)];
    wrong |= (high | low) & 0xf0;
    uuid.data[i] = static_cast<unsigned char>(high << 4 | low);
  }
  return wrong ? std::nullopt : std::optional(uuid);
}

}  // namespace hansom
