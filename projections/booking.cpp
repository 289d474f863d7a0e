#include "projections/booking.hpp"

namespace hansom {
namespace {

void apply(Booking& booking, const BookingRequested& event, const Envelope& envelope) {
  booking.id = BookingId{envelope.stream.id};
  booking.requested_position = envelope.position;
  booking.status = BookingStatus::requested;
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
  booking.status = BookingStatus::confirmation;
  booking.driver_confirmed = true;
  booking.arrival_time_s = event.arrival_time_s;
  booking.answer_due = Deadline{DeadlineKind::customer_answer, event.answer_by};
}

void apply(Booking& booking, const ScheduledBookingAccepted&, const Envelope&) {
  booking.status = BookingStatus::confirmation;
  booking.driver_confirmed = true;
  booking.answer_due.reset();
}

void start(Booking& booking) {
  booking.status = BookingStatus::on_the_way;
  booking.answer_due.reset();
}

void apply(Booking& booking, const OfferAccepted&, const Envelope&) { start(booking); }
void apply(Booking& booking, const OpenOfferAccepted& event, const Envelope&) {
  booking.driver = event.driver;
  booking.driver_confirmed = true;
  start(booking);
}
void apply(Booking& booking, const OfferAutoAccepted&, const Envelope&) { start(booking); }
void apply(Booking& booking, const ScheduledRideStarted&, const Envelope&) { start(booking); }

void lose_driver(Booking& booking) {
  booking.driver.reset();
  booking.answer_due.reset();
}

void apply(Booking& booking, const OfferExpired&, const Envelope&) { lose_driver(booking); }
void apply(Booking& booking, const OfferDeclined&, const Envelope&) { lose_driver(booking); }
void apply(Booking& booking, const OfferWithdrawn&, const Envelope&) { lose_driver(booking); }

void end(Booking& booking, BookingStatus status) {
  booking.status = status;
  booking.answer_due.reset();
}

void apply(Booking& booking, const BookingRejected&, const Envelope&) {
  end(booking, BookingStatus::cancelled);
}
void apply(Booking& booking, const BookingCancelled&, const Envelope&) {
  end(booking, BookingStatus::cancelled);
}
void apply(Booking& booking, const RideCancelledByCustomer&, const Envelope&) {
  end(booking, BookingStatus::cancelled);
}
void apply(Booking& booking, const RideCancelledByDriver&, const Envelope&) {
  end(booking, BookingStatus::cancelled);
}
void apply(Booking& booking, const RideCompleted&, const Envelope&) {
  end(booking, BookingStatus::completed);
}

void apply(Booking& booking, const ChatMessageSent& event, const Envelope& envelope) {
  booking.chat.push_back({event.from, event.text, envelope.at});
}

}  // namespace

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
  booking.revision = envelope.revision;
  std::visit([&](const auto& event) { apply(booking, event, envelope); },
             std::get<BookingEvent>(envelope.event));
}

}  // namespace hansom
