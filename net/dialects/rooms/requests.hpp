#pragma once

#include "engine/commands.hpp"

#include <expected>
#include <string>
#include <string_view>

namespace hansom::net::rooms {

// Bodies of the requests about rooms, with refusals as `read_object` and `invalid` give them.

/// `POST /api/rooms`. A slug is made of the name where none is given.
std::expected<OpenRoom, Refusal> read_room(std::string_view body);

/// `POST /api/rooms/{host}/{slug}/participants`: the username, which may be any text.
std::expected<std::string, Refusal> read_username(std::string_view body);

}  // namespace hansom::net::rooms
