#pragma once

// Reads what events/field_writer.hpp wrote in one pass over the bytes: keys in their written order,
// no blanks, no escapes but the common ones. All else is left to events/field_reader.hpp, which
// reads any JSON; what both can read, they read alike.

#include "events/ids.hpp"
#include "events/instant.hpp"
#include "events/parsed.hpp"
#include "events/schema.hpp"
#include "events/text_bytes.hpp"

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <unordered_set>
#include <vector>

namespace hansom::written {

/// The bytes that are still to be read. Every function is false, or nothing, where something else
/// comes than it looks for; what it has taken until then is gone.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  bool at_end() const { return rest_.empty(); }
  bool at(char c) const { return !rest_.empty() && rest_.front() == c; }

  bool take(char c) {
    if (!at(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  bool take(std::string_view literal) {
    if (!rest_.starts_with(literal)) return false;
    rest_.remove_prefix(literal.size());
    return true;
  }
  /// A member's name, with the comma before it unless it is an object's first.
  bool take_key(std::string_view name, bool first) {
    const std::size_t before = first ? 1 : 2;
    const auto size = before + name.size() + 2;
    if (rest_.size() < size || rest_[before - 1] != '"' || (!first && rest_[0] != ',') ||
        rest_.compare(before, name.size(), name) != 0 || rest_[size - 2] != '"' ||
        rest_[size - 1] != ':') {
      return false;
    }
    rest_.remove_prefix(size);
    return true;
  }
  /// The inside of a text without escapes.
  std::optional<std::string_view> take_text() {
    if (!take('"')) return std::nullopt;
    const auto text = take_plain();
    return take('"') ? std::optional(text) : std::nullopt;
  }
  /// A text with the escapes that are written here.
  bool take_text(std::string& out) {
    if (!take('"')) return false;
    out.clear();
    while (true) {
      out += take_plain();
      if (take('"')) return true;
      if (!take('\\') || rest_.empty()) return false;
      const auto escaped = unescaped(rest_.front());
      if (!escaped) return false;
      out += escaped;
      rest_.remove_prefix(1);
    }
  }
  template <typename Number>
  std::optional<Number> take_number() {
    Number number{};
    const auto* const begin = rest_.data();
    const auto [end, error] = std::from_chars(begin, begin + rest_.size(), number);
    const auto size = static_cast<std::size_t>(end - begin);
    if (error != std::errc{} || !is_json_number(rest_.substr(0, size))) return std::nullopt;
    rest_.remove_prefix(size);
    return number;
  }

 private:
  /// What stands in a text as it is, up to an escape or the end.
  std::string_view take_plain() {
    auto end = plain_bytes(rest_);
    while (end < rest_.size() && is_plain(rest_[end])) ++end;
    const auto plain = rest_.substr(0, end);
    rest_.remove_prefix(end);
    return plain;
  }
  static bool is_digit(char c) { return c >= '0' && c <= '9'; }
  /// Whether what std::from_chars took is a number to JSON, too: not inf, nan, 01, 1. or 1.e2, and
  /// not -0, which is another number to each.
  static bool is_json_number(std::string_view taken) {
    const bool negative = taken.starts_with('-');
    if (negative) taken.remove_prefix(1);
    if (taken.empty() || !is_digit(taken.front())) return false;
    const auto point = taken.find('.');
    if (point != std::string_view::npos) {
      return (point == 1 || taken.front() != '0') && point + 1 < taken.size() &&
             is_digit(taken[point + 1]);
    }
    return taken.front() != '0' || (taken.size() == 1 && !negative);
  }
  /// What stands for a letter after a backslash; 0 for one that is rare, or wrong.
  static char unescaped(char letter) {
    switch (letter) {
      case '"':
      case '\\':
        return letter;
      case 'n':
        return '\n';
      case 'r':
        return '\r';
      case 't':
        return '\t';
      default:
        return 0;
    }
  }
  static bool is_plain(char c) {
    return static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\';
  }

  std::string_view rest_;
};

// One overload a kind of value.

inline bool scan(Scanner& json, bool& value) {
  value = json.at('t');
  return json.take(value ? "true" : "false");
}
inline bool scan(Scanner& json, int& value) { return take(json.take_number<int>(), value); }
inline bool scan(Scanner& json, double& value) { return take(json.take_number<double>(), value); }
inline bool scan(Scanner& json, std::string& value) {
  return json.take_text(value) && is_utf8(value);
}
inline bool scan(Scanner& json, Position& value) {
  return take(json.take_number<std::uint64_t>(), value.value);
}
inline bool scan(Scanner& json, Revision& value) {
  return take(json.take_number<std::uint32_t>(), value.value);
}
inline bool scan(Scanner& json, Instant& value) {
  const auto text = json.take_text();
  return text && take(parse_iso(*text), value);
}
template <typename Tag>
bool scan(Scanner& json, Id<Tag>& value) {
  const auto text = json.take_text();
  return text && take(Id<Tag>::parse(*text), value);
}
template <typename Enum>
requires std::is_enum_v<Enum>
bool scan(Scanner& json, Enum& value) {
  const auto text = json.take_text();
  return text && take(enum_named<Enum>(*text), value);
}
template <typename Struct>
requires requires { Fields<Struct>::list; }
bool scan(Scanner& json, Struct& value);
template <typename T>
bool scan(Scanner& json, std::optional<T>& value) {
  if (!json.at('n')) return scan(json, value.emplace());
  value.reset();
  return json.take("null");
}
template <typename T>
bool scan(Scanner& json, std::vector<T>& values) {
  if (!json.take('[')) return false;
  while (!json.take(']')) {
    if (!values.empty() && !json.take(',')) return false;
    if (!scan(json, values.emplace_back())) return false;
  }
  return true;
}
template <typename T>
bool scan(Scanner& json, std::unordered_set<T>& values) {
  std::vector<T> listed;
  if (!scan(json, listed)) return false;
  values.insert(listed.begin(), listed.end());
  return true;
}
template <typename Struct, typename Owner, typename Value>
bool scan_field(Scanner& json, Struct& value, const Field<Owner, Value>& field, bool& first) {
  if (!json.take_key(field.name, first)) return false;
  first = false;
  return scan(json, value.*field.member);
}
template <typename Struct, typename Owner, typename Value>
bool scan_field(Scanner& json, Struct& value, const LaterField<Owner, Value>& field, bool& first) {
  if (!json.take_key(field.name, first)) return true;
  first = false;
  return scan(json, (value.*field.member).emplace());
}
template <typename Struct>
requires requires { Fields<Struct>::list; }
bool scan(Scanner& json, Struct& value) {
  [[maybe_unused]] bool first = true;
  return json.take('{') &&
         std::apply(
             [&](const auto&... field) { return (scan_field(json, value, field, first) && ...); },
             Fields<Struct>::list) &&
         json.take('}');
}

}  // namespace hansom::written
