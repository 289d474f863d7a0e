#include "net/dialects/rooms/fields.hpp"

namespace hansom::net::rooms {

void write_message(JsonWriter& json, const RoomMessage& message) {
  json.field("id", to_string(message.id));
  json.field("user", message.author.username);
  json.field("user_id", to_string(message.author.account));
  json.field("body", message.body);
  json.field("created", wire_time(message.created));
  json.field("edited", message.edited);
  json.field("updated", wire_time(message.updated));
  json.field("userAvatar", message.author.avatar);
}

std::string wire_time(Instant instant) { return to_iso(instant, Fraction::microseconds); }

}  // namespace hansom::net::rooms
