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
  rapidjson::Document& out;

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

const rapidjson::Value* find(const rapidjson::Value& object, const char* name) {
  const auto member = object.FindMember(name);
  return member == object.MemberEnd() ? nullptr : &member->value;
}

}  // namespace

std::optional<rapidjson::Document> read_json(std::string_view text) {
  rapidjson::Document document;
  rapidjson::ParseResult result;
  auto read = [&](rapidjson::Document& out) {
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

std::optional<std::size_t> count_code_points(std::string_view text) {
  const auto* at = reinterpret_cast<const unsigned char*>(text.data());
  const auto* const end = at + text.size();
  std::size_t count = 0;
  for (; at != end; ++count) {
    const unsigned lead = *at++;
    if (lead < 0x80) continue;
    // RFC 3629: the first continuation byte's range keeps out overlong forms, surrogates, and what
    // lies beyond U+10FFFF.
    unsigned low = 0x80;
    unsigned high = 0xBF;
    int more = 0;
    if (lead >= 0xC2 && lead <= 0xDF) {
      more = 1;
    } else if (lead >= 0xE0 && lead <= 0xEF) {
      more = 2;
      if (lead == 0xE0) low = 0xA0;
      if (lead == 0xED) high = 0x9F;
    } else if (lead >= 0xF0 && lead <= 0xF4) {
      more = 3;
      if (lead == 0xF0) low = 0x90;
      if (lead == 0xF4) high = 0x8F;
    } else {
      return std::nullopt;
    }
    for (; more > 0; --more) {
      if (at == end || *at < low || *at > high) return std::nullopt;
      ++at;
      low = 0x80;
      high = 0xBF;
    }
  }
  return count;
}

bool has_code_points(std::string_view text, std::size_t min, std::size_t max) {
  const auto count = count_code_points(text);
  return count && *count >= min && *count <= max;
}

std::optional<std::string> string_member(const rapidjson::Value& object, const char* name) {
  const auto* value = find(object, name);
  if (!value || !value->IsString()) return std::nullopt;
  return std::string(value->GetString(), value->GetStringLength());
}

std::optional<int> int_member(const rapidjson::Value& object, const char* name, int min, int max) {
  const auto value = number_member(object, name, min, max);
  if (!value || std::trunc(*value) != *value) return std::nullopt;
  return static_cast<int>(*value);
}

std::optional<std::uint64_t> whole_number_member(const rapidjson::Value& object, const char* name,
                                                 std::uint64_t max) {
  const auto value = number_member(object, name, 0, static_cast<double>(max));
  if (!value || std::trunc(*value) != *value) return std::nullopt;
  return static_cast<std::uint64_t>(*value);
}

std::optional<double> number_member(const rapidjson::Value& object, const char* name, double min,
                                    double max) {
  const auto* value = find(object, name);
  if (!value || !value->IsNumber()) return std::nullopt;
  const double number = value->GetDouble();
  return number >= min && number <= max ? std::optional(number) : std::nullopt;
}

std::optional<std::optional<std::string>> nullable_string_member(const rapidjson::Value& object,
                                                                 const char* name) {
  if (is_absent(object, name)) return std::optional<std::string>();
  if (auto text = string_member(object, name)) return std::optional(std::move(text));
  return std::nullopt;
}

bool is_absent(const rapidjson::Value& object, const char* name) {
  const auto* value = find(object, name);
  return !value || value->IsNull();
}

}  // namespace hansom::net
