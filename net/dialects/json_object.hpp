#pragma once

#include "engine/refusal.hpp"
#include "net/dialects/json_reader.hpp"

#include <expected>
#include <string>
#include <string_view>

namespace hansom::net {

/// A text that has to be a JSON object: INVALID_JSON for what is no JSON, INVALID_PAYLOAD for what
/// is no object. `what` names it to its sender, as "body".
std::expected<JsonDocument, Refusal> read_object(std::string_view text, const std::string& what);

/// What is said of a field that is missing, or of a wrong type or range.
std::unexpected<Refusal> invalid(const std::string& field);

}  // namespace hansom::net
