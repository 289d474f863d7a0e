#include "events/instant.hpp"

#include <algorithm>
#include <array>

namespace hansom {
namespace {

constexpr std::size_t whole_seconds_characters = 19;  // 2026-05-12T10:30:00
constexpr std::size_t fraction_digits_max = 6;

/// The number that these decimal digits say; -1 where one is none.
int number_of(std::string_view digits) {
  int value = 0;
  for (const char c : digits) {
    if (c < '0' || c > '9') return -1;
    value = value * 10 + (c - '0');
  }
  return value;
}

/// The microseconds that a fraction says, of which nothing is left out but its point; -1 where it
/// is none. Nothing at all is 0.
int fraction_us(std::string_view text) {
  if (text.empty()) return 0;
  const auto digits = text.substr(1);
  if (text.front() != '.' || digits.empty() || digits.size() > fraction_digits_max) return -1;
  int value = number_of(digits);
  for (auto missing = digits.size(); missing < fraction_digits_max; ++missing) value *= 10;
  return value;
}

/// Writes the last so many decimal digits of a number, and what stands after it.
char* put_number(int value, int digits, char then, char* out) {
  for (int i = digits - 1; i >= 0; --i) {
    out[i] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
  out[digits] = then;
  return out + digits + 1;
}

}  // namespace

char* write_iso(Instant instant, Fraction fraction, char* out) {
  using namespace std::chrono;
  const auto day = floor<days>(instant);
  const year_month_day date(day);
  const hh_mm_ss time(instant - day);
  const auto us = static_cast<int>(time.subseconds().count());
  out = put_number(static_cast<int>(date.year()), 4, '-', out);
  out = put_number(static_cast<int>(static_cast<unsigned>(date.month())), 2, '-', out);
  out = put_number(static_cast<int>(static_cast<unsigned>(date.day())), 2, 'T', out);
  out = put_number(static_cast<int>(time.hours().count()), 2, ':', out);
  out = put_number(static_cast<int>(time.minutes().count()), 2, ':', out);
  out = put_number(static_cast<int>(time.seconds().count()), 2, '.', out);
  return fraction == Fraction::milliseconds ? put_number(us / 1000, 3, 'Z', out)
                                            : put_number(us, 6, 'Z', out);
}

std::string to_iso(Instant instant, Fraction fraction) {
  std::array<char, iso_characters_max> text;
  return std::string(text.data(), write_iso(instant, fraction, text.data()));
}

std::optional<Instant> parse_iso(std::string_view text) {
  using namespace std::chrono;
  if (text.size() <= whole_seconds_characters || text.back() != 'Z' || text[4] != '-' ||
      text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':') {
    return std::nullopt;
  }
  const int y = number_of(text.substr(0, 4));
  const int m = number_of(text.substr(5, 2));
  const int d = number_of(text.substr(8, 2));
  const int h = number_of(text.substr(11, 2));
  const int min = number_of(text.substr(14, 2));
  const int s = number_of(text.substr(17, 2));
  const int us = fraction_us(
      text.substr(whole_seconds_characters, text.size() - whole_seconds_characters - 1));
  if (std::min({y, m, d, h, min, s, us}) < 0 || h > 23 || min > 59 || s > 59) return std::nullopt;
  const year_month_day date{year(y), month(static_cast<unsigned>(m)),
                            day(static_cast<unsigned>(d))};
  if (!date.ok()) return std::nullopt;
  return sys_days(date) + hours(h) + minutes(min) + seconds(s) + microseconds(us);
}

}  // namespace hansom
