// What HTTP requests about rooms are answered.

#include "net/dialects/envelope.hpp"
#include "net/dialects/rooms/fields.hpp"
#include "net/dialects/wire_renderer.hpp"

namespace hansom::net {
namespace {

void write_room(JsonWriter& data, const RoomName& room) {
  data.field("host", room.host);
  data.field("slug", room.slug);
}

}  // namespace

Answer WireRenderer::room_opened(const RoomName& room, Instant at) const {
  return success(201, "Room created.", at, [&](JsonWriter& data) { write_room(data, room); });
}

Answer WireRenderer::participant_added(const RoomName& room, std::string_view username, bool is_new,
                                       Instant at) const {
  return success(is_new ? 201 : 200, is_new ? "Participant added." : "Takes part already.", at,
                 [&](JsonWriter& data) {
                   write_room(data, room);
                   data.field("username", username);
                 });
}

Answer WireRenderer::room_messages(const MessagePage& page, Instant at) const {
  return success(200, "Messages, newest first.", at, [&](JsonWriter& data) {
    data.array("messages", [&] {
      for (const auto& message : page.messages) {
        data.element([&] { rooms::write_message(data, message); });
      }
    });
    data.field("next_before",
               page.next_before ? std::optional(to_string(*page.next_before)) : std::nullopt);
  });
}

}  // namespace hansom::net
