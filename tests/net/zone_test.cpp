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

  explicit TestZone(Rules with = {}) : rules(with) {
    Story story;
    story.register_cast();
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
