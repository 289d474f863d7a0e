#pragma once

#include "net/dialects/json_writer.hpp"
#include "projections/room_message.hpp"

namespace hansom::net::rooms {

/// A message as the document's `new` event has it, from `id` to `userAvatar`.
void write_message(JsonWriter& json, const RoomMessage& message);

/// UTC, ISO 8601, microseconds.
std::string wire_time(Instant instant);

}  // namespace hansom::net::rooms
