#pragma once

#include "events/event.hpp"

#include <rapidjson/document.h>

#include <expected>
#include <optional>
#include <string>

namespace hansom::net {

// Fields that several dialects have. REQUIRES: `object` is one.

/// `latitude` and `longitude`, each behind this prefix, or the name of the one that is missing or
/// wrong.
std::expected<Coordinates, std::string> read_coordinates(const rapidjson::Value& object,
                                                         const std::string& prefix);

/// What is said in a booking's chat: 1 to 1000 code points (PROTOCOL.md, Chat and Campus).
std::optional<std::string> read_chat_text(const rapidjson::Value& object, const char* name);

}  // namespace hansom::net
