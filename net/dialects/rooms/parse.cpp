#include "net/dialects/rooms/parse.hpp"

#include "net/dialects/json_reader.hpp"
#include "net/dialects/misspeak.hpp"
#include "net/dialects/rooms/text.hpp"

#include <optional>
#include <string>

namespace hansom::net::rooms {
namespace {

using Object = Json;

Command invalid_message() {
  return misspeak({RefusalCode::invalid_payload, "A field is missing or no string."});
}

/// What is wrong with a text, in the order in which that is checked.
std::optional<Command> objection_to(std::string_view text) {
  if (is_white_space(text)) return misspeak({RefusalCode::message_empty, "The message is empty."});
  if (!has_code_points(text, 1, text_code_points_max)) {
    return misspeak({RefusalCode::message_too_long, "The message is too long."});
  }
  return std::nullopt;
}

Command read_text(const Object& json) {
  auto text = string_member(json, "message");
  if (!text) return invalid_message();
  if (auto objection = objection_to(*text)) return std::move(*objection);
  return SendRoomMessage{std::move(*text)};
}

Command read_update(const Object& json) {
  auto id = string_member(json, "messageId");
  auto text = string_member(json, "message");
  if (!id || !text) return invalid_message();
  if (auto objection = objection_to(*text)) return std::move(*objection);
  return EditRoomMessage{std::move(*id), std::move(*text)};
}

Command read_delete(const Object& json) {
  auto id = string_member(json, "messageId");
  if (!id) return invalid_message();
  return DeleteRoomMessage{std::move(*id)};
}

}  // namespace

Command parse_frame(std::string_view frame) {
  const auto json = read_json(frame);
  if (!json || !json->IsObject()) {
    return misspeak({RefusalCode::invalid_json, "The message is no JSON object."});
  }
  const auto type = string_member(*json, "type");
  if (type == "text") return read_text(*json);
  if (type == "update") return read_update(*json);
  if (type == "delete") return read_delete(*json);
  return misspeak({RefusalCode::unknown_message_type, "There is no message of this type."});
}

}  // namespace hansom::net::rooms
