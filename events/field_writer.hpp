#pragma once

// Writes, as JSON, whatever has a schema (events/schema.hpp).

#include "events/ids.hpp"
#include "events/instant.hpp"
#include "events/json_text.hpp"
#include "events/schema.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <unordered_set>
#include <vector>

namespace hansom::written {

// One overload a kind of value.

inline void write(JsonText& json, bool value) { json.boolean(value); }
inline void write(JsonText& json, int value) { json.number(std::int64_t{value}); }
inline void write(JsonText& json, double value) { json.number(value); }
inline void write(JsonText& json, const std::string& value) { json.text(value); }
inline void write(JsonText& json, Position value) { json.number(value.value); }
inline void write(JsonText& json, Revision value) { json.number(std::uint64_t{value.value}); }
inline void write(JsonText& json, Instant value) { json.text(value, Fraction::microseconds); }
template <typename Tag>
void write(JsonText& json, const Id<Tag>& value) {
  json.text(value.value);
}
template <typename Enum>
requires std::is_enum_v<Enum>
void write(JsonText& json, Enum value) { json.text(name_of(value)); }
template <typename Struct>
requires requires { Fields<Struct>::list; }
void write(JsonText& json, const Struct& value);
template <typename T>
void write(JsonText& json, const std::vector<T>& values) {
  json.start_array();
  for (const auto& value : values) write(json, value);
  json.end_array();
}
/// In order, so that equal sets are written equally.
template <typename T>
void write(JsonText& json, const std::unordered_set<T>& values) {
  std::vector<T> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  write(json, sorted);
}
template <typename T>
void write(JsonText& json, const std::optional<T>& value) {
  if (value) {
    write(json, *value);
  } else {
    json.null();
  }
}
template <typename Struct, typename Owner, typename Value>
void write_field(JsonText& json, const Struct& value, const Field<Owner, Value>& field) {
  json.key(field.name);
  write(json, value.*field.member);
}
template <typename Struct, typename Owner, typename Value>
void write_field(JsonText& json, const Struct& value, const LaterField<Owner, Value>& field) {
  if (!(value.*field.member)) return;
  json.key(field.name);
  write(json, *(value.*field.member));
}
template <typename Struct>
requires requires { Fields<Struct>::list; }
void write(JsonText& json, const Struct& value) {
  json.start_object();
  std::apply([&](const auto&... field) { (write_field(json, value, field), ...); },
             Fields<Struct>::list);
  json.end_object();
}

}  // namespace hansom::written
