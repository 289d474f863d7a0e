// What rooms say on sockets and over HTTP, as documented (seeds/rooms-websocket-api.md;
// PROTOCOL.md, Rooms).

#include "net/dialects/wire_renderer.hpp"
#include "tests/support/frames.hpp"
#include "tests/support/printing.hpp"
#include "tests/support/story.hpp"

#include <catch2/catch.hpp>

namespace hansom::net::rooms {
namespace {

const WireRenderer renderer("https://rides.example");
const RoomId physics{uuid(1)};

/// What the last event tells the room.
struct Told {
  Story story;
  Frame news;

  MessageId tell(RoomEvent event, Instant at = noon) {
    const auto& envelope = story.tell(physics, std::move(event), at);
    news = renderer.news_to_room(envelope);
    return {envelope.cause.value};
  }
};

/// A message of Carol's from `id` to `userAvatar`.
std::string fields(MessageId id, const std::string& body, const std::string& edited,
                   const std::string& updated) {
  return R"("id":")" + to_string(id) + R"(","user":"carol","user_id":")" + to_string(carol) +
         R"(","body":")" + body + R"(","created":"2026-05-12T10:30:00.000000Z","edited":)" +
         edited + R"(,"updated":")" + updated + R"(","userAvatar":"avatars/carol.jpg"})";
}

std::string error_of(RefusalCode code) {
  return *renderer.error(Side::participant, {code, "In other words."}, "m-1");
}

net::JsonDocument answer_in(const Answer& answer, int status) {
  CHECK(answer.status == status);
  auto json = json_in(*answer.body);
  CHECK(json["meta"]["code"].GetInt() == status);
  CHECK(string_member(json["meta"], "status") == "success");
  return json;
}

}  // namespace

TEST_CASE("a new message is shown as documented", "[rooms]") {
  Told told;
  const auto id = told.tell(said_by(carol, "Hello \"world\"!"));
  CHECK(*told.news ==
        R"({"type":"chat_message","action":"new",)" +
            fields(id, R"(Hello \"world\"!)", "false", "2026-05-12T10:30:00.000000Z"));
}

TEST_CASE("who has no avatar is shown with null", "[rooms]") {
  Told told;
  told.tell(RoomMessageSent{{bob, "bob", std::nullopt}, "hi"});
  CHECK(json_in(*told.news)["userAvatar"].IsNull());
}

TEST_CASE("an edit is shown as documented, with microseconds", "[rooms]") {
  Told told;
  const auto id = told.tell(said_by(carol, "Hello"));
  told.tell(RoomMessageEdited{id, Position{1}, "Updated"}, noon + 1min + 7us);
  CHECK(*told.news == R"({"type":"chat_message","action":"update","id":")" + to_string(id) +
                          R"(","body":"Updated","edited":true,)"
                          R"("updated":"2026-05-12T10:31:00.000007Z"})");
}

TEST_CASE("a deletion is shown as documented", "[rooms]") {
  Told told;
  const auto id = told.tell(said_by(carol, "Hello"));
  told.tell(RoomMessageDeleted{id, Position{1}});
  CHECK(*told.news == R"({"type":"chat_message","action":"delete","id":")" + to_string(id) + "\"}");
}

TEST_CASE("who comes into a room or leaves it is told to nobody", "[rooms]") {
  Told told;
  told.tell(RoomOpened{alice, "physics", "Physics"});
  CHECK_FALSE(told.news);
  told.tell(ParticipantAdded{carol});
  CHECK_FALSE(told.news);
  told.tell(ParticipantRemoved{carol});
  CHECK_FALSE(told.news);
  CHECK_FALSE(renderer.force_disconnect(Side::participant, "Removed."));
}

TEST_CASE("an error in a room has the document's words, and nothing else", "[rooms]") {
  const auto [code, words] = GENERATE(table<RefusalCode, std::string>({
      {RefusalCode::invalid_json, "Invalid JSON."},
      {RefusalCode::unknown_message_type, "Unknown message type."},
      {RefusalCode::invalid_payload, "Invalid message."},
      {RefusalCode::message_empty, "Message is empty."},
      {RefusalCode::message_too_long, "Message exceeds 500 characters."},
      {RefusalCode::message_not_found, "Message not found."},
      {RefusalCode::message_not_yours_to_edit, "You can only edit your own messages."},
      {RefusalCode::message_not_yours_to_delete, "You can only delete your own messages."},
      {RefusalCode::server_busy, "In other words."},
      {RefusalCode::log_unavailable, "In other words."},
  }));
  CHECK(error_of(code) == R"({"error":")" + words + "\"}");
}

TEST_CASE("a room that was opened is named by its host and its slug", "[rooms]") {
  const auto json = answer_in(renderer.room_opened({"alice", "physics"}, noon), 201);
  CHECK(string_member(json, "code") == "CREATED");
  CHECK(keys_of(json["data"]) == "host slug");
  CHECK(string_member(json["data"], "host") == "alice");
  CHECK(string_member(json["data"], "slug") == "physics");
}

TEST_CASE("who was let in is answered with whether that is new", "[rooms]") {
  const RoomName room{"alice", "physics"};
  const auto fresh = answer_in(renderer.participant_added(room, "carol", true, noon), 201);
  CHECK(string_member(fresh, "code") == "CREATED");
  CHECK(keys_of(fresh["data"]) == "host slug username");
  CHECK(string_member(fresh["data"], "username") == "carol");
  const auto again = answer_in(renderer.participant_added(room, "carol", false, noon), 200);
  CHECK(string_member(again, "code") == "OK");
  CHECK(string_member(again["data"], "username") == "carol");
}

TEST_CASE("a history's entries are the new event without type and action, as they are now",
          "[rooms]") {
  Story story;
  const auto& envelope = story.tell(physics, said_by(carol, "Hello"));
  const auto first = renderer.news_to_room(envelope);
  auto edited = message_sent(envelope);
  edited.body = "Updated";
  edited.edited = true;
  edited.updated = noon + 1s;
  const auto last = message_sent(story.tell(physics, said_by(carol, "again")));
  const auto answer = renderer.room_messages({{last, edited}, std::nullopt}, noon);
  CHECK(answer.body->find("{" + fields(edited.id, "Updated", "true",
                                       "2026-05-12T10:30:01.000000Z")) != std::string::npos);
  const auto json = answer_in(answer, 200);
  CHECK(keys_of(json["data"]) == "messages next_before");
  CHECK(json["data"]["next_before"].IsNull());
  const auto& messages = json["data"]["messages"];
  REQUIRE(messages.Size() == 2);
  CHECK("type action " + keys_of(messages[0]) == keys_of(json_in(*first)));
  CHECK(string_member(messages[0], "id") == to_string(last.id));
}

TEST_CASE("a history says where it goes on, and is empty where nothing was said", "[rooms]") {
  const auto empty = answer_in(renderer.room_messages({}, noon), 200);
  CHECK(empty["data"]["messages"].Size() == 0);
  CHECK(empty["data"]["next_before"].IsNull());
  Story story;
  const auto message = message_sent(story.tell(physics, said_by(carol, "two")));
  const auto json = answer_in(renderer.room_messages({{message}, message.id}, noon), 200);
  CHECK(json["data"]["messages"].Size() == 1);
  CHECK(string_member(json["data"], "next_before") == to_string(message.id));
}

}  // namespace hansom::net::rooms
