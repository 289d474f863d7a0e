// Who may be in a room, and who may not be there any more (PROTOCOL.md, Rooms).

#include "engine/loop.hpp"
#include "tests/support/room_stage.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace hansom {
namespace {

using Fault = MemoryLog::Fault;

}  // namespace

// Who comes in.

TEST_CASE("who takes part in a room may enter it, and is shown nothing at first", "[loop]") {
  Physics room;
  for (const auto account : {alice, carol, dana}) {
    CHECK(room.heard_by(room.enter(account)).empty());
  }
  CHECK(room.heard_by_all().empty());
  room.check_state();
}

TEST_CASE("who may not enter a room hears why by HTTP", "[loop]") {
  Physics room;
  CHECK(refusal_of(room, EnterRoom{{Side::participant, {}}, "alice", "physics"}) ==
        Words{"401 INVALID_TOKEN"});
  CHECK(refusal_of(room, carol, "alice", "chemistry") == Words{"404 NOT_FOUND"});
  CHECK(refusal_of(room, carol, "carol", "physics") == Words{"404 NOT_FOUND"});
  CHECK(refusal_of(room, carol, "nobody", "physics") == Words{"404 NOT_FOUND"});
  CHECK(refusal_of(room, carol, "", "") == Words{"404 NOT_FOUND"});
  CHECK(refusal_of(room, frank) == Words{"403 FORBIDDEN"});
  CHECK(refusal_of(room, bob) == Words{"403 FORBIDDEN"});
  room.ask(set_status(carol, AccountStatus::blocked));
  CHECK(refusal_of(room, carol) == Words{"403 ACCOUNT_BLOCKED"});
  room.ask(set_status(carol, AccountStatus::deleted));
  CHECK(refusal_of(room, carol) == Words{"403 ACCOUNT_DELETED"});
  room.ask(set_status(carol, AccountStatus::active));
  room.enter(carol);
}

TEST_CASE("an account that has as many sockets as it may gets no other until one is gone",
          "[loop]") {
  Stage stage(Rules{.sockets_of_account_max = 2});
  REQUIRE(stage.act(stage.new_peer(), open_room(alice)) == Words{"201 CREATED"});
  const auto enter = [&] { return stage.to_room(alice, "alice", "physics"); };
  const auto first = stage.to_campus(Side::passenger, alice);
  const auto second = enter();
  const Words too_many{"429 TOO_MANY_SOCKETS"};
  CHECK(refusal_of(stage, alice) == too_many);
  for (const auto side : {Side::passenger, Side::campus_driver}) {
    const auto third = stage.send_to_campus(side, alice);
    stage.turn();
    CHECK(stage.heard_by(third) == too_many);
  }
  stage.to_campus(Side::passenger, carol);  // another account
  // The sides of taxi replace, and are never refused for this.
  stage.connect(Side::customer, alice);
  stage.act(first, Disconnect{});
  CHECK(refusal_of(stage, alice) == too_many);
  stage.act(second, Disconnect{});
  enter();
}

