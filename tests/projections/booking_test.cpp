#include "projections/booking.hpp"

#include "tests/support/printing.hpp"
#include "tests/support/story.hpp"

#include <catch2/catch.hpp>

namespace hansom {
namespace {

const BookingId id{uuid(1)};

/// The booking as it is after these events, each a second after the one before.
Booking folded(const std::vector<BookingEvent>& events) {
  Story story(Position{40});
  Booking booking;
  auto at = noon;
  for (const auto& event : events) {
    apply(booking, story.tell(id, event, at));
    at += 1s;
  }
  return booking;
}

}  // namespace

TEST_CASE("a booking without events is none", "[booking]") {
  CHECK(Booking{}.status == BookingStatus::none);
  CHECK(folded({}) == Booking{});
}

TEST_CASE("a requested booking holds all that was requested, and when", "[booking]") {
  auto event = requested_by(alice);
  event.note = "ring twice";
  event.drop_offs = {home, airport};
  const auto booking = folded({event});
  CHECK(booking.id == id);
  CHECK(booking.revision == Revision{1});
  CHECK(booking.requested_position == Position{41});
  CHECK(booking.status == BookingStatus::requested);
  CHECK(booking.requested_at == noon);
  CHECK(booking.type == BookingType::instant);
  CHECK(booking.customer == customer_contact(alice));
  CHECK(booking.no_of_passengers == 2);
  CHECK(booking.note == "ring twice");
  CHECK(booking.pickup == home);
  CHECK(booking.drop_offs == std::vector{home, airport});
  CHECK_FALSE(booking.driver);
  CHECK(booking.asked.empty());
  CHECK_FALSE(booking.arrival_time_s);
  CHECK_FALSE(booking.answer_due);
  CHECK(booking.chat.empty());
}

TEST_CASE("an assignment names the driver and sets the driver's time", "[booking]") {
  const auto booking = folded({requested_by(alice), assigned_to(bob)});
  CHECK(booking.revision == Revision{2});
  CHECK(booking.status == BookingStatus::requested);
  CHECK(booking.requested_position == Position{41});
  CHECK(booking.driver == driver_contact(bob));
  CHECK(booking.asked == std::vector{bob});
  CHECK(booking.answer_due == Deadline{DeadlineKind::driver_response, noon + 30s});
}

TEST_CASE("after an expired offer nobody has the booking, and who had it is remembered",
          "[booking]") {
  auto booking = folded({requested_by(alice), assigned_to(bob), OfferExpired{bob}});
  CHECK(booking.status == BookingStatus::requested);
  CHECK_FALSE(booking.driver);
  CHECK_FALSE(booking.answer_due);
  CHECK(booking.asked == std::vector{bob});

  booking = folded(
      {requested_by(alice), assigned_to(bob), OfferExpired{bob}, assigned_to(dana, noon + 60s, 2)});
  CHECK(booking.driver == driver_contact(dana));
  CHECK(booking.asked == std::vector{bob, dana});
  CHECK(booking.answer_due == Deadline{DeadlineKind::driver_response, noon + 60s});
}

TEST_CASE("an arrival time makes it a confirmation and sets the customer's time", "[booking]") {
  const auto booking = folded({requested_by(alice), assigned_to(bob), arrival_submitted()});
  CHECK(booking.status == BookingStatus::confirmation);
  CHECK(booking.driver == driver_contact(bob));
  CHECK(booking.arrival_time_s == 300);
  CHECK(booking.answer_due == Deadline{DeadlineKind::customer_answer, noon + 120s});
}

TEST_CASE("an accepted offer, by hand or not, is a ride without a deadline", "[booking]") {
  const auto accepted = GENERATE(as<BookingEvent>{}, OfferAccepted{}, OfferAutoAccepted{});
  const auto booking =
      folded({requested_by(alice), assigned_to(bob), arrival_submitted(), accepted});
  CHECK(booking.status == BookingStatus::on_the_way);
  CHECK(booking.driver == driver_contact(bob));
  CHECK(booking.arrival_time_s == 300);
  CHECK_FALSE(booking.answer_due);
}

TEST_CASE("a completed booking keeps its driver and its chat", "[booking]") {
  const auto booking = folded({requested_by(alice), assigned_to(bob), arrival_submitted(),
                               OfferAccepted{}, ChatMessageSent{Party::driver, "here"},
                               ChatMessageSent{Party::customer, "coming"}, RideCompleted{}});
  CHECK(booking.status == BookingStatus::completed);
  CHECK(booking.revision == Revision{7});
  CHECK(booking.driver == driver_contact(bob));
  CHECK(booking.chat == std::vector<ChatEntry>{{Party::driver, "here", noon + 4s},
                                               {Party::customer, "coming", noon + 5s}});
  CHECK_FALSE(booking.answer_due);
}

TEST_CASE("a cancelled booking has no deadline, and remembers who was asked", "[booking]") {
  auto booking = folded({requested_by(alice), cancelled_for_want_of_drivers(std::nullopt)});
  CHECK(booking.status == BookingStatus::cancelled);
  CHECK(booking.asked.empty());

  booking = folded({requested_by(alice), assigned_to(bob), OfferExpired{bob},
                    cancelled_for_want_of_drivers(bob)});
  CHECK(booking.status == BookingStatus::cancelled);
  CHECK_FALSE(booking.answer_due);
  CHECK(booking.asked == std::vector{bob});

  booking = folded({requested_by(alice), assigned_to(bob), cancelled_for_want_of_drivers(bob)});
  CHECK_FALSE(booking.answer_due);
}

TEST_CASE("a scheduled booking waits for its pickup from the request until it is on the way",
          "[booking]") {
  const Deadline pickup{DeadlineKind::pickup, noon + 2h};
  std::vector<BookingEvent> events = {scheduled_by(alice, noon + 2h), assigned_to(bob)};
  auto booking = folded(events);
  CHECK(booking.type == BookingType::scheduled);
  CHECK(pickup_time(booking) == noon + 2h);
  CHECK(running_deadlines(booking) ==
        RunningDeadlines{Deadline{DeadlineKind::driver_response, noon + 30s}, pickup});

  events.push_back(ScheduledBookingAccepted{});
  booking = folded(events);
  CHECK(booking.status == BookingStatus::confirmation);
  CHECK(booking.driver_confirmed);
  CHECK(running_deadlines(booking) == RunningDeadlines{pickup});

  events.push_back(ScheduledRideStarted{});
  booking = folded(events);
  CHECK(booking.status == BookingStatus::on_the_way);
  CHECK(running_deadlines(booking).empty());
}

TEST_CASE("who declined, or may not answer any more, does not have the booking", "[booking]") {
  const auto lost = GENERATE(as<BookingEvent>{}, OfferDeclined{bob, {std::nullopt, "no"}, true},
                             OfferWithdrawn{bob});
  const auto booking = folded({requested_by(alice), assigned_to(bob), lost});
  CHECK(booking.status == BookingStatus::requested);
  CHECK_FALSE(booking.driver);
  CHECK(running_deadlines(booking).empty());
  CHECK(booking.asked == std::vector{bob});
}

TEST_CASE("whoever ends a booking, it keeps who it was with", "[booking]") {
  const Parties parties{alice, bob};
  const auto end =
      GENERATE_COPY(as<BookingEvent>{}, BookingRejected{parties}, RideCancelledByCustomer{parties},
                    RideCancelledByDriver{parties, {std::nullopt, "flat tyre"}});
  const auto booking = folded({requested_by(alice), assigned_to(bob), arrival_submitted(), end});
  CHECK(booking.status == BookingStatus::cancelled);
  CHECK(parties_of(booking) == parties);
  CHECK(booking.driver_confirmed);
  CHECK(running_deadlines(booking).empty());
}

TEST_CASE("a booking is in progress from its request to its end", "[booking]") {
  const auto [status, expected] = GENERATE(table<BookingStatus, bool>({
      {BookingStatus::none, false},
      {BookingStatus::requested, true},
      {BookingStatus::confirmation, true},
      {BookingStatus::on_the_way, true},
      {BookingStatus::completed, false},
      {BookingStatus::cancelled, false},
  }));
  CHECK(is_in_progress(status) == expected);
}

}  // namespace hansom
