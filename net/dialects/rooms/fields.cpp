#include "net/dialects/rooms/fields.hpp"

namespace hansom::net::rooms {

void write_message(JsonWriter& json, const RoomMessage& message) {
  json.field("id", message.id);
  json.field("user", message.author.username);
  json.field("user_id", message.author.account);
  json.field("body", message.body);
  json.field("created", message.created, wire_fraction);
  json.field("edited", message.edited);
  json.field("updated", message.updated, wire_fraction);
  json.field("userAvatar", message.author.avatar);
}

}  // namespace hansom::net::rooms
