#pragma once

#include "engine/commands.hpp"

#include <optional>
#include <string_view>

namespace hansom::net::taxi {

/// What a text frame asks for; a frame that can't be read becomes a `Misspeak` with the documented
/// code. Nothing for a `ping`, which the socket answers itself.
std::optional<Command> parse_frame(Side side, std::string_view frame);

/// The answer to a `ping`.
inline constexpr std::string_view pong = R"({"type":"pong"})";

}  // namespace hansom::net::taxi
