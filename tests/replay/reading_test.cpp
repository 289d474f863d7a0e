#include "replay/reading.hpp"

#include "bench/chance.hpp"
#include "events/memory_log.hpp"
#include "tests/support/logs.hpp"

#include <catch2/catch.hpp>

#include <sstream>

namespace hansom::replay {
namespace {

/// Events at random times, many of them at the same.
Story in_random_time(bench::Chance& chance, std::size_t count) {
  Story story;
  auto at = noon;
  for (std::size_t i = 0; i < count; ++i) {
    at += std::chrono::microseconds(chance.in(0.5) ? 0 : chance.below(5));
    story.tell(BookingId{uuid(1)}, ChatMessageSent{Party::driver, "hi"}, at);
  }
  return story;
}

Position first_at_by_looking(std::span<const Envelope> events, Instant time) {
  for (const auto& envelope : events) {
    if (envelope.at >= time) return envelope.position;
  }
  return {events.size() + 1};
}

}  // namespace

TEST_CASE("the first event at a time is found as by looking at all", "[replay]") {
  bench::Chance chance(3);
  for (const std::size_t count : {1u, 2u, 3u, 7u, 8u, 120u}) {
    const auto story = in_random_time(chance, count);
    MemoryLog memory;
    append(memory, story, count, 1 + chance.below(4));
    NotingLog log(memory);
    for (auto time = noon - 2us; time <= story.events().back().at + 2us; time += 1us) {
      log.read_from.clear();
      const auto found = first_at(log, time);
      REQUIRE(found);
      if (*found != first_at_by_looking(story.events(), time)) {
        FAIL_CHECK("not so of " << count << " events at " << to_iso(time, Fraction::microseconds));
      }
      if (log.read_from.size() > 8) FAIL_CHECK("read " << log.read_from.size() << " times");
    }
  }
}

TEST_CASE("a log without events has its first event, at whatever time, yet to come", "[replay]") {
  CHECK(first_at(MemoryLog(), noon).value() == Position{1});
}

TEST_CASE("a log that can't be read has no first event", "[replay]") {
  struct Unreadable final : LogInFront {
    using LogInFront::LogInFront;
    LogResult read(Position, const Visit&) const override {
      return std::unexpected(LogError{LogError::Kind::damaged, "a failure was ordered"});
    }
  };
  MemoryLog memory;
  append(memory, chatter(3), 3);
  const auto found = first_at(Unreadable(memory), noon);
  REQUIRE_FALSE(found);
  CHECK(found.error().message == "a failure was ordered");
  CHECK(found.error().exit_code == 1);
}

TEST_CASE("a walk visits what a log has from a position on, until it was enough", "[replay]") {
  std::ostringstream out, err;
  Console console(out, err, false, false);
  MemoryLog log;
  append(log, chatter(5), 5);
  std::vector<std::uint64_t> seen;
  const auto see = [&](const Envelope& envelope) {
    seen.push_back(envelope.position.value);
    return envelope.position < Position{4};
  };
  CHECK(walk(log, {2}, console, "looking", see));
  CHECK(seen == std::vector<std::uint64_t>{2, 3, 4});
  seen.clear();
  CHECK(walk(log, {6}, console, "looking", see));
  CHECK(walk(log, {60}, console, "looking", see));
  CHECK(seen.empty());
  CHECK(err.str().empty());
}

TEST_CASE("a stream's events are read whole; one without any is said not to be there", "[replay]") {
  MemoryLog log;
  append(log, chatter(6), 6);
  const auto events = events_of(log, StreamId(BookingId{uuid(2)}));
  REQUIRE(events);
  CHECK(events->size() == 2);
  const StreamId nobody(alice);
  const auto none = events_of(log, nobody);
  REQUIRE_FALSE(none);
  CHECK(none.error().message == "there is no " + to_string(nobody) + " in this log");
  CHECK(none.error().exit_code == 1);
}

}  // namespace hansom::replay
