#pragma once

// How JSON is read with RapidJSON: strict, UTF-8, of any depth without recursion, and with numbers
// to their last bit.

#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <cstdint>
#include <string_view>

namespace hansom {

/// Reads a number of JSON's into a handler; false where it is too large, or the handler says so.
/// RapidJSON's reading in full precision takes a zero of many digits, or with an exponent, for
/// whatever is in some register (it normalises 0 by `__builtin_clzll`): 0e39 was -1.5e228.
template <typename Handler>
bool read_number(std::string_view text, Handler& out) {
  const bool is_negative = text.front() == '-';
  const bool is_whole = text.find_first_of(".eE") == std::string_view::npos;
  const auto significand = text.substr(0, text.find_first_of("eE"));
  if (!is_whole && significand.find_first_of("123456789") == std::string_view::npos) {
    return out.Double(is_negative ? -0.0 : 0.0);
  }
  rapidjson::MemoryStream stream(text.data(), text.size());
  rapidjson::Reader reader;
  return !reader.Parse<rapidjson::kParseFullPrecisionFlag>(stream, out).IsError();
}

/// Hands on to a document what `read_strictly` finds.
template <typename Document>
struct StrictHandler {
  using Size = rapidjson::SizeType;

  Document& out;

  bool Null() { return out.Null(); }
  bool Bool(bool b) { return out.Bool(b); }
  bool RawNumber(const char* s, Size n, bool) { return read_number({s, n}, out); }
  bool String(const char* s, Size n, bool copy) { return out.String(s, n, copy); }
  bool StartObject() { return out.StartObject(); }
  bool Key(const char* s, Size n, bool copy) { return out.Key(s, n, copy); }
  bool EndObject(Size n) { return out.EndObject(n); }
  bool StartArray() { return out.StartArray(); }
  bool EndArray(Size n) { return out.EndArray(n); }

  // Numbers come as their texts.
  bool Int(int) { return false; }
  bool Uint(unsigned) { return false; }
  bool Int64(std::int64_t) { return false; }
  bool Uint64(std::uint64_t) { return false; }
  bool Double(double) { return false; }
};

/// Reads all of a text, and tells the handler, which is a `StrictHandler`, what is in it.
template <typename Handler>
rapidjson::ParseResult read_strictly(std::string_view text, Handler& handler) {
  constexpr auto flags = rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag |
                         rapidjson::kParseNumbersAsStringsFlag;
  rapidjson::MemoryStream stream(text.data(), text.size());
  rapidjson::Reader reader;
  auto result = reader.Parse<flags>(stream, handler);
  // RapidJSON takes a NUL for the end of the text.
  if (!result.IsError() && stream.Tell() != text.size()) {
    result.Set(rapidjson::kParseErrorDocumentRootNotSingular, stream.Tell());
  }
  return result;
}

}  // namespace hansom
