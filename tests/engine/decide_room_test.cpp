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
Room room() {
  Story story;
  Rooms rooms;
  rooms.apply(story.tell(physics, RoomOpened{alice, "physics", "Physics"}));
  rooms.apply(story.tell(physics, ParticipantAdded{carol}));
  return *rooms.find(physics);
}

RoomOutcome open_by_host(AccountId host, const Room* taken = nullptr) {
  const Scene scene;
  return outcome_of(
      decide(taken, OpenRoom{somebody, "Physics", "physics"}, scene.now(participant(host))));
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
RoomMessage message() {
  Story story;
  return message_sent(said_by(carol, "hello"), story.tell(physics, said_by(carol, "hello")));
}

RoomOutcome edit(const RoomMessage* found, AccountId by) {
  const Scene scene;
  return outcome_of(decide(found, EditRoomMessage{"", "hallo"}, scene.now(participant(by))));
}

RoomOutcome erase(const RoomMessage* found, AccountId by) {
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
  const auto taken = room();
  CHECK(open_by_host(alice, &taken) == refused_with(RefusalCode::slug_taken));
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
  CHECK(edit(&hers, carol) == just(RoomMessageEdited{hers.id, "hallo"}));
  CHECK(erase(&hers, carol) == just(RoomMessageDeleted{hers.id}));
  for (const auto other : {alice, dana}) {  // the host, too
    CHECK(edit(&hers, other) == refused_with(RefusalCode::message_not_yours_to_edit));
    CHECK(erase(&hers, other) == refused_with(RefusalCode::message_not_yours_to_delete));
  }
}

TEST_CASE("a message that is not there is not found, by anybody", "[decide]") {
  CHECK(edit(nullptr, carol) == refused_with(RefusalCode::message_not_found));
  CHECK(erase(nullptr, carol) == refused_with(RefusalCode::message_not_found));
}

}  // namespace hansom
