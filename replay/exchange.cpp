#include "replay/exchange.hpp"

#include <rapidjson/document.h>

namespace hansom::replay {

std::string mark_line(std::string_view name, const HighWaterMark& mark) {
  return "{\"" + std::string(name) + "\":{\"position\":" + std::to_string(mark.position.value) +
         ",\"hash\":\"" + to_hex(mark.hash) + "\"}}\n";
}

std::optional<HighWaterMark> read_mark_line(std::string_view name, const std::string& line) {
  if (!line.starts_with("{\"" + std::string(name) + "\":{")) return std::nullopt;
  rapidjson::Document json;
  json.Parse<rapidjson::kParseIterativeFlag>(line.data(), line.size());
  if (json.HasParseError()) return std::nullopt;
  const auto& mark = json.MemberBegin()->value;
  if (!mark.IsObject()) return std::nullopt;
  const auto position = mark.FindMember("position");
  const auto hash = mark.FindMember("hash");
  const bool whole = position != mark.MemberEnd() && position->value.IsUint64() &&
                     hash != mark.MemberEnd() && hash->value.IsString();
  const auto digest = whole ? parse_hex(hash->value.GetString()) : std::nullopt;
  if (!digest) return std::nullopt;
  return HighWaterMark{{position->value.GetUint64()}, *digest};
}

}  // namespace hansom::replay
