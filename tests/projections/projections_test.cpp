#include "projections/projections.hpp"

#include "tests/support/printing.hpp"
#include "tests/support/story.hpp"

#include <catch2/catch.hpp>

namespace hansom {
namespace {

const BookingId ride{uuid(1)};

/// A story of one booking up to its offer, after the cast has registered.
Story offered() {
  Story story;
  story.register_cast();
  story.tell(ride, requested_by(alice), noon);
  story.tell(ride, assigned_to(bob), noon + 1s);
  story.tell(ride, arrival_submitted(), noon + 2s);
  return story;
}

void fold(Projections& projections, const Story& story) {
  for (const auto& envelope : story.events()) {
    projections.apply(envelope);
    projections.settle(envelope);
  }
}

}  // namespace

TEST_CASE("an event reaches every projection that it concerns", "[projections]") {
  Projections projections;
  projections.roster.arrive(bob);
  const auto story = offered();
  fold(projections, story);
  CHECK(projections.end == story.end());
  CHECK(projections.last_at == noon + 2s);
  CHECK(projections.accounts.size() == cast().size());
  REQUIRE(projections.bookings.find(ride));
  CHECK(projections.bookings.find(ride)->status == BookingStatus::confirmation);
  CHECK(projections.deadlines.next() == noon + 120s);
  projections.roster.by_preference(home.at, [](const Roster::Driver& driver) {
    CHECK(driver.account == bob);
    CHECK(driver.last_assigned == noon + 1s);
    return true;
  });
}

TEST_CASE("an ended booking is kept until it is settled", "[projections]") {
  Projections projections;
  auto story = offered();
  fold(projections, story);
  projections.apply(story.tell(ride, OfferAccepted{}));
  CHECK_FALSE(projections.deadlines.next());
  const auto& completed = story.tell(ride, RideCompleted{});
  projections.apply(completed);
  CHECK(projections.bookings.find(ride));
  CHECK(projections.revision_of(StreamId(ride)) == Revision{5});
  projections.settle(completed);
  CHECK_FALSE(projections.bookings.find(ride));
}

TEST_CASE("a stream's revision is its last event's, and 0 before it", "[projections]") {
  Projections projections;
  fold(projections, offered());
  CHECK(projections.revision_of(StreamId(ride)) == Revision{3});
  CHECK(projections.revision_of(StreamId(bob)) == Revision{1});
  CHECK(projections.revision_of(StreamId(BookingId{uuid(2)})) == Revision{});
  CHECK(projections.revision_of(StreamId(AccountId{uuid(2)})) == Revision{});
  CHECK(projections.revision_of(StreamId(BookingId{bob.value})) == Revision{});
}

TEST_CASE("starting anew forgets what was folded, but not who is connected and where",
          "[projections]") {
  Projections projections;
  projections.roster.arrive(bob);
  projections.roster.move(bob, home.at);
  const auto story = offered();
  fold(projections, story);
  projections.start_anew();
  CHECK(projections.end == Position{});
  CHECK(projections.last_at == Instant{});
  CHECK(projections.accounts.size() == 0);
  CHECK(projections.bookings.size() == 0);
  CHECK_FALSE(projections.deadlines.next());
  REQUIRE(projections.roster.size() == 1);
  projections.roster.by_preference(home.at, [](const Roster::Driver& driver) {
    CHECK(driver.position == home.at);
    CHECK(driver.last_assigned == Instant{});
    return true;
  });

  fold(projections, story);
  CHECK(projections.end == story.end());
  CHECK(projections.bookings.find(ride)->revision == Revision{3});
}

}  // namespace hansom
