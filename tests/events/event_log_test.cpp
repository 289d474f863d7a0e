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

/// The cast's accounts come and go in two bookings; as long as all batches together.
Story story_of_two_bookings() {
  const BookingId first{uuid(1)}, second{uuid(2)};
  Story story;
  story.tell(first, requested_by(alice));
  story.tell(first, assigned_to(bob));
  story.tell(second, requested_by(alice));
  story.tell(second, assigned_to(dana));
  story.tell(first, OfferExpired{bob});
  story.tell(first, assigned_to(dana));
  story.tell(first, arrival_submitted());
  story.tell(first, OfferAccepted{});
  story.tell(second, OfferDeclined{dana, {std::nullopt, "too far"}, false});
  story.tell(second, cancelled_after_refusals());
  story.tell(first, ChatMessageSent{Party::driver, to_string(bob)});  // names, but not mentioned
  story.tell(StreamId(bob), Event(AccountEvent(AccountStatusChanged{AccountStatus::blocked})));
  story.tell(first, RideCompleted{Parties{alice, dana}});
  return story;
}

using Places = std::vector<std::uint64_t>;

/// Who is mentioned there at which positions, newest first.
const std::vector<std::pair<AccountId, Places>> mentioned_in_two_bookings = {
    {alice, {13, 10, 3, 1}}, {bob, {5, 2}}, {dana, {13, 9, 6, 4}}, {carol, {}}};

/// Where an account is mentioned, as the log says, up to `enough` places.
Places mentions(const EventLog& log, AccountId account, Position before, std::size_t enough = 99) {
  Places places;
  REQUIRE(log.read_mentions(account, before, [&](const Envelope& envelope) {
    places.push_back(envelope.position.value);
    return places.size() < enough;
  }));
  return places;
}

void check_mentions(const EventLog& log) {
  for (const auto& [account, all] : mentioned_in_two_bookings) {
    for (std::uint64_t before = 0; before <= log.end().value + 2; ++before) {
      INFO("of " << to_string(account) << " before " << before);
      auto expected = all;
      std::erase_if(expected, [&](auto position) { return position >= before; });
      CHECK(mentions(log, account, {before}) == expected);
    }
  }
}

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

TEMPLATE_TEST_CASE("an account's mentions are read newest first, from before any position", "[log]",
                   EVERY_LOG) {
  TestType log;
  CHECK(mentions(*log, alice, {7}).empty());
  fill(*log, story_of_two_bookings());
  check_mentions(*log);
  CHECK(mentions(*log, alice, {UINT64_MAX}) == Places{13, 10, 3, 1});
  log.open_again();
  check_mentions(*log);
  REQUIRE(log->reopen());
  check_mentions(*log);
}

TEMPLATE_TEST_CASE("reading mentions ends where the visitor has seen enough", "[log]", EVERY_LOG) {
  TestType log;
  fill(*log, story_of_two_bookings());
  const Places all{13, 9, 6, 4};
  for (std::size_t enough = 1; enough <= all.size(); ++enough) {
    const Places expected(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(enough));
    CHECK(mentions(*log, dana, {99}, enough) == expected);
  }
  CHECK(mentions(*log, dana, {9}, 1) == Places{6});  // counted from before the position
}

TEMPLATE_TEST_CASE("a mention is the whole event, whatever record it stands in", "[log]",
                   EVERY_LOG) {
  TestType log;
  const auto story = story_of_two_bookings();
  REQUIRE(log->append({0}, story.events()));  // one record
  check_mentions(*log);
  Envelopes seen;
  REQUIRE(log->read_mentions(bob, {99}, [&](const Envelope& envelope) {
    seen.push_back(envelope);
    return true;
  }));
  CHECK(seen == Envelopes{story.events()[4], story.events()[1]});
}

TEMPLATE_TEST_CASE("a log has the records that were appended, and no others", "[log]", EVERY_LOG) {
  TestType log;
  CHECK(log->mark() == HighWaterMark{});
  std::vector<HighWaterMark> marks{{}};
  const auto story = chatter(9);
  for (const std::size_t end : {2u, 3u, 9u}) {
    append(*log, story, end, end);
    marks.push_back(log->mark());
    CHECK(log->mark().position == Position{end});
  }
  const auto check = [&] {
    CHECK(log->mark() == marks.back());
    for (const auto& mark : marks) {
      CHECK(log->holds(mark).value());
      auto other = mark;
      other.hash[31] ^= 1;
      CHECK_FALSE(log->holds(other).value());
    }
    CHECK_FALSE(log->holds({{1}, marks[1].hash}).value());  // in the midst of a record
    CHECK_FALSE(log->holds({{3}, marks[1].hash}).value());
    CHECK_FALSE(log->holds({{10}, marks.back().hash}).value());
  };
  check();
  log.open_again();
  check();
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

TEMPLATE_TEST_CASE("after a conflict the log takes what is numbered right, once it is reopened",
                   "[log]", EVERY_LOG) {
  TestType log;
  const auto story = whole_story();
  REQUIRE_FALSE(log->append({5}, story.events().subspan(5)));
  REQUIRE_FALSE(log->append({}, story.events().first(1)));
  REQUIRE(log->reopen());
  fill(*log, story);
  check_holds(*log, story);
}

TEMPLATE_TEST_CASE("what is handed over is told of in its order, and is there then", "[log]",
                   EVERY_LOG) {
  TestType log;
  const auto story = whole_story();
  std::vector<Position> told;  // how far the log had come each time
  const auto tell = [&](const LogResult& appended) {
    CHECK(appended);
    told.push_back(log->end());
  };
  for (std::size_t i = 0; i < 3; ++i) {
    log->begin_append({2 * i}, story.events().subspan(2 * i, 2), tell);
    log->begin_append({2 * i + 2}, {}, tell);
  }
  log->finish_appends();
  REQUIRE(told.size() == 6);
  for (std::size_t i = 0; i < told.size(); ++i) CHECK(told[i] >= Position{i / 2 * 2 + 2});
  CHECK(std::ranges::is_sorted(told));
  REQUIRE(log->append({6}, story.events().subspan(6)));
  check_holds(*log, story);
  log.open_again();
  check_holds(*log, story);
}

// The third would follow on what another writer appended, if it did not rest on the second.
TEMPLATE_TEST_CASE("what is handed over after a conflict fails, though it be numbered right",
                   "[log]", EVERY_LOG) {
  TestType log;
  const auto story = whole_story();
  const auto events = story.events();
  REQUIRE(log->append({}, events.first(2)));
  std::vector<LogError::Kind> kinds;
  const auto tell = [&](const LogResult& appended) {
    REQUIRE_FALSE(appended);
    kinds.push_back(appended.error().kind);
  };
  log->begin_append({1}, events.subspan(1, 1), tell);
  log->begin_append({2}, events.subspan(2, 1), tell);
  log->begin_append({3}, {}, tell);
  log->finish_appends();
  using Kind = LogError::Kind;
  CHECK(kinds == std::vector{Kind::conflict, Kind::unavailable, Kind::unavailable});
  CHECK(log->end() == Position{2});
  REQUIRE(log->reopen());
  REQUIRE(log->append({2}, events.subspan(2)));
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
