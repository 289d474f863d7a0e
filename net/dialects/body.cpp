#include "net/dialects/body.hpp"

#include "net/dialects/json_reader.hpp"

namespace hansom::net {

std::expected<rapidjson::Document, Refusal> read_body(std::string_view body) {
  auto json = read_json(body);
  if (!json) {
    return refuse(RefusalCode::invalid_json, "The body is not valid JSON.");
  }
  if (!json->IsObject()) {
    return refuse(RefusalCode::invalid_payload, "The body is not a JSON object.");
  }
  return std::move(*json);
}

std::unexpected<Refusal> invalid(const std::string& field) {
  return refuse(RefusalCode::invalid_payload, "'" + field + "' is missing or not valid.");
}

}  // namespace hansom::net
