#include "projections/rooms.hpp"

#include "tests/support/printing.hpp"
#include "tests/support/story.hpp"

#include <catch2/catch.hpp>

namespace hansom {
namespace {

const RoomId physics{uuid(1)}, chemistry{uuid(2)};

/// Rooms and the story that is folded into them.
struct Told {
  Story story;
  Rooms rooms;

  const Room& tell(RoomId id, RoomEvent event) {
    rooms.apply(story.tell(id, std::move(event)));
    return *rooms.find(id);
  }
};

}  // namespace

TEST_CASE("a room is found by its id, and by its host and slug", "[rooms]") {
  Told told;
  CHECK_FALSE(told.rooms.find(physics));
  CHECK_FALSE(told.rooms.find(alice, "physics"));
  const auto& room = told.tell(physics, RoomOpened{alice, "physics", "Physics 101"});
  CHECK(room.id == physics);
  CHECK(room.revision == Revision{1});
  CHECK(room.host == alice);
  CHECK(room.slug == "physics");
  CHECK(room.name == "Physics 101");
  CHECK(told.rooms.find(alice, "physics") == &room);
  CHECK_FALSE(told.rooms.find(alice, "physic"));
  CHECK_FALSE(told.rooms.find(alice, "Physics"));
  CHECK_FALSE(told.rooms.find(carol, "physics"));
  CHECK_FALSE(told.rooms.find(chemistry));
}

TEST_CASE("two hosts may have rooms of one slug, and a host several rooms", "[rooms]") {
  Told told;
  const RoomId carols{uuid(3)};
  told.tell(physics, RoomOpened{alice, "physics", "Physics"});
  told.tell(carols, RoomOpened{carol, "physics", "Physics"});
  told.tell(chemistry, RoomOpened{alice, "chemistry", "Chemistry"});
  CHECK(told.rooms.size() == 3);
  CHECK(told.rooms.find(alice, "physics")->id == physics);
  CHECK(told.rooms.find(carol, "physics")->id == carols);
  CHECK(told.rooms.find(alice, "chemistry")->id == chemistry);
}

TEST_CASE("a host takes part, and so does who was added and not removed", "[rooms]") {
  Told told;
  CHECK(told.tell(physics, RoomOpened{alice, "physics", "Physics"}).has(alice));
  CHECK_FALSE(told.rooms.find(physics)->has(carol));
  CHECK(told.tell(physics, ParticipantAdded{carol}).has(carol));
  CHECK(told.tell(physics, ParticipantAdded{dana}).participants.size() == 3);
  CHECK_FALSE(told.tell(physics, ParticipantRemoved{carol}).has(carol));
  CHECK(told.rooms.find(physics)->has(dana));
  CHECK(told.tell(physics, ParticipantAdded{carol}).has(carol));
  CHECK(told.rooms.find(physics)->revision == Revision{5});
}

TEST_CASE("what is said in a room changes no more of it than its revision", "[rooms]") {
  Told told;
  auto before = told.tell(physics, RoomOpened{alice, "physics", "Physics"});
  const MessageId message{uuid(7)};
  told.tell(physics, said_by(alice, "hello"));
  told.tell(physics, RoomMessageEdited{message, Position{2}, "hallo"});
  const auto& after = told.tell(physics, RoomMessageDeleted{message, Position{2}});
  before.revision = Revision{4};
  CHECK(after == before);
}

}  // namespace hansom
