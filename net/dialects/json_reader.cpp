#include "net/dialects/json_reader.hpp"

#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <cmath>

namespace hansom::net {
namespace {

using rapidjson::SizeType;

/// Builds the document, and stops at a string that is no text: RapidJSON itself lets the escape of
/// a lone low surrogate through.
struct CheckedHandler {
  JsonDocument& out;

  bool Null() { return out.Null(); }
  bool Bool(bool b) { return out.Bool(b); }
  bool Int(int i) { return out.Int(i); }
  bool Uint(unsigned u) { return out.Uint(u); }
  bool Int64(std::int64_t i) { return out.Int64(i); }
  bool Uint64(std::uint64_t u) { return out.Uint64(u); }
  bool Double(double d) { return out.Double(d); }
  bool RawNumber(const char* s, SizeType n, bool copy) { return out.RawNumber(s, n, copy); }
  bool String(const char* s, SizeType n, bool copy) {
    return count_code_points({s, n}) && out.String(s, n, copy);
  }
  bool StartObject() { return out.StartObject(); }
  bool Key(const char* s, SizeType n, bool copy) {
    return count_code_points({s, n}) && out.Key(s, n, copy);
  }
  bool EndObject(SizeType n) { return out.EndObject(n); }
  bool StartArray() { return out.StartArray(); }
  bool EndArray(SizeType n) { return out.EndArray(n); }
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
    rapidjson::MemoryStream stream(text.data(), text.size());
    CheckedHandler handler{out};
    rapidjson::Reader reader;
    constexpr auto flags = rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag |
                           rapidjson::kParseFullPrecisionFlag;
    result = reader.Parse<flags>(stream, handler);
    // RapidJSON takes a NUL for the end of the text.
    if (!result.IsError() && stream.Tell() != text.size()) {
      result.Set(rapidjson::kParseErrorDocumentRootNotSingular, stream.Tell());
    }
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
