#pragma once

// How JSON is read with RapidJSON: strict, UTF-8 all through (lone surrogates, escaped or not, are
// no text), of any depth without recursion, and with numbers to their last bit.

#include "events/text_bytes.hpp"

#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <system_error>

namespace hansom {

/// Reads a number of JSON's into a handler; false where it is too large. Not left to RapidJSON,
/// whose exact reading takes a zero of many digits, or with an exponent, for whatever is in some
/// register (0e39 was -1.5e228), and for many digits with a large exponent looks behind its tables.
template <typename Handler>
bool read_number(std::string_view text, Handler& out) {
  const auto* const end = text.data() + text.size();
  const auto fits = [&](auto& number) {
    const auto [stopped, error] = std::from_chars(text.data(), end, number);
    return error == std::errc{} && stopped == end;
  };
  if (std::uint64_t number = 0; fits(number)) return out.Uint64(number);
  if (std::int64_t number = 0; fits(number)) return out.Int64(number);
  double number = 0;
  // Beyond the range of doubles there is no telling on which side.
  if (!fits(number)) number = std::strtod(std::string(text).c_str(), nullptr);
  return std::isfinite(number) && out.Double(number);
}

/// Hands on to a document what RapidJSON's reader finds.
template <typename Document>
struct StrictHandler {
  using Size = rapidjson::SizeType;

  Document& out;

  bool Null() { return out.Null(); }
  bool Bool(bool b) { return out.Bool(b); }
  bool RawNumber(const char* s, Size n, bool) { return read_number({s, n}, out); }
  /// RapidJSON itself lets the escape of a lone low surrogate through.
  bool String(const char* s, Size n, bool copy) {
    return is_utf8({s, n}) && out.String(s, n, copy);
  }
  bool Key(const char* s, Size n, bool copy) { return is_utf8({s, n}) && out.Key(s, n, copy); }
  bool StartObject() { return out.StartObject(); }
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

/// Reads all of a text into a document, which is not to be used after an error.
template <typename Document>
rapidjson::ParseResult read_strictly(std::string_view text, Document& document) {
  constexpr auto flags = rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag |
                         rapidjson::kParseNumbersAsStringsFlag;
  rapidjson::ParseResult result;
  auto fill = [&](Document& out) {
    rapidjson::MemoryStream stream(text.data(), text.size());
    StrictHandler<Document> handler{out};
    rapidjson::Reader reader;
    result = reader.Parse<flags>(stream, handler);
    // RapidJSON takes a NUL for the end of the text.
    if (!result.IsError() && stream.Tell() != text.size()) {
      result.Set(rapidjson::kParseErrorDocumentRootNotSingular, stream.Tell());
    }
    return !result.IsError();
  };
  document.Populate(fill);
  return result;
}

}  // namespace hansom
