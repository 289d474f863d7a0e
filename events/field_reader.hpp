#pragma once

// Reads back, from JSON of any layout, whatever has a schema (events/schema.hpp). What was written
// here and not touched since is read much faster by events/field_scanner.hpp.

#include "events/ids.hpp"
#include "events/instant.hpp"
#include "events/parsed.hpp"
#include "events/schema.hpp"
#include "events/strict_json.hpp"

#include <rapidjson/document.h>
#include <rapidjson/error/en.h>

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <unordered_set>
#include <vector>

namespace hansom::written {

using Value = rapidjson::Value;

/// The error says what RapidJSON says.
inline std::expected<rapidjson::Document, std::string> parse(std::string_view text) {
  rapidjson::Document json;
  const auto result = read_strictly(text, json);
  if (result.IsError()) return std::unexpected(rapidjson::GetParseError_En(result.Code()));
  return json;
}

// One overload a kind of value. `read` is false for a value of the wrong type or range.

inline std::string_view text_of(const Value& json) {
  return {json.GetString(), json.GetStringLength()};
}

inline bool read(const Value& json, bool& value) {
  if (!json.IsBool()) return false;
  value = json.GetBool();
  return true;
}
inline bool read(const Value& json, int& value) {
  if (!json.IsInt()) return false;
  value = json.GetInt();
  return true;
}
inline bool read(const Value& json, double& value) {
  if (!json.IsNumber()) return false;
  value = json.GetDouble();
  return true;
}
inline bool read(const Value& json, std::string& value) {
  if (!json.IsString()) return false;
  value = text_of(json);
  return true;
}
inline bool read(const Value& json, Position& value) {
  if (!json.IsUint64()) return false;
  value = {json.GetUint64()};
  return true;
}
inline bool read(const Value& json, Revision& value) {
  if (!json.IsUint()) return false;
  value = {json.GetUint()};
  return true;
}
inline bool read(const Value& json, Instant& value) {
  return json.IsString() && take(parse_iso(text_of(json)), value);
}
template <typename Tag>
bool read(const Value& json, Id<Tag>& value) {
  return json.IsString() && take(Id<Tag>::parse(text_of(json)), value);
}
template <typename Enum>
requires std::is_enum_v<Enum>
bool read(const Value& json, Enum& value) {
  return json.IsString() && take(enum_named<Enum>(text_of(json)), value);
}
template <typename Struct>
requires requires { Fields<Struct>::list; }
bool read(const Value& json, Struct& value);
template <typename T>
bool read(const Value& json, std::vector<T>& values) {
  if (!json.IsArray()) return false;
  values.reserve(json.Size());
  for (const auto& element : json.GetArray()) {
    if (!read(element, values.emplace_back())) return false;
  }
  return true;
}

template <typename T>
bool read(const Value& json, std::unordered_set<T>& values) {
  std::vector<T> listed;
  if (!read(json, listed)) return false;
  values.insert(listed.begin(), listed.end());
  return true;
}

/// A member that is absent or null reads as "none" where that is allowed.
template <typename T>
bool read_member(const Value& object, std::string_view name, T& value) {
  const auto member = object.FindMember(
      Value(rapidjson::StringRef(name.data(), static_cast<rapidjson::SizeType>(name.size()))));
  return member != object.MemberEnd() && read(member->value, value);
}
template <typename T>
bool read_member(const Value& object, std::string_view name, std::optional<T>& value) {
  const auto member = object.FindMember(
      Value(rapidjson::StringRef(name.data(), static_cast<rapidjson::SizeType>(name.size()))));
  if (member == object.MemberEnd() || member->value.IsNull()) return true;
  return read(member->value, value.emplace());
}

template <typename Struct>
requires requires { Fields<Struct>::list; }
bool read(const Value& json, Struct& value) {
  if (!json.IsObject()) return false;
  return std::apply(
      [&](const auto&... field) {
        return (read_member(json, field.name, value.*field.member) && ...);
      },
      Fields<Struct>::list);
}

}  // namespace hansom::written
