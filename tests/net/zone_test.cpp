#include "net/zone.hpp"

#include "events/memory_log.hpp"
#include "net/dialects/wire_renderer.hpp"
#include "tests/support/stage.hpp"

#include <catch2/catch.hpp>

#include <condition_variable>
#include <mutex>

namespace hansom::net {
namespace {

/// A zone with the cast registered, and what it has said.
struct TestZone {
  Words journal;  // the engine thread's own while the zone runs
  MemoryLog log;
  Rules rules;
  const WireRenderer renderer;
  JournalObserver observer{journal};
  Zone zone{log, rules, renderer, observer, {}};

  explicit TestZone(Rules with = {}, Instant registered_at = noon) : rules(with) {
    Story story;
    story.register_cast(registered_at);
    REQUIRE(log.append({0}, story.events()));
    REQUIRE(zone.start());
    zone.run([this](Outbox outbox) {
      const std::lock_guard lock(mutex_);
      std::ranges::move(outbox, std::back_inserter(said_));
      changed_.notify_all();
    });
  }

  bool submit(std::uint64_t from, Command command) {
    return zone.submit({PeerId{from}, std::move(command)});
  }
  /// Waits until something was said; a busy machine gets some time for it.
  bool wait_for(const std::string& words) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(
        lock, 10s, [&] { return std::ranges::find(said_, words, words_for) != said_.end(); });
  }
  std::size_t said() {
    const std::lock_guard lock(mutex_);
    return said_.size();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  Outbox said_;
};

RequestBooking request_by(AccountId customer) {
  RequestBooking request;
  request.caller = {Side::customer, Stage::identity_of(customer)};
  request.drop_offs = {airport};
  return request;
}

}  // namespace

TEST_CASE("a zone answers what is submitted, on its own thread", "[zone]") {
  TestZone test;
  CHECK(test.zone.serving());
  CHECK(test.submit(1, Connect{Side::driver, Stage::identity_of(bob), std::nullopt}));
  CHECK(test.wait_for("connected"));
  CHECK(test.submit(2, request_by(alice)));
  CHECK(test.wait_for("201 CREATED"));
  CHECK(test.wait_for("booking_assigned"));
}

TEST_CASE("a zone sees to its deadlines though nobody sends anything", "[zone]") {
  Rules rules;
  rules.driver_response_time = 20ms;
  TestZone test(rules);
  CHECK(test.submit(1, Connect{Side::driver, Stage::identity_of(bob), std::nullopt}));
  CHECK(test.submit(2, request_by(alice)));
  CHECK(test.wait_for("offer_expired"));
}

// As where the clock was set back, and the process started anew.
TEST_CASE("a zone sees to its deadlines though its log is of an hour that is yet to come",
          "[zone]") {
  Rules rules;
  rules.driver_response_time = 20ms;
  rules.restart_grace = 1s;
  TestZone test(rules, system_now() + 1h);
  CHECK(test.submit(1, Connect{Side::driver, Stage::identity_of(bob), std::nullopt}));
  CHECK(test.submit(2, request_by(alice)));
  CHECK(test.wait_for("offer_expired"));
}

TEST_CASE("a zone's clock is the system's, but never goes back", "[zone]") {
  ZoneClock clock;
  ZoneClock::Steady steady{1h};
  CHECK(clock.now(noon, steady) == noon);
  CHECK(clock.now(noon + 1s, steady += 1s) == noon + 1s);
  CHECK(clock.now(noon + 1h, steady += 1s) == noon + 1h);  // it was set forward
  CHECK(clock.now(noon + 1h - 1us, steady) == noon + 1h);
}

TEST_CASE("a zone's clock goes on where the system's is set back, slower until both are at one",
          "[zone]") {
  const auto step = GENERATE(7us, 1ms, 10s);
  constexpr auto behind = 100ms;
  ZoneClock clock;
  ZoneClock::Steady steady{1h};
  auto system = noon;
  clock.now(system, steady);
  system -= behind;
  auto last = noon;
  while (system < noon + 14 * behind - step) {
    const auto now = clock.now(system += step, steady += step);
    const auto passed = system - (noon - behind);
    REQUIRE(now >= last);
    REQUIRE(now > system);
    REQUIRE(now <= noon + passed - passed / 16 + 10us);
    REQUIRE(now >= noon + passed - passed / 16 - 2ms - passed / 500);
    last = now;
  }
  system += 1s;
  CHECK(clock.now(system, steady += 1s) == system);
}

TEST_CASE("a zone's clock goes on from what was stamped before", "[zone]") {
  ZoneClock clock;
  ZoneClock::Steady steady{1h};
  clock.now(noon, steady);
  clock.go_on_from(noon - 1h);
  CHECK(clock.now(noon, steady) == noon);
  clock.go_on_from(noon + 1h);
  CHECK(clock.now(noon + 16ms, steady += 16ms) == noon + 1h + 15ms);
}

TEST_CASE("a zone that stops finishes what it accepted and takes nothing more", "[zone]") {
  TestZone test;
  constexpr std::size_t requests = 5'000;
  for (std::size_t i = 0; i < requests; ++i) REQUIRE(test.submit(i + 1, request_by(alice)));
  test.zone.stop();
  CHECK(test.said() == requests);
  CHECK_FALSE(test.submit(1, request_by(alice)));
  test.zone.stop();
}

TEST_CASE("a zone that does not serve says so, until its log is back", "[zone]") {
  TestZone test;
  test.log.refuse_reopen(true);
  test.log.fail_next_append(MemoryLog::Fault::lost);
  CHECK(test.submit(1, request_by(alice)));
  CHECK(test.wait_for("503 LOG_UNAVAILABLE"));
  test.zone.stop();
  CHECK_FALSE(test.zone.serving());
}

}  // namespace hansom::net
