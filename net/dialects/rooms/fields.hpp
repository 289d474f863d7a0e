#pragma once

#include "net/dialects/json_writer.hpp"
#include "projections/room_message.hpp"

namespace hansom::net::rooms {

/// A message as the document's `new` event has it, from `id` to `userAvatar`.
void write_message(JsonWriter& json, const RoomMessage& message);

/// Times are shown in UTC, as ISO 8601, with so many digits after the second.
constexpr Fraction wire_fraction = Fraction::microseconds;

}  // namespace hansom::net::rooms
