#pragma once

#include "engine/refusal.hpp"

#include <rapidjson/document.h>

#include <expected>
#include <string>
#include <string_view>

namespace hansom::net {

/// A request's body, which has to be a JSON object: INVALID_JSON for what is no JSON,
/// INVALID_PAYLOAD for what is no object.
std::expected<rapidjson::Document, Refusal> read_body(std::string_view body);

/// What is said of a field that is missing, or of a wrong type or range.
std::unexpected<Refusal> invalid(const std::string& field);

}  // namespace hansom::net
