#include "projections/transcripts.hpp"

#include "tests/support/printing.hpp"
#include "tests/support/story.hpp"

#include <catch2/catch.hpp>

namespace hansom {
namespace {

const RoomId physics{uuid(1)}, chemistry{uuid(2)}, biology{uuid(3)};

/// A transcript of one message.
Transcript transcript_of(RoomId room, std::string body = "hello") {
  Story story;
  Transcript transcript;
  transcript.apply(story.tell(room, said_by(alice, std::move(body))));
  return transcript;
}

std::size_t messages_in(const Transcript& transcript) {
  return transcript.page(std::nullopt, 1'000)->messages.size();
}

}  // namespace

TEST_CASE("a transcript that was taken in is kept up to date", "[transcripts]") {
  Transcripts transcripts;
  CHECK_FALSE(transcripts.use(physics, noon));
  transcripts.keep(physics, transcript_of(physics), noon);
  REQUIRE(transcripts.use(physics, noon));
  CHECK(transcripts.size() == 1);
  Story story;
  transcripts.apply(story.tell(physics, said_by(carol, "hi")));
  transcripts.apply(story.tell(chemistry, said_by(carol, "boom")));  // of which none is here
  CHECK(messages_in(*transcripts.use(physics, noon)) == 2);
  CHECK_FALSE(transcripts.use(chemistry, noon));
}

TEST_CASE("a transcript that nobody asked for long is let go of, on the microsecond",
          "[transcripts]") {
  Transcripts transcripts;
  CHECK_FALSE(transcripts.next_idle());
  transcripts.forget_idle(noon);
  transcripts.keep(physics, transcript_of(physics), noon);
  CHECK(transcripts.next_idle() == noon + 10min);
  transcripts.forget_idle(noon + 10min - 1us);
  CHECK(transcripts.size() == 1);
  transcripts.forget_idle(noon + 10min);
  CHECK(transcripts.size() == 0);
  CHECK(transcripts.bytes() == 0);
  CHECK_FALSE(transcripts.use(physics, noon + 10min));
  CHECK_FALSE(transcripts.next_idle());
}

TEST_CASE("a use keeps a transcript, an event does not", "[transcripts]") {
  Transcripts transcripts;
  transcripts.keep(physics, transcript_of(physics), noon);
  transcripts.keep(chemistry, transcript_of(chemistry), noon + 1min);
  transcripts.use(physics, noon + 5min);
  CHECK(transcripts.next_idle() == noon + 11min);  // chemistry's
  Story story;
  transcripts.apply(story.tell(chemistry, said_by(carol, "boom"), noon + 6min));
  CHECK(transcripts.next_idle() == noon + 11min);
  transcripts.forget_idle(noon + 11min);
  CHECK_FALSE(transcripts.use(chemistry, noon + 11min));
  CHECK(transcripts.use(physics, noon + 11min));
}

TEST_CASE("what they take is the sum of what there is, whatever is said and let go of",
          "[transcripts]") {
  Transcripts transcripts;
  const auto one = transcript_of(physics), two = transcript_of(chemistry, "a longer text");
  transcripts.keep(physics, one, noon);
  transcripts.keep(chemistry, two, noon + 1min);
  CHECK(transcripts.bytes() == one.bytes() + two.bytes());
  Story story;
  const MessageId id{uuid(1)};  // of both first messages
  transcripts.apply(story.tell(chemistry, RoomMessageEdited{id, "short"}));
  transcripts.apply(story.tell(chemistry, said_by(carol, "boom")));
  transcripts.apply(story.tell(chemistry, RoomMessageDeleted{id}));
  transcripts.forget_idle(noon + 10min);
  CHECK(transcripts.bytes() == transcripts.use(chemistry, noon + 10min)->bytes());
  transcripts.forget_idle(noon + 1h);
  CHECK(transcripts.bytes() == 0);
}

TEST_CASE("where they take too much, those that were used longest ago go, but never the last",
          "[transcripts]") {
  Transcripts transcripts;
  const std::string half(transcripts_bytes_max / 2, 'x');
  transcripts.keep(physics, transcript_of(physics), noon);
  transcripts.keep(chemistry, transcript_of(chemistry, half), noon);
  transcripts.forget_idle(noon);
  CHECK(transcripts.size() == 2);
  transcripts.use(physics, noon);
  transcripts.keep(biology, transcript_of(biology, half), noon);
  transcripts.forget_idle(noon);
  CHECK_FALSE(transcripts.use(chemistry, noon));
  CHECK(transcripts.size() == 2);
  CHECK(transcripts.bytes() <= transcripts_bytes_max);

  Story story;
  transcripts.use(biology, noon);
  transcripts.apply(story.tell(biology, said_by(carol, half)));
  transcripts.forget_idle(noon);
  CHECK(transcripts.size() == 1);  // alone it may take more
  CHECK(transcripts.bytes() > transcripts_bytes_max);
  CHECK(transcripts.use(biology, noon));
}

}  // namespace hansom
