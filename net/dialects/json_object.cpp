#include "net/dialects/json_object.hpp"

#include "net/dialects/json_reader.hpp"

namespace hansom::net {

std::expected<JsonDocument, Refusal> read_object(std::string_view text, const std::string& what) {
  auto json = read_json(text);
  if (!json) return refuse(RefusalCode::invalid_json, "The " + what + " is not valid JSON.");
  if (!json->IsObject()) {
    return refuse(RefusalCode::invalid_payload, "The " + what + " is not a JSON object.");
  }
  return std::move(*json);
}

std::unexpected<Refusal> invalid(const std::string& field) {
  return refuse(RefusalCode::invalid_payload, "'" + field + "' is missing or not valid.");
}

}  // namespace hansom::net
