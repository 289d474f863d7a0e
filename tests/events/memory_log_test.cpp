#include "events/memory_log.hpp"

#include "tests/support/logs.hpp"

#include <catch2/catch.hpp>

namespace hansom {
namespace {

/// A log of three events, and three more to append.
struct Faulty {
  Story story = chatter(6);
  MemoryLog log;

  Faulty() { REQUIRE(log.append({0}, story.events().first(3))); }

  LogResult append_rest() { return log.append({3}, story.events().subspan(3)); }
};

LogError::Kind failure_of(const LogResult& result) {
  REQUIRE_FALSE(result);
  return result.error().kind;
}

}  // namespace

TEST_CASE("after a lost append the events are not there", "[memory_log]") {
  Faulty faulty;
  faulty.log.fail_next_append(MemoryLog::Fault::lost);
  CHECK(failure_of(faulty.append_rest()) == LogError::Kind::unavailable);
  REQUIRE(faulty.log.reopen());
  CHECK(faulty.log.end() == Position{3});
  CHECK(read_all(faulty.log).size() == 3);
  CHECK(faulty.append_rest());
}

TEST_CASE("after an append that failed when all was written the events are there", "[memory_log]") {
  Faulty faulty;
  faulty.log.fail_next_append(MemoryLog::Fault::written);
  CHECK(failure_of(faulty.append_rest()) == LogError::Kind::unavailable);
  REQUIRE(faulty.log.reopen());
  CHECK(faulty.log.end() == Position{6});
  CHECK(read_all(faulty.log).size() == 6);
}

TEST_CASE("a log that has failed takes nothing until it is reopened", "[memory_log]") {
  Faulty faulty;
  faulty.log.fail_next_append(MemoryLog::Fault::lost);
  REQUIRE_FALSE(faulty.append_rest());
  CHECK(failure_of(faulty.append_rest()) == LogError::Kind::unavailable);
  faulty.log.refuse_reopen(true);
  CHECK(failure_of(faulty.log.reopen()) == LogError::Kind::unavailable);
  CHECK(failure_of(faulty.append_rest()) == LogError::Kind::unavailable);
  faulty.log.refuse_reopen(false);
  REQUIRE(faulty.log.reopen());
  CHECK(faulty.append_rest());
  CHECK(read_all(faulty.log).size() == 6);
}

TEST_CASE("a fault is spent by one append, and not by a conflict", "[memory_log]") {
  Faulty faulty;
  faulty.log.fail_next_append(MemoryLog::Fault::lost);
  CHECK(failure_of(faulty.log.append({2}, faulty.story.events().subspan(2))) ==
        LogError::Kind::conflict);
  REQUIRE(faulty.log.reopen());
  CHECK(failure_of(faulty.append_rest()) == LogError::Kind::unavailable);
  REQUIRE(faulty.log.reopen());
  CHECK(faulty.append_rest());
}

TEST_CASE("appends that are held wait for the end of them, and fail after one that fails",
          "[memory_log]") {
  Faulty faulty;
  faulty.log.hold_appends(true);
  faulty.log.fail_next_append(MemoryLog::Fault::written);
  std::vector<bool> told;
  for (std::size_t i = 3; i < 6; ++i) {
    faulty.log.begin_append({i}, faulty.story.events().subspan(i, 1),
                            [&](const LogResult& appended) { told.push_back(bool(appended)); });
  }
  CHECK(told.empty());
  CHECK(faulty.log.end() == Position{3});
  faulty.log.finish_appends();
  CHECK(told == std::vector{false, false, false});
  CHECK(faulty.log.end() == Position{4});
}

TEST_CASE("mentions are those of the events that are there", "[memory_log]") {
  using Fault = MemoryLog::Fault;
  const auto [fault, expected] =
      GENERATE(table<Fault, std::size_t>({{Fault::lost, 1}, {Fault::written, 2}}));
  Story story;
  story.tell(BookingId{uuid(1)}, requested_by(alice));
  story.tell(BookingId{uuid(1)}, BookingRejected{{alice, std::nullopt}});
  MemoryLog log;
  REQUIRE(log.append({0}, story.events().first(1)));
  log.fail_next_append(fault);
  REQUIRE_FALSE(log.append({1}, story.events().subspan(1)));
  REQUIRE(log.reopen());
  std::size_t seen = 0;
  REQUIRE(log.read_mentions(alice, {99}, [&](const Envelope&) { return ++seen > 0; }));
  CHECK(seen == expected);
}

}  // namespace hansom
