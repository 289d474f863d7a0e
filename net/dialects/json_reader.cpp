#include "net/dialects/json_reader.hpp"

#include "events/strict_json.hpp"

#include <cmath>

namespace hansom::net {
namespace {

/// Stops at a string that is no text: RapidJSON itself lets the escape of a lone low surrogate
/// through.
struct CheckedHandler : StrictHandler<JsonDocument> {
  bool String(const char* s, Size n, bool copy) {
    return count_code_points({s, n}) && out.String(s, n, copy);
  }
  bool Key(const char* s, Size n, bool copy) {
    return count_code_points({s, n}) && out.Key(s, n, copy);
  }
};

const Json* find(const Json& object, const char* name) {
  const auto member = object.FindMember(name);
  return member == object.MemberEnd() ? nullptr : &member->value;
}

}  // namespace

std::optional<JsonDocument> read_json(std::string_view text) {
  JsonDocument document;
  rapidjson::ParseResult result;
  auto read = [&](JsonDocument& out) {
    CheckedHandler handler{{out}};
    result = read_strictly(text, handler);
    return !result.IsError();
  };
  document.Populate(read);
  if (result.IsError()) return std::nullopt;
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
