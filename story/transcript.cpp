#include "story/transcript.hpp"

namespace hansom::story {
namespace {

/// Behind the string that begins at `at`.
std::size_t string_end(std::string_view json, std::size_t at) {
  for (++at; json[at] != '"'; ++at) {
    if (json[at] == '\\') ++at;
  }
  return at + 1;
}

struct Array {
  std::size_t length = 0;
  std::size_t end = 0;  ///< behind it
};

/// The array of objects that begins at `at`.
Array array_at(std::string_view json, std::size_t at) {
  Array array;
  for (std::size_t depth = 0;;) {
    const auto letter = json[at];
    if (letter == '"') {
      at = string_end(json, at);
      continue;
    }
    ++at;
    if (letter == '[' || letter == '{') {
      if (++depth == 2) ++array.length;
    } else if (letter == ']' || letter == '}') {
      if (--depth == 0) break;
    }
  }
  array.end = at;
  return array;
}

}  // namespace

std::string without_transcript(std::string_view frame, std::optional<std::size_t> length) {
  constexpr std::string_view name = "\"chat_history\"";
  std::string out;
  for (std::size_t at = 0; at < frame.size();) {
    if (frame[at] != '"') {
      out += frame[at++];
      continue;
    }
    const auto end = string_end(frame, at);
    const auto text = frame.substr(at, end - at);
    out += text;
    at = end;
    if (text != name || !frame.substr(at).starts_with(":[")) continue;
    const auto array = array_at(frame, at + 1);
    out += ':' + std::to_string(length.value_or(array.length));
    at = array.end;
  }
  return out;
}

}  // namespace hansom::story
