#include "net/dialects/json_reader.hpp"

#include "events/strict_json.hpp"

#include <cmath>

namespace hansom::net {
namespace {

const Json* find(const Json& object, const char* name) {
  const auto member = object.FindMember(name);
  return member == object.MemberEnd() ? nullptr : &member->value;
}

}  // namespace

std::optional<JsonDocument> read_json(std::string_view text) {
  JsonDocument document;
  if (read_strictly(text, document).IsError()) return std::nullopt;
  return document;
}

std::optional<std::string> string_member(const Json& object, const char* name) {
  const auto* value = find(object, name);
  if (!value || !value->IsString()) return std::nullopt;
  return std::string(value->GetString(), value->GetStringLength());
}

std::optional<int> int_member(const Json& object, const char* name, int min, int max) {
  const auto value = number_member(object, name, min, max);
  if (!value || std::trunc(*value) != *value) return std::nullopt;
  return static_cast<int>(*value);
}

std::optional<std::uint64_t> whole_number_member(const Json& object, const char* name,
                                                 std::uint64_t max) {
  const auto value = number_member(object, name, 0, static_cast<double>(max));
  if (!value || std::trunc(*value) != *value) return std::nullopt;
  return static_cast<std::uint64_t>(*value);
}

std::optional<double> number_member(const Json& object, const char* name, double min, double max) {
  const auto* value = find(object, name);
  if (!value || !value->IsNumber()) return std::nullopt;
  const double number = value->GetDouble();
  return number >= min && number <= max ? std::optional(number) : std::nullopt;
}

std::optional<std::optional<std::string>> nullable_string_member(const Json& object,
                                                                 const char* name) {
  if (is_absent(object, name)) return std::optional<std::string>();
  if (auto text = string_member(object, name)) return std::optional(std::move(text));
  return std::nullopt;
}

bool is_absent(const Json& object, const char* name) {
  const auto* value = find(object, name);
  return !value || value->IsNull();
}

}  // namespace hansom::net
