#include "events/high_water_mark.hpp"

#include "events/files.hpp"

#include <rapidjson/document.h>

namespace hansom {

std::expected<void, std::string> store_mark(const std::filesystem::path& file,
                                            const HighWaterMark& mark) {
  return replace_file(file,
                      "{\"position\":" + std::to_string(mark.position.value) + ",\"hash\":\"" +
                          to_hex(mark.hash) + "\"}\n",
                      0644);
}

std::expected<std::optional<HighWaterMark>, std::string> load_mark(
    const std::filesystem::path& file) {
  const auto text = load_file(file);
  if (!text) return std::unexpected(text.error());
  if (!*text) return std::nullopt;
  rapidjson::Document json;
  json.Parse<rapidjson::kParseIterativeFlag>((*text)->c_str());
  if (!json.HasParseError() && json.IsObject()) {
    const auto position = json.FindMember("position");
    const auto hash = json.FindMember("hash");
    if (position != json.MemberEnd() && position->value.IsUint64() && hash != json.MemberEnd() &&
        hash->value.IsString()) {
      if (const auto digest = parse_hex(hash->value.GetString())) {
        return HighWaterMark{{position->value.GetUint64()}, *digest};
      }
    }
  }
  return std::unexpected(file.string() + " is no high-water mark");
}

}  // namespace hansom
