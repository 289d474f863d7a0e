#include "net/dialects/rooms/render.hpp"

#include "net/dialects/rooms/fields.hpp"
#include "net/dialects/rooms/text.hpp"

namespace hansom::net::rooms {
namespace {

/// What an event tells all in the room; null for nothing.
struct NewsToRoom {
  const Envelope& envelope;

  Frame operator()(const RoomOpened&) const { return nullptr; }
  Frame operator()(const ParticipantAdded&) const { return nullptr; }
  Frame operator()(const ParticipantRemoved&) const { return nullptr; }
  Frame operator()(const RoomMessageSent&) const {
    return chat_message("new",
                        [&](JsonWriter& json) { write_message(json, message_sent(envelope)); });
  }
  Frame operator()(const RoomMessageEdited& event) const {
    return chat_message("update", [&](JsonWriter& json) {
      json.field("id", event.message);
      json.field("body", event.body);
      json.field("edited", true);
      json.field("updated", envelope.at, wire_fraction);
    });
  }
  Frame operator()(const RoomMessageDeleted& event) const {
    return chat_message("delete", [&](JsonWriter& json) { json.field("id", event.message); });
  }

  template <typename Fill>
  static Frame chat_message(const char* action, Fill fill) {
    JsonWriter json;
    json.field("type", "chat_message");
    json.field("action", action);
    fill(json);
    return json.frame();
  }
};

/// The document's words (Common Error Messages; PROTOCOL.md, Rooms), or none.
std::string documented_words(RefusalCode code) {
  switch (code) {
    case RefusalCode::invalid_json:
      return "Invalid JSON.";
    case RefusalCode::unknown_message_type:
      return "Unknown message type.";
    case RefusalCode::invalid_payload:
      return "Invalid message.";
    case RefusalCode::message_empty:
      return "Message is empty.";
    case RefusalCode::message_too_long:
      return "Message exceeds " + std::to_string(text_code_points_max) + " characters.";
    case RefusalCode::message_not_found:
      return "Message not found.";
    case RefusalCode::message_not_yours_to_edit:
      return "You can only edit your own messages.";
    case RefusalCode::message_not_yours_to_delete:
      return "You can only delete your own messages.";
    default:
      return {};
  }
}

}  // namespace

Frame news_to_room(const Envelope& envelope) {
  return std::visit(NewsToRoom{envelope}, std::get<RoomEvent>(envelope.event));
}

Frame error(const Refusal& refusal) {
  const auto words = documented_words(refusal.code);
  JsonWriter json;
  json.field("error", words.empty() ? refusal.message : words);
  return json.frame();
}

}  // namespace hansom::net::rooms
