#include "engine/decide.hpp"
#include "tests/support/given.hpp"

#include <catch2/catch.hpp>

namespace hansom {
namespace {

using RoomOutcome = OutcomeOf<RoomEvent>;

RoomOutcome refused_with(RefusalCode code) { return {{}, code}; }
RoomOutcome nothing() { return {}; }

template <typename Event>
RoomOutcome just(Event event) {
  return {{RoomEvent(std::move(event))}, std::nullopt};
}

const Caller somebody{Side::participant, {}};
const RoomId physics{uuid(1)};

/// Alice's room, in which Carol takes part.
Rooms rooms_with_physics() {
  Story story;
  Rooms rooms;
  rooms.apply(story.tell(physics, RoomOpened{alice, "physics", "Physics"}));
  rooms.apply(story.tell(physics, ParticipantAdded{carol}));
  return rooms;
}

Room room() { return *rooms_with_physics().find(physics); }

RoomOutcome open_by_host(AccountId host, const Rooms& rooms = {}) {
  const Scene scene;
  return outcome_of(
      decide(rooms, OpenRoom{somebody, "Physics", "physics"}, scene.now(participant(host))));
}

RoomOutcome add(const Scene& scene, const std::string& username, AccountId by = alice) {
  return outcome_of(decide(room(), AddParticipant{somebody, "alice", "physics", username},
                           scene.now(participant(by))));
}

RoomOutcome remove(const Scene& scene, const std::string& username, AccountId by = alice) {
  return outcome_of(decide(room(), RemoveParticipant{somebody, "alice", "physics", username},
                           scene.now(participant(by))));
}

/// A message of Carol's.
MessageFate message() {
  Story story(Position{6});
  return fate_of_message(story.tell(physics, said_by(carol, "hello"), noon, participant(carol)));
}

RoomOutcome edit(const MessageFate* found, AccountId by) {
  const Scene scene;
  return outcome_of(decide(found, EditRoomMessage{"", "hallo"}, scene.now(participant(by))));
}

RoomOutcome erase(const MessageFate* found, AccountId by) {
  const Scene scene;
  return outcome_of(decide(found, DeleteRoomMessage{""}, scene.now(participant(by))));
}

void set_status(Scene& scene, AccountId account, AccountStatus status) {
  Story story;
  scene.accounts.apply(
      story.tell(StreamId(account), Event(AccountEvent(AccountStatusChanged{status}))));
}

}  // namespace

TEST_CASE("a room is opened by who has a username", "[decide]") {
  CHECK(open_by_host(alice) == just(RoomOpened{alice, "physics", "Physics"}));
  CHECK(open_by_host(bob) == refused_with(RefusalCode::invalid_payload));
}

TEST_CASE("a host has one room of a slug", "[decide]") {
  CHECK(open_by_host(alice, rooms_with_physics()) == refused_with(RefusalCode::slug_taken));
  CHECK(open_by_host(carol, rooms_with_physics()) == just(RoomOpened{carol, "physics", "Physics"}));
}

TEST_CASE("a host has so many rooms at most", "[decide]") {
  Story story;
  Rooms rooms;
  for (unsigned i = 0; i < rooms_of_host_max; ++i) {
    CHECK(open_by_host(alice, rooms).refusal == std::nullopt);
    rooms.apply(story.tell(RoomId{uuid(100 + i)}, RoomOpened{alice, std::to_string(i), "Room"}));
  }
  CHECK(open_by_host(alice, rooms) == refused_with(RefusalCode::too_many_rooms));
  CHECK(open_by_host(carol, rooms).refusal == std::nullopt);
}

TEST_CASE("so many take part in a room at most", "[decide]") {
  const Scene scene;
  auto full = room();
  for (unsigned i = 0; full.participants.size() < participants_max; ++i) {
    full.participants.insert(AccountId{uuid(1'000 + i)});
  }
  const AddParticipant command{somebody, "alice", "physics", "dana"};
  CHECK(outcome_of(decide(full, command, scene.now(participant(alice)))) ==
        refused_with(RefusalCode::too_many_participants));
  const AddParticipant again{somebody, "alice", "physics", "carol"};
  CHECK(outcome_of(decide(full, again, scene.now(participant(alice)))) == nothing());
}

TEST_CASE("a host lets others take part, once each", "[decide]") {
  const Scene scene;
  CHECK(add(scene, "dana") == just(ParticipantAdded{dana}));
  CHECK(add(scene, "carol") == nothing());
  CHECK(add(scene, "alice") == nothing());
}

TEST_CASE("who is not known by a username can't be let in", "[decide]") {
  const Scene scene;
  for (const auto* username : {"nobody", "", "Dana", "bob", "dana@example.com"}) {
    INFO(username);
    CHECK(add(scene, username) == refused_with(RefusalCode::not_found));
  }
}

TEST_CASE("who is blocked may be let in all the same, who is deleted may not", "[decide]") {
  Scene scene;
  set_status(scene, dana, AccountStatus::blocked);
  CHECK(add(scene, "dana") == just(ParticipantAdded{dana}));
  set_status(scene, dana, AccountStatus::deleted);
  CHECK(add(scene, "dana") == refused_with(RefusalCode::not_found));
}

TEST_CASE("only the host decides who takes part", "[decide]") {
  const Scene scene;
  for (const auto by : {carol, dana, bob}) {
    for (const auto* username : {"carol", "dana", "alice", "nobody"}) {
      CHECK(add(scene, username, by) == refused_with(RefusalCode::forbidden));
      CHECK(remove(scene, username, by) == refused_with(RefusalCode::forbidden));
    }
  }
}

TEST_CASE("a host removes who takes part, whatever became of them, but never the host",
          "[decide]") {
  Scene scene;
  CHECK(remove(scene, "carol") == just(ParticipantRemoved{carol}));
  CHECK(remove(scene, "alice") == refused_with(RefusalCode::host_must_stay));
  CHECK(remove(scene, "dana") == refused_with(RefusalCode::not_found));
  CHECK(remove(scene, "nobody") == refused_with(RefusalCode::not_found));
  set_status(scene, carol, AccountStatus::deleted);
  CHECK(remove(scene, "carol") == just(ParticipantRemoved{carol}));
}

TEST_CASE("a message records its author as they are then", "[decide]") {
  Scene scene;
  const auto say = [&](AccountId by) {
    return outcome_of(decide(SendRoomMessage{"hello"}, scene.now(participant(by))));
  };
  CHECK(say(carol) == just(said_by(carol, "hello")));
  Story story;
  ProfileChanged changed{registration_of(carol)};
  changed.username = "caro";
  changed.avatar = std::nullopt;
  scene.accounts.apply(story.tell(StreamId(carol), Event(AccountEvent(changed))));
  CHECK(say(carol) == just(RoomMessageSent{{carol, "caro", std::nullopt}, "hello"}));
}

TEST_CASE("a message is edited and deleted by its author alone", "[decide]") {
  const auto hers = message();
  CHECK(edit(&hers, carol) == just(RoomMessageEdited{hers.id, Position{7}, "hallo"}));
  CHECK(erase(&hers, carol) == just(RoomMessageDeleted{hers.id, Position{7}}));
  for (const auto other : {alice, dana}) {  // the host, too
    CHECK(edit(&hers, other) == refused_with(RefusalCode::message_not_yours_to_edit));
    CHECK(erase(&hers, other) == refused_with(RefusalCode::message_not_yours_to_delete));
  }
}

TEST_CASE("a message that is not there is not found, by anybody", "[decide]") {
  CHECK(edit(nullptr, carol) == refused_with(RefusalCode::message_not_found));
  CHECK(erase(nullptr, carol) == refused_with(RefusalCode::message_not_found));
  auto deleted = message();
  deleted.body.reset();
  for (const auto anybody : {carol, alice}) {
    CHECK(edit(&deleted, anybody) == refused_with(RefusalCode::message_not_found));
    CHECK(erase(&deleted, anybody) == refused_with(RefusalCode::message_not_found));
  }
}

}  // namespace hansom