TEST_CASE("without a limit an account has any number of sockets", "[loop]") {
  Stage stage(Rules{.sockets_of_account_max = 0});
  for (int i = 0; i < 1'000; ++i) stage.to_campus(Side::passenger, alice);
}

TEST_CASE("a room is opened by its host, who takes part in it", "[loop]") {
  Stage stage;
  const auto ask = [&](Command command) { return stage.act(stage.new_peer(), std::move(command)); };
  CHECK(ask(open_room(alice)) == Words{"201 CREATED"});
  CHECK(text_member(stage.last_answer()["data"], "host") == "alice");
  CHECK(text_member(stage.last_answer()["data"], "slug") == "physics");
  CHECK(ask(open_room(alice)) == Words{"409 SLUG_TAKEN"});
  CHECK(ask(open_room(carol)) == Words{"201 CREATED"});  // a host's slugs are the host's
  CHECK(ask(open_room(alice, "chemistry")) == Words{"201 CREATED"});
  CHECK(ask(open_room(bob)) == Words{"422 INVALID_PAYLOAD"});
  CHECK(ask(OpenRoom{{Side::participant, {}}, "Physics", "physics"}) == Words{"401 INVALID_TOKEN"});
  stage.to_room(alice, "alice", "physics");
  stage.check_state();
  const auto& rooms = stage.loop->projections().rooms;
  const auto* room = rooms.find(alice, "physics");
  REQUIRE(room);
  const auto events = read_stream(stage.memory, StreamId(room->id));
  REQUIRE(events.size() == 1);
  CHECK(events[0].actor == participant(alice));
  CHECK(events[0].cause.value == room->id.value);
}

TEST_CASE("two who open rooms in one turn get them, but for one slug twice", "[loop]") {
  Stage stage;
  const auto first = stage.new_peer(), second = stage.new_peer(), third = stage.new_peer();
  stage.send(first, open_room(alice));
  stage.send(second, open_room(alice));
  stage.send(third, open_room(carol));
  const auto guest = stage.send_to_room(carol, "carol", "physics");
  stage.turn();
  CHECK(stage.heard_by(first) == Words{"201 CREATED"});
  CHECK(stage.heard_by(second) == Words{"409 SLUG_TAKEN"});
  CHECK(stage.heard_by(third) == Words{"201 CREATED"});
  CHECK(stage.was_admitted(guest));
  stage.check_state();
}

TEST_CASE("a host lets others take part and removes them, and nobody else does", "[loop]") {
  Physics room;
  CHECK(room.ask(add("frank")) == Words{"201 CREATED"});
  CHECK(text_member(room.last_answer()["data"], "username") == "frank");
  const auto end = room.memory.end();
  CHECK(room.ask(add("frank")) == Words{"200 OK"});
  CHECK(room.memory.end() == end);  // who takes part already
  CHECK(room.ask(add("nobody")) == Words{"404 NOT_FOUND"});
  CHECK(room.ask(add("erin", carol)) == Words{"403 FORBIDDEN"});
  CHECK(room.ask(removal("frank", carol)) == Words{"403 FORBIDDEN"});
  CHECK(room.ask(removal("carol", carol)) == Words{"403 FORBIDDEN"});
  CHECK(room.ask(removal("nobody")) == Words{"404 NOT_FOUND"});
  CHECK(room.ask(removal("alice")) == Words{"409 HOST_MUST_STAY"});
  CHECK(room.ask(removal("frank")) == Words{"200 OK"});
  CHECK(room.ask(removal("frank")) == Words{"404 NOT_FOUND"});
  CHECK(room.ask(AddParticipant{caller_of(alice), "alice", "chemistry", "frank"}) ==
        Words{"404 NOT_FOUND"});
  CHECK(room.ask(RemoveParticipant{caller_of(alice), "nobody", "physics", "frank"}) ==
        Words{"404 NOT_FOUND"});
  CHECK(room.heard_by_all().empty());  // sockets are told nothing of it
  room.check_state();
}

TEST_CASE("a request about rooms that can't be read is refused after its caller is known",
          "[loop]") {
  Stage stage;
  const Refusal refusal{RefusalCode::invalid_payload, "'name' is missing or not valid."};
  CHECK(stage.act(stage.new_peer(), MalformedRequest{caller_of(alice), refusal}) ==
        Words{"422 INVALID_PAYLOAD"});
  CHECK(stage.act(stage.new_peer(), MalformedRequest{{Side::participant, {}}, refusal}) ==
        Words{"401 INVALID_TOKEN"});
}

// Who may not be there any more.

TEST_CASE("who is removed from a room is disconnected at once, on all sockets there", "[loop]") {
  Physics room;
  const auto second = room.enter(carol);
  const auto dana_peer = room.enter(dana);
  room.ask(open_room(carol));
  const auto elsewhere = room.to_room(carol, "carol", "physics");
  const auto peer = room.new_peer();
  room.send(peer, removal("carol"));
  room.turn();
  room.check_heard({{room.guest, thrown_out}, {second, thrown_out}, {peer, {"200 OK"}}});
  CHECK(room.act(room.guest, SendRoomMessage{"hi"}).empty());
  CHECK(refusal_of(room, carol) == Words{"403 FORBIDDEN"});
  room.say(elsewhere, "my own room");
  room.say(dana_peer, "who stays");
  CHECK(room.heard_by(room.guest).empty());
  room.ask(add("carol"));
  room.enter(carol);
  room.check_state();
}

TEST_CASE("what who was removed has said stays, and can't be changed by them", "[loop]") {
  Physics room;
  const auto id = room.say(room.guest, "hello");
  room.ask(removal("carol"));
  CHECK(room.history().bodies == Texts{"hello"});
  room.ask(add("carol"));
  const auto again = room.enter(carol);
  CHECK(room.act(again, EditRoomMessage{id, "hallo"}) == updated);
}

TEST_CASE("who is blocked or deleted, or whose sessions are ended, is disconnected at once",
          "[loop]") {
  Physics room;
  const Command command =
      GENERATE(as<Command>{}, set_status(carol, AccountStatus::blocked),
               set_status(carol, AccountStatus::deleted), EndSessions{to_string(carol)});
  const auto peer = room.new_peer();
  room.send(peer, command);
  room.turn();
  room.check_heard({{room.guest, thrown_out}, {peer, {"200 OK"}}});
  room.say(room.host, "bye");
  CHECK(room.heard_by(room.guest).empty());
  room.ask(set_status(carol, AccountStatus::active));
  room.enter(carol);
  room.check_state();
}

TEST_CASE("who loses their username can't take part until they have one again", "[loop]") {
  Physics room;
  const auto peer = room.new_peer();
  room.send(peer, set_username(carol, std::nullopt));
  room.turn();
  room.check_heard({{room.guest, thrown_out}, {peer, {"200 OK"}}});
  CHECK(refusal_of(room, carol) == Words{"403 FORBIDDEN"});
  CHECK(room.history(50, std::nullopt, carol).answer == Words{"403 FORBIDDEN"});
  room.ask(set_username(carol, "caro"));
  room.enter(carol);
  room.check_state();
}

TEST_CASE("a room goes by its host's username, whatever that becomes", "[loop]") {
  Physics room;
  room.ask(set_username(alice, "lissy"));
  CHECK(refusal_of(room, carol) == Words{"404 NOT_FOUND"});
  room.to_room(carol, "lissy", "physics");
  // Who takes the old name takes no room with it.
  room.ask(set_username(frank, "alice"));
  CHECK(refusal_of(room, frank) == Words{"404 NOT_FOUND"});
  room.say(room.guest, "still the same room");
}

TEST_CASE("who was removed in the same turn is not heard any more", "[loop]") {
  Physics room;
  room.send(room.guest, SendRoomMessage{"one"});
  room.send(room.new_peer(), removal("carol"));
  room.send(room.guest, SendRoomMessage{"two"});
  const auto again = room.send_to_room(carol, "alice", "physics");
  room.turn();
  CHECK(room.heard_by(room.guest) == Words{"chat_message new", "close 1008"});
  CHECK(room.heard_by(room.host) == sent);
  CHECK(room.heard_by(again) == Words{"403 FORBIDDEN"});
  CHECK(room.history().bodies == Texts{"one"});
}

// When the log fails.

TEST_CASE("of a batch that failed nothing is shown in a room, and the state is the log's",
          "[loop]") {
  const auto fault = GENERATE(Fault::lost, Fault::written);
  Physics room;
  room.heard_by_all();
  room.memory.fail_next_append(fault);
  room.send(room.guest, SendRoomMessage{"hello"});
  const auto newcomer = room.send_to_room(dana, "alice", "physics");
  const auto listing = room.new_peer();
  room.send(listing, ListRoomMessages{caller_of(alice), "alice", "physics", 50, std::nullopt});
  const auto opening = room.new_peer();
  room.send(opening, open_room(dana));
  room.turn();
  const Words unavailable{"503 LOG_UNAVAILABLE"};
  Words heard{log_unavailable_words};
  if (fault == Fault::written) {  // it is shown once it is known to be there
    heard.push_back("chat_message new");
    CHECK(room.heard_by(room.host) == sent);
  }
  room.check_heard({{room.guest, heard},
                    {newcomer, unavailable},
                    {listing, unavailable},
                    {opening, unavailable}});
  CHECK_FALSE(room.was_admitted(newcomer));
  room.check_state();
  CHECK(room.history().bodies == (fault == Fault::lost ? Texts{} : Texts{"hello"}));
  room.say(room.guest, "again");
  CHECK(room.heard_by(newcomer).empty());  // who never came in
  CHECK(room.ask(open_room(dana)) ==
        Words{fault == Fault::lost ? "201 CREATED" : "409 SLUG_TAKEN"});
  room.check_state();
}

TEST_CASE("who was removed by a batch that failed has to come again", "[loop]") {
  const auto fault = GENERATE(Fault::lost, Fault::written);
  Physics room;
  room.memory.fail_next_append(fault);
  CHECK(room.ask(removal("carol")) == Words{"503 LOG_UNAVAILABLE"});
  CHECK(room.heard_by(room.guest) == Words{log_unavailable_words, "close 1013"});
  CHECK(room.heard_by_all().empty());
  room.check_state();
  if (fault == Fault::lost) {
    room.enter(carol);
  } else {
    CHECK(refusal_of(room, carol) == Words{"403 FORBIDDEN"});
  }
}

TEST_CASE("who entered and was removed in a batch that failed is refused by HTTP alone", "[loop]") {
  Physics room;
  room.memory.fail_next_append(GENERATE(Fault::lost, Fault::written));
  const auto peer = room.send_to_room(dana, "alice", "physics");
  room.send(room.new_peer(), removal("dana"));
  room.turn();
  CHECK(room.heard_by(peer) == Words{"503 LOG_UNAVAILABLE"});
}

TEST_CASE("while the log is out of order nobody enters a room, and nothing is said", "[loop]") {
  Physics room;
  room.memory.fail_next_append(Fault::lost);
  room.memory.refuse_reopen(true);
  CHECK(room.act(room.guest, SendRoomMessage{"hello"}) == Words{log_unavailable_words});
  REQUIRE_FALSE(room.loop->serving());
  CHECK(room.act(room.guest, SendRoomMessage{"hello"}) == Words{log_unavailable_words});
  CHECK(refusal_of(room, dana) == Words{"503 LOG_UNAVAILABLE"});
  CHECK(room.history().answer == Words{"503 LOG_UNAVAILABLE"});
  CHECK(room.heard_by_all().empty());
  room.memory.refuse_reopen(false);
  room.wait(1s);
  REQUIRE(room.loop->serving());
  room.say(room.guest, "hello");
  CHECK(room.heard_by_all().empty());
}

}  // namespace hansom
