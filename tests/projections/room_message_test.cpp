#include "projections/room_message.hpp"

#include "tests/support/printing.hpp"
#include "tests/support/story.hpp"

#include <catch2/catch.hpp>

namespace hansom {
namespace {

const RoomId physics{uuid(1)};

}  // namespace

TEST_CASE("a message that was sent is shown with its author, as yet unedited", "[room_message]") {
  Story story;
  const auto& envelope = story.tell(physics, said_by(carol, "hello"), noon, participant(carol));
  const auto message = message_sent(envelope);
  CHECK(message.id == MessageId{envelope.cause.value});
  CHECK(message.author.account == carol);
  CHECK(message.body == "hello");
  CHECK(message.created == noon);
  CHECK(message.updated == noon);
  CHECK_FALSE(message.edited);
}

TEST_CASE("what a message has come to is what its newest event says", "[room_message]") {
  Story story(Position{41});
  const auto fate = [&](RoomEvent event, Instant at) {
    return fate_of_message(story.tell(physics, std::move(event), at, participant(carol)));
  };
  const auto sent = fate(said_by(carol, "hello"), noon);
  CHECK(sent.sent == Position{42});
  CHECK(sent.room == physics);
  CHECK(sent.author == carol);
  CHECK(sent.body == "hello");
  CHECK_FALSE(sent.edited);

  auto expected = sent;
  expected.body = "hallo";
  expected.edited = true;
  expected.updated = noon + 1s;
  CHECK(fate(RoomMessageEdited{sent.id, sent.sent, "hallo"}, noon + 1s) == expected);

  const auto deleted = fate(RoomMessageDeleted{sent.id, sent.sent}, noon + 2s);
  CHECK_FALSE(deleted.body);
  CHECK(deleted.id == sent.id);
  CHECK(deleted.sent == sent.sent);
  CHECK(deleted.author == carol);
}

}  // namespace hansom
