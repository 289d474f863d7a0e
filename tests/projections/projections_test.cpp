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

TEST_CASE("templates and keys are folded, too, and forgotten when all is", "[projections]") {
  const TemplateId text{uuid(3)};
  auto requested = requested_by(alice);
  requested.idempotency_key = IdempotencyKey{"k", "digest"};
  Story story;
  story.register_cast();
  story.tell(StreamId(text), Event(TemplateEvent(TemplateAdded{bob, "flat tyre"})));
  story.tell(ride, requested);
  story.tell(ride, assigned_to(bob));

  Projections projections;
  fold(projections, story);
  REQUIRE(projections.templates.find(text));
  CHECK(projections.revision_of(StreamId(text)) == Revision{1});
  CHECK(projections.revision_of(StreamId(TemplateId{ride.value})) == Revision{});
  REQUIRE(projections.idempotency.find(alice, "k", noon));
  CHECK(projections.idempotency.find(alice, "k", noon)->driver == bob);

  projections.start_anew();
  CHECK_FALSE(projections.templates.find(text));
  CHECK(projections.templates.of(bob).empty());
  CHECK(projections.idempotency.size() == 0);
  CHECK(projections.revision_of(StreamId(text)) == Revision{});
}

TEST_CASE("one id names an account, a booking and a template, each with its own stream",
          "[projections]") {
  const auto id = uuid(3);
  Story story;
  story.tell(StreamId(AccountId{id}), Event(AccountEvent(account("zoe", {Role::driver}))));
  story.tell(StreamId(AccountId{id}), Event(AccountEvent(SessionsEnded{})));
  story.tell(StreamId(AccountId{id}), Event(AccountEvent(SessionsEnded{})));
  story.tell(BookingId{id}, requested_by(alice));
  story.tell(BookingId{id}, assigned_to(bob));
  story.tell(StreamId(TemplateId{id}), Event(TemplateEvent(TemplateAdded{bob, "flat tyre"})));
  Projections projections;
  fold(projections, story);
  CHECK(projections.revision_of(StreamId(AccountId{id})) == Revision{3});
  CHECK(projections.revision_of(StreamId(BookingId{id})) == Revision{2});
  CHECK(projections.revision_of(StreamId(TemplateId{id})) == Revision{1});
}

TEST_CASE("a scheduled booking runs its driver's time and its pickup, until it has ended",
          "[projections]") {
  Projections projections;
  Story story;
  story.tell(ride, scheduled_by(alice, noon + 2h));
  story.tell(ride, assigned_to(bob));
  fold(projections, story);
  CHECK(projections.deadlines.size() == 2);
  CHECK(projections.deadlines.next() == noon + 30s);
  projections.apply(story.tell(ride, ScheduledBookingAccepted{}));
  CHECK(projections.deadlines.next() == noon + 2h);
  const auto& rejected = story.tell(ride, BookingRejected{{alice, bob}});
  projections.apply(rejected);
  projections.settle(rejected);
  CHECK(projections.deadlines.size() == 0);
  CHECK_FALSE(projections.bookings.find(ride));
}

TEST_CASE("rooms are folded, too, and forgotten when all is", "[projections]") {
  const RoomId room{uuid(3)};
  Story story;
  story.tell(room, RoomOpened{alice, "physics", "Physics"});
  story.tell(room, ParticipantAdded{carol});
  Projections projections;
  fold(projections, story);
  REQUIRE(projections.rooms.find(room));
  CHECK(projections.rooms.find(room)->has(carol));
  CHECK(projections.revision_of(StreamId(room)) == Revision{2});
  CHECK(projections.revision_of(StreamId(RoomId{uuid(4)})) == Revision{});
  projections.apply(story.tell(room, said_by(carol, "hello")));
  CHECK(projections.revision_of(StreamId(room)) == Revision{3});

  projections.start_anew();
  CHECK(projections.rooms.size() == 0);
  CHECK(projections.revision_of(StreamId(room)) == Revision{});
}

}  // namespace hansom
