// Rooms through the loop: who may come in, and who is shown what (PROTOCOL.md, Rooms).

#include "engine/loop.hpp"
#include "tests/support/stage.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace hansom {
namespace {

using Fault = MemoryLog::Fault;

const Words sent{"chat_message new"};
const Words updated{"chat_message update"};
const Words deleted{"chat_message delete"};
const Words thrown_out{"close 1008"};  // the document has no last word
const Words message_not_found{"error: Message not found."};
const std::string log_unavailable_words = "error: " + log_unavailable().message;

Caller caller_of(AccountId account) { return Stage::caller(Side::participant, account); }

OpenRoom open_room(AccountId host, std::string slug = "physics") {
  return {caller_of(host), "Physics", std::move(slug)};
}
AddParticipant add(std::string username, AccountId by = alice) {
  return {caller_of(by), "alice", "physics", std::move(username)};
}
RemoveParticipant removal(std::string username, AccountId by = alice) {
  return {caller_of(by), "alice", "physics", std::move(username)};
}

using Texts = std::vector<std::string>;

/// A page of a history as it was answered.
struct History {
  Words answer;
  Texts bodies;
  Texts ids;
  std::optional<std::string> next_before;
};

/// Alice's room, in which Carol and Dana take part; Alice and Carol are there.
struct Physics : Stage {
  PeerId host, guest;

  Physics() {
    REQUIRE(ask(open_room(alice)) == Words{"201 CREATED"});
    REQUIRE(ask(add("carol")) == Words{"201 CREATED"});
    REQUIRE(ask(add("dana")) == Words{"201 CREATED"});
    host = enter(alice);
    guest = enter(carol);
  }

  /// The answer to an HTTP request.
  Words ask(Command command) { return act(new_peer(), std::move(command)); }
  PeerId enter(AccountId account) { return to_room(account, "alice", "physics"); }

  /// Says something that all hear; the message's id.
  std::string say(PeerId from, std::string text) {
    REQUIRE(act(from, SendRoomMessage{std::move(text)}) == sent);
    auto id = text_member(last_frame(from), "id");
    heard_by_all();
    return id;
  }

  History history(std::size_t limit = 50, std::optional<std::string> before = std::nullopt,
                  AccountId by = alice) {
    History page{ask(ListRoomMessages{caller_of(by), "alice", "physics", limit, std::move(before)}),
                 {},
                 {},
                 std::nullopt};
    const auto json = last_answer();
    if (!json["data"].IsObject()) return page;
    for (const auto& message : json["data"]["messages"].GetArray()) {
      page.bodies.push_back(text_member(message, "body"));
      page.ids.push_back(text_member(message, "id"));
    }
    page.next_before = net::string_member(json["data"], "next_before");
    return page;
  }
};

/// What a socket that is asked for comes to, where that is a refusal.
Words refusal_of(Stage& stage, EnterRoom command) {
  const auto peer = stage.new_peer();
  auto words = stage.act(peer, std::move(command));
  CHECK_FALSE(stage.was_admitted(peer));
  return words;
}
Words refusal_of(Stage& stage, AccountId account, std::string host = "alice",
                 std::string slug = "physics") {
  return refusal_of(stage, {caller_of(account), std::move(host), std::move(slug)});
}

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
