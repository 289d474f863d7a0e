#include "projections/booking.hpp"

namespace hansom {
namespace {

void apply(Booking& booking, const BookingRequested& event, const Envelope& envelope) {
  booking.id = BookingId{envelope.stream.id};
  booking.requested_position = envelope.position;
  booking.requested_at = envelope.at;
  booking.type = event.booking_type;
  booking.customer = event.customer;
  booking.no_of_passengers = event.no_of_passengers;
  booking.note = event.note;
  booking.pickup = event.pickup;
  booking.drop_offs = event.drop_offs;
  booking.schedule = event.schedule;
}

void apply(Booking& booking, const DriverAssigned& event, const Envelope&) {
  booking.driver = event.driver;
  booking.asked.push_back(event.driver.account);
  booking.answer_due = Deadline{DeadlineKind::driver_response, event.respond_by};
}

void apply(Booking& booking, const ArrivalTimeSubmitted& event, const Envelope&) {
  booking.driver_confirmed = true;
  booking.arrival_time_s = event.arrival_time_s;
  booking.answer_due = Deadline{DeadlineKind::customer_answer, event.answer_by};
}

void apply(Booking& booking, const ScheduledBookingAccepted&, const Envelope&) {
  booking.driver_confirmed = true;
  booking.answer_due.reset();
}

void await_nothing(Booking& booking) { booking.answer_due.reset(); }

void apply(Booking& booking, const OfferAccepted&, const Envelope&) { await_nothing(booking); }
void apply(Booking& booking, const OpenOfferAccepted& event, const Envelope&) {
  booking.driver = event.driver;
  booking.driver_confirmed = true;
  await_nothing(booking);
}
void apply(Booking& booking, const OfferAutoAccepted&, const Envelope&) { await_nothing(booking); }
void apply(Booking& booking, const ScheduledRideStarted&, const Envelope&) {
  await_nothing(booking);
}

void lose_driver(Booking& booking) {
  booking.driver.reset();
  booking.answer_due.reset();
}

void apply(Booking& booking, const OfferExpired&, const Envelope&) { lose_driver(booking); }
void apply(Booking& booking, const OfferDeclined&, const Envelope&) { lose_driver(booking); }
void apply(Booking& booking, const OfferWithdrawn&, const Envelope&) { lose_driver(booking); }

void apply(Booking& booking, const BookingRejected&, const Envelope&) { await_nothing(booking); }
void apply(Booking& booking, const BookingCancelled&, const Envelope&) { await_nothing(booking); }
void apply(Booking& booking, const RideCancelledByCustomer&, const Envelope&) {
  await_nothing(booking);
}
void apply(Booking& booking, const RideCancelledByDriver&, const Envelope&) {
  await_nothing(booking);
}
void apply(Booking& booking, const RideCompleted&, const Envelope&) { await_nothing(booking); }

void apply(Booking& booking, const ChatMessageSent& event, const Envelope& envelope) {
  booking.chat.push_back({event.from, event.text, envelope.at});
}

struct StatusAfter {
  using Status = std::optional<BookingStatus>;
  Status operator()(const BookingRequested&) const { return BookingStatus::requested; }
  Status operator()(const DriverAssigned&) const { return std::nullopt; }
  Status operator()(const ArrivalTimeSubmitted&) const { return BookingStatus::confirmation; }
  Status operator()(const ScheduledBookingAccepted&) const { return BookingStatus::confirmation; }
  Status operator()(const OfferAccepted&) const { return BookingStatus::on_the_way; }
  Status operator()(const OpenOfferAccepted&) const { return BookingStatus::on_the_way; }
  Status operator()(const OfferAutoAccepted&) const { return BookingStatus::on_the_way; }
  Status operator()(const ScheduledRideStarted&) const { return BookingStatus::on_the_way; }
  Status operator()(const OfferExpired&) const { return std::nullopt; }
  Status operator()(const OfferDeclined&) const { return std::nullopt; }
  Status operator()(const OfferWithdrawn&) const { return std::nullopt; }
  Status operator()(const BookingRejected&) const { return BookingStatus::cancelled; }
  Status operator()(const BookingCancelled&) const { return BookingStatus::cancelled; }
  Status operator()(const RideCancelledByCustomer&) const { return BookingStatus::cancelled; }
  Status operator()(const RideCancelledByDriver&) const { return BookingStatus::cancelled; }
  Status operator()(const RideCompleted&) const { return BookingStatus::completed; }
  Status operator()(const ChatMessageSent&) const { return std::nullopt; }
};

}  // namespace

std::optional<BookingStatus> status_after(const BookingEvent& event) {
  return std::visit(StatusAfter{}, event);
}

RunningDeadlines running_deadlines(const Booking& booking) {
  RunningDeadlines running;
  if (booking.answer_due) running.push_back(*booking.answer_due);
  const bool awaits_pickup =
      booking.status == BookingStatus::requested || booking.status == BookingStatus::confirmation;
  if (booking.schedule && awaits_pickup) {
    running.push_back({DeadlineKind::pickup, booking.schedule->pickup_at});
  }
  return running;
}

void apply(Booking& booking, const Envelope& envelope) {
  const auto& event = std::get<BookingEvent>(envelope.event);
  booking.revision = envelope.revision;
  booking.status = status_after(event).value_or(booking.status);
  std::visit([&](const auto& each) { apply(booking, each, envelope); }, event);
}

}  // namespace hansom
