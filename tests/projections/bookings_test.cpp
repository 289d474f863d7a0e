#include "projections/bookings.hpp"

#include "tests/support/printing.hpp"
#include "tests/support/story.hpp"

#include <catch2/catch.hpp>

namespace hansom {
namespace {

const BookingId first{uuid(9)};  // not in order of their ids
const BookingId second{uuid(5)};
const BookingId third{uuid(7)};

/// Bookings and the story that is folded into them.
struct Told {
  Story story;
  Bookings bookings;

  const Booking& tell(BookingId id, BookingEvent event) {
    return bookings.apply(story.tell(id, std::move(event)));
  }
  void request(BookingId id, AccountId customer, AccountId driver) {
    tell(id, requested_by(customer));
    tell(id, assigned_to(driver));
  }
  void start_ride(BookingId id) {
    tell(id, arrival_submitted());
    tell(id, OfferAccepted{});
  }

  std::optional<BookingId> oldest_of(AccountId driver) const {
    return id_of(bookings.oldest_of_driver(driver));
  }
  std::optional<BookingId> newest_of(AccountId customer) const {
    return id_of(bookings.newest_of_customer(customer));
  }
  static std::optional<BookingId> id_of(const Booking* booking) {
    return booking ? std::optional(booking->id) : std::nullopt;
  }
};

}  // namespace

TEST_CASE("a booking is found as its events left it", "[bookings]") {
  Told told;
  CHECK_FALSE(told.bookings.find(first));
  told.request(first, alice, bob);
  const auto& booking = told.tell(first, arrival_submitted());
  CHECK(booking.status == BookingStatus::confirmation);
  REQUIRE(told.bookings.find(first));
  CHECK(*told.bookings.find(first) == booking);
  CHECK(told.bookings.size() == 1);
  CHECK_FALSE(told.bookings.find(second));
}

TEST_CASE("a driver's oldest and a customer's newest booking go by when they were requested",
          "[bookings]") {
  Told told;
  for (const auto id : {first, second, third}) told.request(id, alice, bob);
  told.tell(second, arrival_submitted());  // later events change nothing about it
  CHECK(told.oldest_of(bob) == first);
  CHECK(told.newest_of(alice) == third);
  CHECK_FALSE(told.oldest_of(dana));
  CHECK_FALSE(told.newest_of(carol));
  CHECK_FALSE(told.oldest_of(alice));  // a customer is no driver
  CHECK_FALSE(told.newest_of(bob));
}

TEST_CASE("a booking that has ended is nobody's current one", "[bookings]") {
  Told told;
  for (const auto id : {first, second}) {
    told.request(id, alice, bob);
    told.start_ride(id);
  }
  told.tell(first, RideCompleted{});
  CHECK(told.oldest_of(bob) == second);
  CHECK(told.newest_of(alice) == second);
  told.tell(second, RideCompleted{});
  CHECK_FALSE(told.oldest_of(bob));
  CHECK_FALSE(told.newest_of(alice));
}

TEST_CASE("a reassigned booking is the next driver's, and no longer the first one's",
          "[bookings]") {
  Told told;
  told.request(first, alice, bob);
  told.tell(first, OfferExpired{bob});
  CHECK_FALSE(told.oldest_of(bob));
  CHECK(told.newest_of(alice) == first);
  told.tell(first, assigned_to(dana));
  CHECK_FALSE(told.oldest_of(bob));
  CHECK(told.oldest_of(dana) == first);
}

TEST_CASE("a booking that is cancelled is taken from its driver and its customer", "[bookings]") {
  Told told;
  const bool expired_before = GENERATE(true, false);
  told.request(first, alice, bob);
  if (expired_before) told.tell(first, OfferExpired{bob});
  told.tell(first, cancelled_for_want_of_drivers(bob));
  CHECK_FALSE(told.oldest_of(bob));
  CHECK_FALSE(told.newest_of(alice));
}

TEST_CASE("a driver is on the way from the acceptance to the completion of any ride",
          "[bookings]") {
  Told told;
  const auto on_the_way = [&] { return told.bookings.driver_is_on_the_way(bob); };
  told.request(first, alice, bob);
  told.request(second, carol, bob);
  CHECK_FALSE(on_the_way());
  told.tell(second, arrival_submitted());
  CHECK_FALSE(on_the_way());
  told.tell(second, OfferAutoAccepted{});
  CHECK(on_the_way());
  CHECK_FALSE(told.bookings.driver_is_on_the_way(dana));
  told.tell(second, RideCompleted{});
  CHECK_FALSE(on_the_way());
}

TEST_CASE("a booking that has ended stays until it is let go of, one in progress for good",
          "[bookings]") {
  Told told;
  told.request(first, alice, bob);
  told.bookings.forget_ended(first);
  REQUIRE(told.bookings.find(first));
  told.start_ride(first);
  told.tell(first, RideCompleted{});
  REQUIRE(told.bookings.find(first));
  CHECK(told.bookings.find(first)->status == BookingStatus::completed);
  told.bookings.forget_ended(first);
  CHECK_FALSE(told.bookings.find(first));
  CHECK(told.bookings.size() == 0);
  told.bookings.forget_ended(first);
  told.bookings.forget_ended(second);
}

TEST_CASE("an account's bookings in progress are listed by when they were requested",
          "[bookings]") {
  Told told;
  using Ids = std::vector<BookingId>;
  CHECK(told.bookings.of_driver(bob).empty());
  CHECK(told.bookings.of_customer(alice).empty());
  told.request(first, alice, dana);
  told.request(second, alice, bob);
  told.request(third, carol, bob);
  CHECK(told.bookings.of_customer(alice) == Ids{first, second});
  CHECK(told.bookings.of_driver(bob) == Ids{second, third});
  // Who is asked for an older one later has that one first all the same.
  told.tell(first, OfferExpired{dana});
  CHECK(told.bookings.of_customer(alice) == Ids{first, second});
  CHECK(told.bookings.of_driver(dana).empty());
  told.tell(first, assigned_to(bob));
  CHECK(told.bookings.of_driver(bob) == Ids{first, second, third});
  told.start_ride(second);
  told.tell(second, RideCompleted{});
  CHECK(told.bookings.of_driver(bob) == Ids{first, third});
  CHECK(told.bookings.of_customer(alice) == Ids{first});
}

TEST_CASE("an account that drives and rides has bookings on each side", "[bookings]") {
  Told told;
  told.request(first, erin, bob);
  told.request(second, alice, erin);
  CHECK(told.bookings.of_customer(erin) == std::vector{first});
  CHECK(told.bookings.of_driver(erin) == std::vector{second});
}

TEST_CASE("a driver's offers are what the driver is asked and has not answered, oldest first",
          "[bookings]") {
  Told told;
  CHECK(told.bookings.offered_to(bob).empty());
  for (const auto id : {first, second, third}) told.request(id, alice, bob);
  CHECK(told.bookings.offered_to(bob) == std::vector{first, second, third});
  told.tell(second, arrival_submitted());
  CHECK(told.bookings.offered_to(bob) == std::vector{first, third});
  told.start_ride(first);
  CHECK(told.bookings.offered_to(bob) == std::vector{third});
  told.tell(third, OfferDeclined{bob, {std::nullopt, "too far"}, true});
  told.tell(third, assigned_to(dana));
  CHECK(told.bookings.offered_to(bob).empty());
  CHECK(told.bookings.offered_to(dana) == std::vector{third});
  told.tell(third, BookingRejected{{alice, dana}});
  CHECK(told.bookings.offered_to(dana).empty());
}

TEST_CASE("whoever ends a booking, it leaves its driver and its customer", "[bookings]") {
  const StatedReason reason{std::nullopt, "flat tyre"};
  const BookingEvent end =
      GENERATE_COPY(BookingEvent(BookingRejected{{alice, bob}}),
                    BookingEvent(RideCancelledByCustomer{{alice, bob}}),
                    BookingEvent(RideCancelledByDriver{{alice, bob}, reason}),
                    BookingEvent(cancelled_as_no_show(bob)), BookingEvent(RideCompleted{}));
  Told told;
  told.request(first, alice, bob);
  told.tell(first, end);
  CHECK(told.bookings.of_driver(bob).empty());
  CHECK(told.bookings.of_customer(alice).empty());
}

TEST_CASE("an open booking is pending until it is accepted or ends", "[bookings]") {
  Told told;
  CHECK(told.bookings.pending_from({}).empty());
  for (const auto& [id, passenger] :
       {std::pair(first, alice), std::pair(second, carol), std::pair(third, frank)}) {
    told.tell(id, open_by(passenger));
  }
  CHECK(std::ranges::equal(told.bookings.pending_from({}),
                           std::vector{first, second, third}));  // oldest first
  told.tell(second, accepted_by(dana));
  CHECK(std::ranges::equal(told.bookings.pending_from({}), std::vector{first, third}));
  told.tell(first, BookingRejected{{alice, std::nullopt}});
  told.tell(third, withdrawn_from(frank));
  CHECK(told.bookings.pending_from({}).empty());
  CHECK(told.bookings.size() == 3);
  for (const auto id : {first, second, third}) told.bookings.forget_ended(id);
  CHECK(told.bookings.size() == 1);
}

TEST_CASE("an open booking is its passenger's until it ends, and its driver's once accepted",
          "[bookings]") {
  Told told;
  const auto of_passenger = [&] { return Told::id_of(told.bookings.open_of_customer(alice)); };
  const auto of_driver = [&] { return Told::id_of(told.bookings.open_of_driver(dana)); };
  CHECK_FALSE(of_passenger());
  told.tell(first, open_by(alice));
  CHECK(of_passenger() == first);
  CHECK_FALSE(of_driver());
  told.tell(first, accepted_by(dana));
  CHECK(of_passenger() == first);
  CHECK(of_driver() == first);
  CHECK_FALSE(told.bookings.open_of_driver(alice));
  CHECK_FALSE(told.bookings.open_of_customer(dana));
  told.tell(first, ChatMessageSent{Party::driver, "hi"});
  CHECK(of_driver() == first);
  if (GENERATE(true, false)) {
    told.tell(first, RideCompleted{Parties{alice, dana}});
  } else {
    told.tell(first, RideCancelledByCustomer{{alice, dana}});
  }
  CHECK_FALSE(of_passenger());
  CHECK_FALSE(of_driver());
  told.tell(second, open_by(alice));
  CHECK(of_passenger() == second);
}

TEST_CASE("who drives one and rides another has an open booking on each side", "[bookings]") {
  Told told;
  told.tell(first, open_by(alice));
  told.tell(first, accepted_by(carol));
  told.tell(second, open_by(carol));
  CHECK(Told::id_of(told.bookings.open_of_driver(carol)) == first);
  CHECK(Told::id_of(told.bookings.open_of_customer(carol)) == second);
  told.tell(first, RideCompleted{Parties{alice, carol}});
  CHECK_FALSE(told.bookings.open_of_driver(carol));
  CHECK(Told::id_of(told.bookings.open_of_customer(carol)) == second);
}

TEST_CASE("open bookings are kept apart from those that are offered one by one", "[bookings]") {
  Told told;
  told.tell(first, open_by(alice));
  told.request(second, alice, dana);
  told.tell(first, accepted_by(dana));
  CHECK(told.bookings.of_customer(alice) == std::vector{second});
  CHECK(told.bookings.of_driver(dana) == std::vector{second});
  CHECK(told.bookings.offered_to(dana) == std::vector{second});
  CHECK(told.oldest_of(dana) == second);
  CHECK(told.newest_of(alice) == second);
  CHECK_FALSE(told.bookings.driver_is_on_the_way(dana));
  CHECK(Told::id_of(told.bookings.open_of_customer(alice)) == first);
  CHECK(Told::id_of(told.bookings.open_of_driver(dana)) == first);
  told.start_ride(second);
  told.tell(second, RideCompleted{});
  CHECK(Told::id_of(told.bookings.open_of_driver(dana)) == first);
}

}  // namespace hansom
