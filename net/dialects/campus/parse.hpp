#pragma once

#include "engine/commands.hpp"

#include <string_view>

namespace hansom::net::campus {

/// What a text frame asks for; a frame that can't be read becomes a `Misspeak` with the documented
/// code (PROTOCOL.md, Campus). REQUIRES: the side is a driver's or a passenger's.
Command parse_frame(Side side, std::string_view frame);

}  // namespace hansom::net::campus
