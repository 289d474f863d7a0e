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
}

void apply(Booking& booking, const DriverAssigned& event, const Envelope&) {
  booking.driver = event.driver;
  booking.asked.push_back(event.driver.account);
  booking.deadline = Deadline{DeadlineKind::driver_response, event.respond_by};
}

void apply(Booking& booking, const ArrivalTimeSubmitted& event, const Envelope&) {
  booking.status = BookingStatus::confirmation;
  booking.arrival_time_s = event.arrival_time_s;
  booking.deadline = Deadline{DeadlineKind::customer_answer, event.answer_by};
}

void apply(Booking& booking, const OfferAccepted&, const Envelope&) {
  booking.status = BookingStatus::on_the_way;
  booking.deadline.reset();
}

void apply(Booking& booking, const OfferAutoAccepted&, const Envelope&) {
  booking.status = BookingStatus::on_the_way;
  booking.deadline.reset();
}

void apply(Booking& booking, const OfferExpired&, const Envelope&) {
  booking.driver.reset();
  booking.deadline.reset();
}

void apply(Booking& booking, const BookingCancelled&, const Envelope&) {
  booking.status = BookingStatus::cancelled;
  booking.deadline.reset();
}

void apply(Booking& booking, const RideCompleted&, const Envelope&) {
  booking.status = BookingStatus::completed;
}

void apply(Booking& booking, const ChatMessageSent& event, const Envelope& envelope) {
  booking.chat.push_back({event.from, event.text, envelope.at});
}

}  // namespace

void apply(Booking& booking, const Envelope& envelope) {
  booking.revision = envelope.revision;
  std::visit([&](const auto& event) { apply(booking, event, envelope); },
             std::get<BookingEvent>(envelope.event));
}

}  // namespace hansom
