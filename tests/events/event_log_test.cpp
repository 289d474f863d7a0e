// What every log promises, whatever it is made of.

#include "events/event_log.hpp"

#include "events/memory_log.hpp"
#include "tests/support/logs.hpp"

#include <catch2/catch.hpp>

#include <memory>
#include <numeric>

namespace hansom {
namespace {

struct InMemory {
  MemoryLog log;

  EventLog& operator*() { return log; }
  EventLog* operator->() { return &log; }
  void open_again() { REQUIRE(log.reopen()); }
};

struct InRocksDb {
  TempFolder folder;
  std::unique_ptr<RocksDbLog> log = open_log(folder.path());

  EventLog& operator*() { return *log; }
  EventLog* operator->() { return log.get(); }
  void open_again() {
    log.reset();
    log = open_log(folder.path());
  }
};

/// The sizes of the batches in which `fill` appends; every event is in one of three streams.
constexpr std::size_t batches[] = {1, 4, 2, 1, 5};

/// Appends the story in batches.
void fill(EventLog& log, const Story& story) {
  Position end;
  for (const auto size : batches) {
    REQUIRE(log.append(end, story.events().subspan(end.value, size)));
    end.value += size;
    REQUIRE(log.end() == end);
  }
  REQUIRE(end == story.end());
}

Story whole_story() {
  return chatter(std::accumulate(std::begin(batches), std::end(batches), std::size_t{0}));
}

Envelopes events_from(const Story& story, std::uint64_t first) {
  Envelopes events;
  for (const auto& envelope : story.events()) {
    if (envelope.position.value >= first) events.push_back(envelope);
  }
  return events;
}

Envelopes events_of(const Story& story, const StreamId& stream) {
  Envelopes events;
  for (const auto& envelope : story.events()) {
    if (envelope.stream == stream) events.push_back(envelope);
  }
  return events;
}

void check_holds(const EventLog& log, const Story& story) {
  CHECK(log.end() == story.end());
  CHECK(read_from(log, {1}) == events_from(story, 1));
  for (unsigned i = 1; i <= chatter_streams; ++i) {
    const StreamId stream(BookingId{uuid(i)});
    CHECK(read_stream(log, stream) == events_of(story, stream));
  }
}

}  // namespace

#define EVERY_LOG InMemory, InRocksDb

TEMPLATE_TEST_CASE("a new log ends at 0 and has nothing to read", "[log]", EVERY_LOG) {
  TestType log;
  CHECK(log->end() == Position{});
  CHECK(read_from(*log, {0}).empty());
  CHECK(read_from(*log, {1}).empty());
  CHECK(read_from(*log, {7}).empty());
  CHECK(read_stream(*log, StreamId(bob)).empty());
}

TEMPLATE_TEST_CASE("what was appended is read from any position on", "[log]", EVERY_LOG) {
  TestType log;
  const auto story = whole_story();
  fill(*log, story);
  for (std::uint64_t from = 0; from <= story.end().value + 2; ++from) {
    INFO("from " << from);
    CHECK(read_from(*log, {from}) == events_from(story, from));
  }
}

TEMPLATE_TEST_CASE("a stream is read whole and alone, though records hold several", "[log]",
                   EVERY_LOG) {
  TestType log;
  const auto story = whole_story();
  fill(*log, story);
  check_holds(*log, story);
  CHECK(read_stream(*log, StreamId(BookingId{uuid(99)})).empty());
  CHECK(read_stream(*log, StreamId(AccountId{uuid(1)})).empty());  // another kind, the same id
}

TEMPLATE_TEST_CASE("reading ends where the visitor has seen enough", "[log]", EVERY_LOG) {
  TestType log;
  const auto story = whole_story();
  fill(*log, story);
  for (std::size_t enough = 1; enough <= 4; ++enough) {
    std::size_t seen = 0;
    const auto visit = [&](const Envelope&) { return ++seen < enough; };
    CHECK(log->read({3}, visit));
    CHECK(seen == enough);
    seen = 0;
    CHECK(log->read_stream(StreamId(BookingId{uuid(1)}), visit));
    CHECK(seen == enough);
  }
}

TEMPLATE_TEST_CASE("an append to another end than the log's is a conflict and writes nothing",
                   "[log]", EVERY_LOG) {
  TestType log;
  const auto story = whole_story();
  fill(*log, story);
  const auto expected_end = GENERATE(0u, 1u, 12u, 14u, 1'000u);
  Story other(Position{expected_end});
  other.tell(BookingId{uuid(1)}, ChatMessageSent{Party::driver, "from another writer"});
  const auto appended = log->append({expected_end}, other.events());
  REQUIRE_FALSE(appended);
  CHECK(appended.error().kind == LogError::Kind::conflict);
  check_holds(*log, story);
  log.open_again();
  check_holds(*log, story);
}

TEMPLATE_TEST_CASE("after a conflict the log takes what is numbered right", "[log]", EVERY_LOG) {
  TestType log;
  const auto story = whole_story();
  REQUIRE_FALSE(log->append({5}, story.events().subspan(5)));
  fill(*log, story);
  check_holds(*log, story);
}

TEMPLATE_TEST_CASE("a log that is opened again shows the same and goes on", "[log]", EVERY_LOG) {
  TestType log;
  const auto story = whole_story();
  fill(*log, story);
  log.open_again();
  check_holds(*log, story);
  REQUIRE(log->reopen());
  check_holds(*log, story);

  Story more(story.end());
  more.tell(BookingId{uuid(1)}, RideCompleted{});
  REQUIRE(log->append(story.end(), more.events()));
  auto all = events_from(story, 1);
  all.push_back(more.events()[0]);
  CHECK(read_from(*log, {1}) == all);
  log.open_again();
  CHECK(read_from(*log, {1}) == all);
  CHECK(log->end() == more.end());
}

TEMPLATE_TEST_CASE("a batch of thousands is one append", "[log]", EVERY_LOG) {
  TestType log;
  const auto story = chatter(5'000);
  REQUIRE(log->append({0}, story.events()));
  check_holds(*log, story);
  CHECK(read_from(*log, {2'500}).size() == 2'501);
}

}  // namespace hansom
