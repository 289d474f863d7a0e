#pragma once

#include "engine/commands.hpp"

#include <optional>
#include <string_view>

namespace hansom::net {

/// What a text frame on a socket of this side asks for, by the side's dialect. Nothing for what the
/// socket answers itself: a `ping` of the taxi protocol.
std::optional<Command> parse_frame(Side side, std::string_view frame);

/// What a binary frame comes to, on any side.
Command binary_frame();

}  // namespace hansom::net
