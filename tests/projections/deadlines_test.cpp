#include "projections/deadlines.hpp"

#include "tests/support/printing.hpp"
#include "tests/support/story.hpp"

#include <catch2/catch.hpp>

namespace hansom {
namespace {

constexpr auto driver_response = DeadlineKind::driver_response;
constexpr auto customer_answer = DeadlineKind::customer_answer;
constexpr std::size_t any_number = 1'000;

Booking booking_due(unsigned id, DeadlineKind kind, Instant due) {
  Booking booking;
  booking.id = BookingId{uuid(id)};
  booking.answer_due = Deadline{kind, due};
  return booking;
}

/// The numbers of the bookings that are due.
std::vector<unsigned> due(const Deadlines& deadlines, Instant now, std::size_t most = any_number) {
  std::vector<unsigned> numbers;
  for (const auto& one : deadlines.due(now, most)) numbers.push_back(one.booking.value.data[15]);
  return numbers;
}

using Numbers = std::vector<unsigned>;

}  // namespace

TEST_CASE("without deadlines nothing is ever due", "[deadlines]") {
  Deadlines deadlines;
  CHECK_FALSE(deadlines.next());
  CHECK(due(deadlines, Instant::max()).empty());
  CHECK(deadlines.size() == 0);
  deadlines.update(Booking{});
  deadlines.postpone(driver_response, noon);
  CHECK_FALSE(deadlines.next());
}

TEST_CASE("a deadline is due at its moment and not before", "[deadlines]") {
  Deadlines deadlines;
  deadlines.update(booking_due(1, driver_response, noon));
  CHECK(deadlines.next() == noon);
  CHECK(due(deadlines, noon - 1us).empty());
  CHECK(deadlines.due(noon, any_number) ==
        std::vector{Deadlines::Due{BookingId{uuid(1)}, driver_response}});
  CHECK(due(deadlines, noon + 1h) == Numbers{1});  // until an update takes it out
}

TEST_CASE("what is due longest comes first, and no more than was asked for", "[deadlines]") {
  Deadlines deadlines;
  deadlines.update(booking_due(1, driver_response, noon + 3s));
  deadlines.update(booking_due(2, customer_answer, noon + 1s));
  deadlines.update(booking_due(3, driver_response, noon + 2s));
  deadlines.update(booking_due(4, customer_answer, noon + 2s));  // at the same moment
  CHECK(deadlines.size() == 4);
  CHECK(deadlines.next() == noon + 1s);
  CHECK(due(deadlines, noon + 2s) == Numbers{2, 3, 4});
  CHECK(due(deadlines, noon + 9s) == Numbers{2, 3, 4, 1});
  CHECK(due(deadlines, noon + 9s, 2) == Numbers{2, 3});
  CHECK(due(deadlines, noon + 9s, 0).empty());
  CHECK(deadlines.due(noon + 9s, 1).front().kind == customer_answer);
}

TEST_CASE("a booking's next deadline takes the place of the last", "[deadlines]") {
  Deadlines deadlines;
  deadlines.update(booking_due(1, driver_response, noon));
  deadlines.update(booking_due(1, customer_answer, noon + 1min));
  CHECK(deadlines.size() == 1);
  CHECK(deadlines.next() == noon + 1min);
  CHECK(due(deadlines, noon).empty());
  // The same moment for another purpose is another deadline.
  deadlines.update(booking_due(1, driver_response, noon + 1min));
  CHECK(deadlines.due(noon + 1min, any_number).front().kind == driver_response);
}

TEST_CASE("a booking that has no deadline any more is never due", "[deadlines]") {
  Deadlines deadlines;
  auto booking = booking_due(1, driver_response, noon);
  deadlines.update(booking);
  deadlines.update(booking_due(2, driver_response, noon));
  booking.answer_due.reset();
  deadlines.update(booking);
  deadlines.update(booking);
  CHECK(due(deadlines, noon) == Numbers{2});
  CHECK(deadlines.size() == 1);
}

TEST_CASE("what is postponed is due then, each kind for itself", "[deadlines]") {
  Deadlines deadlines;
  deadlines.update(booking_due(1, driver_response, noon - 1h));
  deadlines.update(booking_due(2, customer_answer, noon - 1h));
  deadlines.update(booking_due(3, driver_response, noon + 1h));
  deadlines.update(booking_due(4, driver_response, noon + 10s));
  deadlines.postpone(driver_response, noon + 10s);
  CHECK(due(deadlines, noon) == Numbers{2});
  CHECK(due(deadlines, noon + 10s - 1us) == Numbers{2});
  CHECK(due(deadlines, noon + 10s) == Numbers{2, 1, 4});
  CHECK(due(deadlines, noon + 1h) == Numbers{2, 1, 4, 3});
  CHECK(deadlines.size() == 4);
}

TEST_CASE("a postponed deadline stays so until the booking has another", "[deadlines]") {
  Deadlines deadlines;
  deadlines.update(booking_due(1, driver_response, noon));
  deadlines.postpone(driver_response, noon + 10s);
  deadlines.update(booking_due(1, driver_response, noon));  // a chat message, say
  CHECK(deadlines.next() == noon + 10s);
  deadlines.update(booking_due(1, driver_response, noon + 5s));
  CHECK(deadlines.next() == noon + 5s);
}

TEST_CASE("a booking may wait for an answer and for its pickup, each due by itself",
          "[deadlines]") {
  Deadlines deadlines;
  auto booking = booking_due(1, driver_response, noon + 30s);
  booking.status = BookingStatus::requested;
  booking.schedule = Schedule{noon + 5s, noon};
  deadlines.update(booking);
  CHECK(deadlines.size() == 2);
  deadlines.postpone(driver_response, noon + 1h);
  CHECK(deadlines.due(noon + 5s, any_number) ==
        std::vector{Deadlines::Due{booking.id, DeadlineKind::pickup}});
  booking.status = BookingStatus::confirmation;
  booking.answer_due.reset();
  deadlines.update(booking);
  CHECK(deadlines.size() == 1);
  CHECK(deadlines.next() == noon + 5s);
  booking.status = BookingStatus::on_the_way;
  deadlines.update(booking);
  CHECK(deadlines.size() == 0);
}

TEST_CASE("postponing to an earlier moment changes nothing", "[deadlines]") {
  Deadlines deadlines;
  deadlines.update(booking_due(1, driver_response, noon));
  deadlines.postpone(driver_response, noon - 1s);
  CHECK(deadlines.next() == noon);
  deadlines.postpone(driver_response, noon + 10s);
  deadlines.postpone(driver_response, noon + 5s);
  CHECK(deadlines.next() == noon + 10s);
}

}  // namespace hansom
