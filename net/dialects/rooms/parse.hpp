#pragma once

#include "engine/commands.hpp"

#include <string_view>

namespace hansom::net::rooms {

/// What a text frame asks for; a frame that can't be read becomes a `Misspeak` (the rooms document,
/// Message Types; PROTOCOL.md, Rooms). A client's `timestamp` is not read.
Command parse_frame(std::string_view frame);

}  // namespace hansom::net::rooms
