// What is said in rooms, and to whom (PROTOCOL.md, Rooms).

#include "engine/loop.hpp"
#include "tests/support/room_stage.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace hansom {

// What is said.

TEST_CASE("a message is shown to all in the room, its sender among them", "[loop]") {
  Physics room;
  const auto second = room.enter(carol);
  room.now += 1s + 7us;
  room.send(room.guest, SendRoomMessage{"Hello world!"});
  room.turn();
  room.check_heard({{room.host, sent}, {room.guest, sent}, {second, sent}});
  const auto shown = room.last_frame(room.host);
  CHECK(text_member(shown, "user") == "carol");
  CHECK(text_member(shown, "user_id") == to_string(carol));
  CHECK(text_member(shown, "body") == "Hello world!");
  CHECK(text_member(shown, "userAvatar") == "avatars/carol.jpg");
  CHECK(text_member(shown, "created") == "2026-05-12T10:30:01.000007Z");
  CHECK(text_member(shown, "updated") == text_member(shown, "created"));
  CHECK_FALSE(shown["edited"].GetBool());
  room.check_state();
}

TEST_CASE("all sockets of a room see one order", "[loop]") {
  Physics room;
  std::map<PeerId, Texts> seen;
  room.outbox_seen = [&](const Outbox& outbox) {
    for (const auto& [to, what] : outbox) {
      if (const auto* frame = std::get_if<Frame>(&what)) {
        seen[to].push_back(text_member(json_of(*frame), "body"));
      }
    }
  };
  for (int i = 0; i < 10; ++i) {
    room.send(i % 3 ? room.host : room.guest, SendRoomMessage{std::to_string(i)});
    if (i % 4 == 3) room.turn();
  }
  room.turn();
  CHECK(seen[room.host] == Texts{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"});
  CHECK(seen[room.guest] == seen[room.host]);
}

TEST_CASE("what is said in a room is heard in no other", "[loop]") {
  Physics room;
  room.ask(open_room(alice, "chemistry"));
  const auto elsewhere = room.to_room(alice, "alice", "chemistry");
  room.say(room.guest, "hello");
  CHECK(room.heard_by(elsewhere).empty());
  // Nor can it be changed from there, by whoever wrote it.
  const auto mine = room.say(room.host, "mine");
  CHECK(room.act(elsewhere, EditRoomMessage{mine, "changed"}) == message_not_found);
  CHECK(room.act(elsewhere, DeleteRoomMessage{mine}) == message_not_found);
  room.say(elsewhere, "boom");
  CHECK(room.history().bodies == Texts{"mine", "hello"});
}

TEST_CASE("an edit and a deletion are shown to all", "[loop]") {
  Physics room;
  const auto id = room.say(room.guest, "hello");
  room.now += 1min;
  room.send(room.guest, EditRoomMessage{id, "hallo"});
  room.turn();
  room.check_heard({{room.host, updated}, {room.guest, updated}});
  const auto shown = room.last_frame(room.host);
  CHECK(text_member(shown, "id") == id);
  CHECK(text_member(shown, "body") == "hallo");
  CHECK(shown["edited"].GetBool());
  CHECK(text_member(shown, "updated") == "2026-05-12T10:31:00.000000Z");

  room.send(room.guest, DeleteRoomMessage{id});
  room.turn();
  room.check_heard({{room.host, deleted}, {room.guest, deleted}});
  CHECK(text_member(room.last_frame(room.host), "id") == id);
  CHECK(room.act(room.guest, EditRoomMessage{id, "again"}) == message_not_found);
  CHECK(room.act(room.guest, DeleteRoomMessage{id}) == message_not_found);
  CHECK(room.heard_by_all().empty());
  room.check_state();
}

TEST_CASE("a message may be edited from another socket of its author, and to the same text",
          "[loop]") {
  Physics room;
  const auto id = room.say(room.guest, "hello");
  room.act(room.guest, Disconnect{});
  const auto again = room.enter(carol);
  CHECK(room.act(again, EditRoomMessage{id, "hello"}) == updated);
}

TEST_CASE("who did not write a message is refused, and nobody else hears of it", "[loop]") {
  Physics room;
  const auto id = room.say(room.guest, "hello");
  CHECK(room.act(room.host, EditRoomMessage{id, "x"}) ==
        Words{"error: You can only edit your own messages."});
  CHECK(room.act(room.host, DeleteRoomMessage{id}) ==
        Words{"error: You can only delete your own messages."});
  CHECK(room.heard_by_all().empty());
  CHECK(room.history().bodies == Texts{"hello"});
}

TEST_CASE("a message that is not there is not found, by any text", "[loop]") {
  Physics room;
  room.say(room.guest, "hello");
  const auto end = room.memory.end();
  for (const auto& id :
       {std::string("nonsense"), std::string(), to_string(uuid(0xffff)), to_string(carol)}) {
    INFO(id);
    CHECK(room.act(room.guest, EditRoomMessage{id, "x"}) == message_not_found);
    CHECK(room.act(room.guest, DeleteRoomMessage{id}) == message_not_found);
  }
  CHECK(room.memory.end() == end);
}

TEST_CASE("what can't be read in a room is answered to its sender alone", "[loop]") {
  Physics room;
  CHECK(room.act(room.guest, Misspeak{{RefusalCode::message_too_long, "too long"}, {}}) ==
        Words{"error: Message exceeds 500 characters."});
  CHECK(room.heard_by_all().empty());
}

TEST_CASE("a message is edited and deleted in the turn in which it was sent", "[loop]") {
  Physics room;
  const auto first = to_string(room.next_id());
  const auto second = to_string(room.next_id(2));
  room.send(room.guest, SendRoomMessage{"one"});
  room.send(room.guest, EditRoomMessage{first, "eins"});
  room.send(room.guest, SendRoomMessage{"two"});
  room.send(room.guest, DeleteRoomMessage{second});
  room.send(room.host, EditRoomMessage{first, "mine"});
  room.send(room.guest, EditRoomMessage{second, "zwei"});
  const auto page = room.new_peer();
  room.send(page, ListRoomMessages{caller_of(alice), "alice", "physics", 50, std::nullopt});
  room.turn();
  const Words all{"chat_message new", "chat_message update", "chat_message new",
                  "chat_message delete"};
  auto to_host = all, to_guest = all;
  to_host.push_back("error: You can only edit your own messages.");
  to_guest.push_back(message_not_found.front());
  room.check_heard({{room.host, to_host}, {room.guest, to_guest}, {page, {"200 OK"}}});
  const auto answer = room.last_answer();
  REQUIRE(answer["data"]["messages"].Size() == 1);
  CHECK(text_member(answer["data"]["messages"][0], "body") == "eins");
  CHECK(room.history().bodies == Texts{"eins"});
  room.check_state();
}

TEST_CASE("who was changed is shown as changed from the next message on", "[loop]") {
  Physics room;
  room.say(room.guest, "before");
  CHECK(room.ask(set_username(carol, "caro")) == Words{"200 OK"});
  CHECK(room.heard_by_all().empty());  // who changed it stays
  room.say(room.guest, "after");
  CHECK(text_member(room.last_frame(room.host), "user") == "caro");
  room.history();
  const auto answer = room.last_answer();
  CHECK(text_member(answer["data"]["messages"][0], "user") == "caro");
  CHECK(text_member(answer["data"]["messages"][1], "user") == "carol");
}

}  // namespace hansom
