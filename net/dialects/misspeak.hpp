#pragma once

#include "engine/commands.hpp"

#include <optional>
#include <string>
#include <utility>

namespace hansom::net {

/// What a frame that can't be read comes to; `booking_id` where it had one.
inline Command misspeak(Refusal refusal, std::optional<std::string> booking_id = std::nullopt) {
  return Misspeak{std::move(refusal), std::move(booking_id)};
}

}  // namespace hansom::net
