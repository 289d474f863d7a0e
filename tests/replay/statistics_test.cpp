// Counts and times of a story that was made by hand.

#include "replay/statistics.hpp"

#include "tests/support/story.hpp"

#include <catch2/catch.hpp>

namespace hansom::replay {
namespace {

constexpr Instant midnight = noon - 10h - 30min;  // 2026-05-12T00:00:00Z

/// What a tally has counted, in the order of `count_names`.
std::vector<std::uint64_t> counts(const Tally& tally) {
  std::vector<std::uint64_t> all;
  for (std::size_t i = 0; i < count_names.size(); ++i) {
    all.push_back(tally.of(static_cast<Count>(i)));
  }
  return all;
}

/// How many were timed, in the order of `milestone_names`.
std::vector<std::size_t> timed(const Tally& tally) {
  std::vector<std::size_t> all;
  for (std::size_t i = 0; i < milestone_names.size(); ++i) {
    all.push_back(tally.timed(static_cast<Milestone>(i)));
  }
  return all;
}

std::vector<double> times(const Tally& tally, Milestone what) {
  const auto all = tally.percentiles(what);
  return {all.p50_s, all.p90_s, all.p99_s};
}

std::map<std::string, Tally> tallies(SplitBy split_by, std::span<const Envelope> events) {
  Statistics statistics(split_by);
  for (const auto& envelope : events) statistics.take(envelope);
  return statistics.tallies();
}

constexpr BookingId booking_of(unsigned number) {
  BookingId id;
  id.value.data[15] = static_cast<unsigned char>(number);
  return id;
}

/// Six bookings and some other events, from noon on.
Story six_bookings() {
  Story story;
  story.register_cast();
  const auto tell = [&](unsigned booking, std::chrono::seconds later, BookingEvent event) {
    story.tell(booking_of(booking), std::move(event), noon + later);
  };
  // A ride as it should be.
  tell(1, 0s, requested_by(alice));
  tell(1, 2s, assigned_to(bob));
  tell(1, 7s, arrival_submitted());  // there 300 s later
  tell(1, 20s, OfferAccepted{});
  tell(1, 100s, ChatMessageSent{Party::driver, "hi"});
  tell(1, 900s, RideCompleted{Parties{alice, bob}});
  // Handed on twice, and accepted for the customer; the driver gives up.
  tell(2, 10s, requested_by(carol));
  tell(2, 10s, assigned_to(bob));
  tell(2, 15s, OfferDeclined{bob, {std::nullopt, "no"}, true});
  tell(2, 15s, assigned_to(dana, noon, 2));
  tell(2, 45s, OfferExpired{dana});
  tell(2, 45s, assigned_to(frank, noon, 3));
  tell(2, 55s, arrival_submitted());
  tell(2, 175s, OfferAutoAccepted{});
  tell(2, 300s, RideCancelledByDriver{Parties{carol, frank}, {std::nullopt, "broken"}});
  // A scheduled one, ended by the customer.
  tell(3, 0s, scheduled_by(alice, noon + 1h));
  tell(3, 4s, assigned_to(dana));
  tell(3, 5s, ScheduledBookingAccepted{});
  tell(3, 3'600s, ScheduledRideStarted{});
  tell(3, 4'000s, RideCancelledByCustomer{Parties{alice, dana}});
  // An open one.
  tell(4, 0s, open_by(carol));
  tell(4, 60s, accepted_by(dana));
  tell(4, 600s, RideCompleted{Parties{carol, dana}});
  // Withdrawn, and then nobody is left.
  tell(5, 0s, requested_by(alice));
  tell(5, 0s, assigned_to(bob));
  tell(5, 6s, OfferWithdrawn{bob});
  tell(5, 6s, cancelled_for_want_of_drivers(std::nullopt));
  // Called off at once; with nobody asked.
  tell(6, 0s, open_by(carol));
  tell(6, 1s, BookingRejected{Parties{carol, std::nullopt}});
  return story;
}

}  // namespace

TEST_CASE("what happened to bookings is counted, each kind for itself", "[replay]") {
  const auto story = six_bookings();
  const auto all = tallies(SplitBy::nothing, story.events());
  REQUIRE(all.size() == 1);
  const auto& tally = all.at("all");
  // requested, assigned, declined, timed out, withdrawn, rejected, by customer, driver, system,
  // completed
  CHECK(counts(tally) == std::vector<std::uint64_t>{6, 7, 1, 1, 1, 1, 1, 1, 1, 2});
  // assigned, offered, accepted, picked, completed
  CHECK(timed(tally) == std::vector<std::size_t>{5, 3, 4, 3, 2});
}

TEST_CASE("what is timed is timed from the request on, and the first time", "[replay]") {
  const auto story = six_bookings();
  const auto tally = tallies(SplitBy::nothing, story.events()).at("all");
  CHECK(times(tally, Milestone::assigned) == std::vector<double>{2, 60, 60});  // 0 0 2 4 60
  CHECK(times(tally, Milestone::offered) == std::vector<double>{7, 45, 45});   // 5 7 45
  CHECK(times(tally, Milestone::accepted) ==
        std::vector<double>{60, 3'600, 3'600});  // 20 60 165 3600
  CHECK(times(tally, Milestone::picked) == std::vector<double>{345, 3'600, 3'600});  // 307 345 3600
  CHECK(times(tally, Milestone::completed) == std::vector<double>{600, 900, 900});
}

TEST_CASE("percentiles are those of the nearest rank", "[replay]") {
  const auto of_first = [](int count) {
    Tally tally;
    for (int i = count; i > 0; --i) tally.add(Milestone::offered, static_cast<float>(i));
    return times(tally, Milestone::offered);
  };
  CHECK(of_first(1) == std::vector<double>{1, 1, 1});
  CHECK(of_first(2) == std::vector<double>{1, 2, 2});
  CHECK(of_first(9) == std::vector<double>{5, 9, 9});
  CHECK(of_first(10) == std::vector<double>{5, 9, 10});
  CHECK(of_first(11) == std::vector<double>{6, 10, 11});
  CHECK(of_first(100) == std::vector<double>{50, 90, 99});
  CHECK(of_first(1'000) == std::vector<double>{500, 900, 990});
}

TEST_CASE("an event counts in its own hour or day", "[replay]") {
  Story story;
  story.tell(booking_of(1), requested_by(alice), midnight - 1us);
  story.tell(booking_of(1), assigned_to(bob), midnight);
  story.tell(booking_of(1), OfferExpired{bob}, midnight + 1h);
  story.tell(booking_of(1), assigned_to(dana), midnight + 1h);
  const auto by_hour = tallies(SplitBy::hour, story.events());
  REQUIRE(by_hour.size() == 3);
  CHECK(by_hour.at("2026-05-11T23:00Z").of(Count::requested) == 1);
  CHECK(by_hour.at("2026-05-12T00:00Z").of(Count::assigned) == 1);
  CHECK(by_hour.at("2026-05-12T00:00Z").timed(Milestone::assigned) == 1);
  CHECK(by_hour.at("2026-05-12T01:00Z").of(Count::timed_out) == 1);
  CHECK(by_hour.at("2026-05-12T01:00Z").of(Count::assigned) == 1);
  CHECK(by_hour.at("2026-05-12T01:00Z").timed(Milestone::assigned) == 0);
  const auto by_day = tallies(SplitBy::day, story.events());
  REQUIRE(by_day.size() == 2);
  CHECK(by_day.at("2026-05-11").of(Count::requested) == 1);
  CHECK(by_day.at("2026-05-12").of(Count::assigned) == 2);
}

TEST_CASE("an event counts with the driver whom it concerns, or with none", "[replay]") {
  const auto story = six_bookings();
  const auto by_driver = tallies(SplitBy::driver, story.events());
  REQUIRE(by_driver.size() == 4);
  const auto of = [&](AccountId driver) { return counts(by_driver.at(to_string(driver))); };
  CHECK(counts(by_driver.at("none")) == std::vector<std::uint64_t>{6, 0, 0, 0, 0, 1, 0, 0, 0, 0});
  CHECK(of(bob) == std::vector<std::uint64_t>{0, 3, 1, 0, 1, 0, 0, 0, 1, 1});
  CHECK(of(dana) == std::vector<std::uint64_t>{0, 3, 0, 1, 0, 0, 1, 0, 0, 1});
  CHECK(of(frank) == std::vector<std::uint64_t>{0, 1, 0, 0, 0, 0, 0, 1, 0, 0});
  // Whoever way they are split, the counts are the same in all.
  for (const auto split_by : {SplitBy::hour, SplitBy::day, SplitBy::driver}) {
    std::vector<std::uint64_t> sum(count_names.size());
    for (const auto& [label, tally] : tallies(split_by, story.events())) {
      for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += counts(tally)[i];
    }
    CHECK(sum == counts(tallies(SplitBy::nothing, story.events()).at("all")));
  }
}

TEST_CASE("a booking that was requested before what is looked at does not count", "[replay]") {
  const auto story = six_bookings();
  const auto events = story.events();
  const auto second = std::ranges::find_if(
      events, [](const Envelope& envelope) { return envelope.stream == StreamId(booking_of(2)); });
  const auto rest = events.subspan(static_cast<std::size_t>(second - events.begin()));
  CHECK(counts(tallies(SplitBy::nothing, rest).at("all")) ==
        std::vector<std::uint64_t>{5, 6, 1, 1, 1, 1, 1, 1, 1, 1});
  CHECK(tallies(SplitBy::nothing, events.first(6)).empty());  // the cast alone
}

}  // namespace hansom::replay
