// A log that is read while another one writes it: what was written comes in sight when the reader
// catches up, whatever the writer has done to its files meanwhile.

#include "events/rocksdb_log.hpp"
#include "tests/support/logs.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <thread>

namespace hansom {
namespace {

/// Where an account is mentioned, newest first.
std::vector<std::uint64_t> mentions(const EventLog& log, AccountId account) {
  std::vector<std::uint64_t> places;
  REQUIRE(log.read_mentions(account, beyond_all, [&](const Envelope& envelope) {
    places.push_back(envelope.position.value);
    return true;
  }));
  return places;
}

/// A story of Alice's: at position n she asks for the booking with the number 1 + (n - 1) % 3.
Story requests(std::size_t count) {
  Story story;
  for (unsigned i = 0; i < count; ++i) {
    story.tell(BookingId{uuid(1 + i % chatter_streams)}, requested_by(alice));
  }
  return story;
}

struct Followed {
  TempFolder folder;
  const Story story;
  std::unique_ptr<RocksDbLog> writer = open_log(folder.path());
  std::unique_ptr<RocksDbLog> follower;

  explicit Followed(std::size_t story_length = 60) : story(requests(story_length)) {}

  void follow() { follower = RocksDbLog::open_for_reading(folder.path()).value(); }
  void write_up_to(std::size_t end) { append(*writer, story, end, 3); }

  /// The follower shows all that the writer has: events, streams, mentions, the mark.
  void check_caught_up() const {
    const auto caught_up = follower->catch_up();
    INFO((caught_up ? "" : caught_up.error().message));
    REQUIRE(caught_up);
    const auto end = writer->end().value;
    CHECK(follower->mark() == writer->mark());
    CHECK(follower->holds(writer->mark()).value());
    CHECK(std::ranges::equal(read_all(*follower), story.events().first(end)));
    check_chatter_streams(*follower, end);
    const auto mentioned = mentions(*follower, alice);
    CHECK(mentioned.size() == end);
    CHECK(std::ranges::is_sorted(mentioned, std::greater{}));
  }
};

}  // namespace

TEST_CASE("a follower shows what it found until it catches up", "[rocksdb_log]") {
  Followed log;
  log.write_up_to(6);
  log.follow();
  log.check_caught_up();
  log.write_up_to(12);
  CHECK(log.follower->end() == Position{6});
  CHECK(read_all(*log.follower).size() == 6);
  for (const std::size_t end : {12u, 13u, 30u}) {
    log.write_up_to(end);
    log.check_caught_up();
  }
  log.check_caught_up();  // with nothing new
}

TEST_CASE("a follower of a log without events sees the first one", "[rocksdb_log]") {
  Followed log;
  log.follow();
  CHECK(log.follower->end() == Position{});
  log.check_caught_up();
  log.write_up_to(1);
  log.check_caught_up();
}

TEST_CASE("a follower keeps up while the writer writes its index, flushes, and is opened anew",
          "[rocksdb_log]") {
  Followed log;
  log.write_up_to(6);
  log.follow();
  wait_for_mark(log.folder.path(), {6});  // by then the index is written
  log.check_caught_up();
  log.write_up_to(12);
  REQUIRE(log.writer->reopen());  // flushes what it found
  log.check_caught_up();
  log.write_up_to(18);
  log.check_caught_up();
  for (const std::size_t end : {24u, 30u}) {
    log.writer = nullptr;
    REQUIRE(log.follower->catch_up());
    CHECK(read_all(*log.follower).size() == end - 6);
    log.writer = open_log(log.folder.path());
    log.check_caught_up();
    log.write_up_to(end);
    log.check_caught_up();
  }
}

TEST_CASE("a follower that never looked while the writer was opened anew finds it all",
          "[rocksdb_log]") {
  Followed log;
  log.write_up_to(6);
  log.follow();
  for (const std::size_t end : {12u, 18u, 24u}) {
    log.write_up_to(end);
    log.writer = nullptr;
    log.writer = open_log(log.folder.path());
  }
  log.write_up_to(27);
  log.check_caught_up();
}

TEST_CASE("a follower that opens over index and log as they were flushed finds each event once",
          "[rocksdb_log]") {
  Followed log;
  log.write_up_to(6);
  log.writer = nullptr;
  log.writer = open_log(log.folder.path());
  log.write_up_to(9);
  log.follow();
  log.check_caught_up();
}

TEST_CASE("a follower neither appends nor leaves a trace", "[rocksdb_log]") {
  Followed log;
  log.write_up_to(6);
  wait_for_mark(log.folder.path(), {6});
  const auto before = contents_of(log.folder.path());
  log.follow();
  log.check_caught_up();
  CHECK_FALSE(log.follower->append({6}, log.story.events().subspan(6, 1)));
  CHECK_FALSE(log.follower->append_record("a record"));
  log.follower = nullptr;
  CHECK(contents_of(log.folder.path()) == before);
}

TEST_CASE("another thread reads a log while its own appends and opens it anew", "[rocksdb_log]") {
  const TempFolder folder;
  const auto story = chatter(3'000);
  const auto log = open_log(folder.path());
  append(*log, story, 3, 3);
  constexpr std::uint64_t readings_min = 5;
  std::atomic<bool> over = false;
  std::atomic<std::uint64_t> wrong = 0;
  std::atomic<std::uint64_t> readings = 0;
  {
    const std::jthread reader([&] {
      while (!over || readings < readings_min) {
        const auto mark = log->mark();
        Position next{1};
        const auto read = log->read(next, [&](const Envelope& envelope) {
          wrong += envelope.position != next;
          return ++next.value <= mark.position.value;
        });
        wrong += !read || next.value != mark.position.value + 1;
        ++readings;
      }
    });
    const std::jthread onlooker([&] {
      Position before;
      while (!over) {
        const auto now = log->mark().position;
        wrong += now < before;
        before = now;
      }
    });
    // Not over before both have gone on for a while.
    while (log->end() < story.end() && (readings < readings_min || log->end().value < 150)) {
      append(*log, story, log->end().value + 3, 3);
      if (log->end().value % 45 == 0) REQUIRE(log->reopen());
    }
    over = true;
  }
  CHECK(wrong == 0);
  CHECK(read_all(*log).size() == log->end().value);
  check_chatter_streams(*log, log->end().value);
}

}  // namespace hansom
