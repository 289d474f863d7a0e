#pragma once

#include "events/event.hpp"
#include "net/dialects/json_reader.hpp"

#include <expected>
#include <optional>
#include <string>

namespace hansom::net {

// Fields that several dialects have. REQUIRES: `object` is one.

/// `latitude` and `longitude`, each behind this prefix, or the name of the one that is missing or
/// wrong.
std::expected<Coordinates, std::string> read_coordinates(const Json& object,
                                                         const std::string& prefix);

/// What is said in a booking's chat: 1 to 1000 code points (PROTOCOL.md, Chat and Campus).
std::optional<std::string> read_chat_text(const Json& object, const char* name);

}  // namespace hansom::net
