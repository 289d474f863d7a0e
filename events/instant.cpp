#include "events/instant.hpp"

#include <array>

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
