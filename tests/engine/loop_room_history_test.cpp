// What was said in a room, page by page (PROTOCOL.md, Rooms).

#include "engine/loop.hpp"
#include "tests/support/room_stage.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace hansom {

// The history.

TEST_CASE("a history is listed newest first, as it is now", "[loop]") {
  Physics room;
  CHECK(room.history().answer == Words{"200 OK"});
  CHECK(room.history().bodies.empty());
  const auto one = room.say(room.host, "one");
  const auto two = room.say(room.guest, "two");
  const auto three = room.say(room.host, "three");
  CHECK(room.history().bodies == Texts{"three", "two", "one"});
  room.act(room.guest, DeleteRoomMessage{two});
  room.act(room.host, EditRoomMessage{one, "uno"});
  const auto page = room.history();
  CHECK(page.bodies == Texts{"three", "uno"});
  CHECK(page.ids == Texts{three, one});
  CHECK_FALSE(page.next_before);
}

TEST_CASE("pages of a history follow each other without a gap, deleted messages or not", "[loop]") {
  Physics room;
  Texts all;
  for (int i = 0; i < 12; ++i) {
    const auto id = room.say(room.host, std::to_string(i));
    if (i % 4 == 1) {
      room.act(room.host, DeleteRoomMessage{id});
    } else {
      all.insert(all.begin(), id);
    }
  }
  for (std::size_t limit = 1; limit <= all.size() + 1; ++limit) {
    Texts walked;
    std::optional<std::string> before;
    for (std::size_t pages = 0; pages <= all.size(); ++pages) {
      const auto page = room.history(limit, before);
      walked.insert(walked.end(), page.ids.begin(), page.ids.end());
      before = page.next_before;
      if (!before) break;
      CHECK(page.ids.size() == limit);
      CHECK(page.ids.back() == *before);
    }
    INFO("by " << limit);
    CHECK_FALSE(before);
    CHECK(walked == all);
  }
}

TEST_CASE("a history goes on before a message of its room, deleted or not, and no other",
          "[loop]") {
  Physics room;
  room.ask(open_room(alice, "chemistry"));
  const auto elsewhere = room.to_room(alice, "alice", "chemistry");
  const auto foreign = room.say(elsewhere, "boom");
  const auto one = room.say(room.host, "one");
  const auto two = room.say(room.host, "two");
  room.say(room.host, "three");
  room.act(room.host, DeleteRoomMessage{two});
  CHECK(room.history(50, two).bodies == Texts{"one"});
  CHECK(room.history(50, one).answer == Words{"200 OK"});
  CHECK(room.history(50, one).bodies.empty());
  for (const auto& before :
       {foreign, std::string("nonsense"), std::string(), to_string(uuid(0xffff))}) {
    INFO(before);
    CHECK(room.history(50, before).answer == Words{"404 NOT_FOUND"});
  }
}

TEST_CASE("a history is for who takes part", "[loop]") {
  Physics room;
  room.say(room.host, "one");
  CHECK(room.history(50, std::nullopt, carol).bodies == Texts{"one"});
  CHECK(room.history(50, std::nullopt, frank).answer == Words{"403 FORBIDDEN"});
  CHECK(room.history(50, std::nullopt, bob).answer == Words{"403 FORBIDDEN"});
  room.ask(removal("carol"));
  CHECK(room.history(50, std::nullopt, carol).answer == Words{"403 FORBIDDEN"});
  CHECK(room.ask(ListRoomMessages{caller_of(alice), "alice", "chemistry", 50, std::nullopt}) ==
        Words{"404 NOT_FOUND"});
  CHECK(room.ask(ListRoomMessages{{Side::participant, {}}, "alice", "physics", 50, {}}) ==
        Words{"401 INVALID_TOKEN"});
}

TEST_CASE("a history shows each message as it is now, wherever a page begins", "[loop]") {
  Physics room;
  const auto one = room.say(room.host, "one");
  const auto two = room.say(room.guest, "two");
  const auto three = room.say(room.host, "three");
  room.act(room.host, EditRoomMessage{one, "uno"});
  room.act(room.host, EditRoomMessage{one, "eins"});
  room.act(room.guest, DeleteRoomMessage{two});
  CHECK(room.history().bodies == Texts{"three", "eins"});
  CHECK(room.history(50, three).bodies == Texts{"eins"});
  CHECK(room.history(50, two).bodies == Texts{"eins"});  // its place is still known
  CHECK(room.history(50, one).bodies.empty());
  CHECK(room.history(1).next_before == three);
}

TEST_CASE("a page ends early where most of what was said is deleted, and the next one goes on",
          "[loop]") {
  Physics room;
  room.say(room.host, "first");
  std::vector<std::string> gone;
  for (std::size_t i = 0; i < messages_looked_at_max; ++i) {
    room.send(room.host, SendRoomMessage{"x"});
    gone.push_back(to_string(room.next_id(static_cast<unsigned>(i))));
  }
  room.turn();
  for (const auto& id : gone) room.send(room.host, DeleteRoomMessage{id});
  room.turn();
  room.heard_by_all();
  const auto page = room.history();
  CHECK(page.bodies.empty());
  REQUIRE(page.next_before == gone.front());
  const auto next = room.history(50, page.next_before);
  CHECK(next.bodies == Texts{"first"});
  CHECK_FALSE(next.next_before);
}

TEST_CASE("rooms and what was said in them survive a restart", "[loop]") {
  Physics room;
  const auto one = room.say(room.host, "one");
  room.say(room.guest, "two");
  room.act(room.host, EditRoomMessage{one, "uno"});
  const auto before = room.history();
  room.restart();
  room.check_state();
  room.heard_by_all();
  const auto after = room.history();
  CHECK(after.bodies == Texts{"two", "uno"});
  CHECK(after.ids == before.ids);
  CHECK(room.act(room.host, SendRoomMessage{"hi"}).empty());  // who has to come again
  const auto host = room.enter(alice);
  CHECK(room.act(host, EditRoomMessage{one, "eins"}) == updated);
  room.check_state();
}

TEST_CASE("what was said and can't be read is told of, and hinders nobody from speaking",
          "[loop]") {
  const auto [kind, code] = GENERATE(
      table<LogError::Kind, std::string>({{LogError::Kind::damaged, "500 INTERNAL_ERROR"},
                                          {LogError::Kind::unavailable, "503 LOG_UNAVAILABLE"}}));
  Physics room;
  const auto id = room.say(room.guest, "hello");
  room.log.mentions_fail = kind;
  CHECK(room.history().answer == Words{code});
  const auto words = room.act(room.guest, EditRoomMessage{id, "x"});
  REQUIRE(words.size() == 1);
  CHECK(words[0].starts_with("error: "));
  CHECK(words != message_not_found);
  CHECK(room.act(room.guest, DeleteRoomMessage{id}) == words);
  room.say(room.guest, "still here");
  room.log.mentions_fail.reset();
  CHECK(room.history().bodies == Texts{"still here", "hello"});
}

}  // namespace hansom
