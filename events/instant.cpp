#include "events/instant.hpp"

#include <array>
#include <cstdio>

namespace hansom {
namespace {

/// Reads exactly `digits` decimal digits off the front of `text`.
std::optional<int> take_number(std::string_view& text, std::size_t digits) {
  int value = 0;
  if (text.size() < digits) return std::nullopt;
  for (const char c : text.substr(0, digits)) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  text.remove_prefix(digits);
  return value;
}

bool take(std::string_view& text, char expected) {
  if (text.empty() || text.front() != expected) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<int> take_fraction_us(std::string_view& text) {
  if (!take(text, '.')) return 0;
  const auto end = text.find_first_not_of("0123456789");
  const auto digits = end == std::string_view::npos ? text.size() : end;
  if (digits == 0 || digits > 6) return std::nullopt;
  int value = *take_number(text, digits);
  for (auto missing = digits; missing < 6; ++missing) value *= 10;
  return value;
}

}  // namespace

std::string to_iso(Instant instant, Fraction fraction) {
  using namespace std::chrono;
  const auto day = floor<days>(instant);
  const year_month_day date(day);
  const hh_mm_ss time(instant - day);
  const auto us = static_cast<int>(time.subseconds().count());
  std::array<char, 40> text;
  int length = std::snprintf(
      text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d", static_cast<int>(date.year()),
      static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
      static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
      static_cast<int>(time.seconds().count()));
  length += fraction == Fraction::milliseconds
                ? std::snprintf(text.data() + length, text.size() - length, ".%03dZ", us / 1000)
                : std::snprintf(text.data() + length, text.size() - length, ".%06dZ", us);
  return std::string(text.data(), length);
}

std::optional<Instant> parse_iso(std::string_view text) {
  using namespace std::chrono;
  const auto y = take_number(text, 4);
  if (!y || !take(text, '-')) return std::nullopt;
  const auto m = take_number(text, 2);
  if (!m || !take(text, '-')) return std::nullopt;
  const auto d = take_number(text, 2);
  if (!d || !take(text, 'T')) return std::nullopt;
  const auto h = take_number(text, 2);
  if (!h || *h > 23 || !take(text, ':')) return std::nullopt;
  const auto min = take_number(text, 2);
  if (!min || *min > 59 || !take(text, ':')) return std::nullopt;
  const auto s = take_number(text, 2);
  if (!s || *s > 59) return std::nullopt;
  const auto us = take_fraction_us(text);
  if (!us || text != "Z") return std::nullopt;

  const year_month_day date{year(*y), month(static_cast<unsigned>(*m)),
                            day(static_cast<unsigned>(*d))};
  if (!date.ok()) return std::nullopt;
  return sys_days(date) + hours(*h) + minutes(*min) + seconds(*s) + microseconds(*us);
}

}  // namespace hansom
