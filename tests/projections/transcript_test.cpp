#include "projections/transcript.hpp"

#include "tests/support/printing.hpp"
#include "tests/support/story.hpp"

#include <catch2/catch.hpp>

namespace hansom {
namespace {

const RoomId physics{uuid(1)};

using Texts = std::vector<std::string>;

/// A transcript and the story that is folded into it.
struct Told {
  Story story;
  Transcript transcript;

  const Envelope& tell(RoomEvent event, Instant at = noon) {
    const auto& envelope = story.tell(physics, std::move(event), at);
    transcript.apply(envelope);
    return envelope;
  }
  MessageId say(std::string body, AccountId by = carol, Instant at = noon) {
    return {tell(said_by(by, std::move(body)), at).cause.value};
  }

  /// The texts of a page, and `+` where there is more.
  Texts page(std::size_t limit, std::optional<MessageId> before = std::nullopt) const {
    const auto page = transcript.page(before, limit);
    REQUIRE(page);
    Texts texts;
    for (const auto* message : page->messages) texts.push_back(message->body);
    if (page->has_more) texts.push_back("+");
    return texts;
  }
};

}  // namespace

TEST_CASE("a message is found as it was sent", "[transcript]") {
  Told told;
  const auto id = told.say("hello", carol, noon + 1s);
  const auto* message = told.transcript.find(id);
  REQUIRE(message);
  CHECK(message->id == id);
  CHECK(message->author == author(carol));
  CHECK(message->body == "hello");
  CHECK(message->created == noon + 1s);
  CHECK(message->updated == noon + 1s);
  CHECK_FALSE(message->edited);
  CHECK_FALSE(told.transcript.find(MessageId{uuid(0xffff)}));
}

TEST_CASE("a message that was edited has its new text, and when", "[transcript]") {
  Told told;
  const auto id = told.say("hello");
  const auto other = told.say("other");
  told.tell(RoomMessageEdited{id, "hallo"}, noon + 1min);
  told.tell(RoomMessageEdited{id, "salut"}, noon + 2min);
  const auto* message = told.transcript.find(id);
  REQUIRE(message);
  CHECK(message->body == "salut");
  CHECK(message->edited);
  CHECK(message->created == noon);
  CHECK(message->updated == noon + 2min);
  CHECK_FALSE(told.transcript.find(other)->edited);
}

TEST_CASE("a message that was deleted is not found any more", "[transcript]") {
  Told told;
  const auto id = told.say("hello");
  told.say("other");
  told.tell(RoomMessageDeleted{id});
  CHECK_FALSE(told.transcript.find(id));
  CHECK(told.page(10) == Texts{"other"});
}

TEST_CASE("a change of a message that is not there changes nothing", "[transcript]") {
  Told told;
  told.say("hello");
  const auto bytes = told.transcript.bytes();
  told.tell(RoomMessageEdited{MessageId{uuid(0xffff)}, "hallo"});
  told.tell(RoomMessageDeleted{MessageId{uuid(0xffff)}});
  CHECK(told.page(10) == Texts{"hello"});
  CHECK(told.transcript.bytes() == bytes);
}

TEST_CASE("who takes part in a room is no part of its transcript", "[transcript]") {
  Told told;
  told.tell(RoomOpened{alice, "physics", "Physics"});
  told.tell(ParticipantAdded{carol});
  told.tell(ParticipantRemoved{carol});
  CHECK(told.page(10).empty());
  CHECK(told.transcript.bytes() == 0);
}

TEST_CASE("a page has the newest first, and says whether there is more", "[transcript]") {
  Told told;
  CHECK(told.page(10).empty());
  const auto one = told.say("one");
  const auto two = told.say("two");
  const auto three = told.say("three");
  CHECK(told.page(10) == Texts{"three", "two", "one"});
  CHECK(told.page(3) == Texts{"three", "two", "one"});
  CHECK(told.page(2) == Texts{"three", "two", "+"});
  CHECK(told.page(1, three) == Texts{"two", "+"});
  CHECK(told.page(1, two) == Texts{"one"});
  CHECK(told.page(1, one).empty());
  CHECK_FALSE(told.transcript.page(MessageId{uuid(0xffff)}, 10));
}

TEST_CASE("deleted messages take no place on a page, but may be what it goes by", "[transcript]") {
  Told told;
  const auto one = told.say("one");
  told.say("two");
  const auto three = told.say("three");
  const auto four = told.say("four");
  told.tell(RoomMessageDeleted{one});
  told.tell(RoomMessageDeleted{three});
  CHECK(told.page(1) == Texts{"four", "+"});
  CHECK(told.page(1, four) == Texts{"two"});  // nothing more is to be seen
  CHECK(told.page(2) == Texts{"four", "two"});
  CHECK(told.page(10, three) == Texts{"two"});
  CHECK(told.page(10, one).empty());
}

TEST_CASE("a transcript knows roughly what it takes", "[transcript]") {
  Told told;
  CHECK(told.transcript.bytes() == 0);
  const auto id = told.say(std::string(500, 'x'));
  const auto sent = told.transcript.bytes();
  CHECK(sent >= 500 + sizeof(RoomMessage));
  told.tell(RoomMessageEdited{id, std::string(100, 'x')});
  CHECK(told.transcript.bytes() == sent - 400);
  told.tell(RoomMessageDeleted{id});
  CHECK(told.transcript.bytes() == sent - 500);  // its place stays
}

TEST_CASE("a message as it was sent is what its event says", "[transcript]") {
  Story story;
  const auto event = said_by(dana, "hello");
  const auto& envelope = story.tell(physics, event, noon + 5us);
  CHECK(message_sent(event, envelope) == RoomMessage{MessageId{envelope.cause.value}, author(dana),
                                                     "hello", noon + 5us, noon + 5us});
}

}  // namespace hansom
