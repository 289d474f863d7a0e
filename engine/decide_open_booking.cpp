// Open bookings: offered to all drivers at once, and the first to accept has it (PROTOCOL.md,
// Campus).

#include "engine/contacts.hpp"
#include "engine/decide.hpp"

namespace hansom {
namespace {

std::unexpected<Refusal> not_found() {
  return refuse(RefusalCode::ride_request_not_found, "There is no such ride request for you.");
}

std::unexpected<Refusal> no_active_ride() {
  return refuse(RefusalCode::no_active_ride, "There is no such ride of yours any more.");
}

bool is_passenger_of(const Booking& booking, const Actor& actor) {
  return is_open(booking) && actor.kind == ActorKind::customer &&
         booking.customer.account == actor.account;
}

bool is_driver_of(const Booking& booking, const Actor& actor) {
  return is_open(booking) && actor.kind == ActorKind::driver && booking.driver &&
         booking.driver->account == actor.account;
}

}  // namespace

BookingDecision decide(const Booking* current, const RequestOpenRide& command, const Now& now) {
  if (current) {
    return refuse(RefusalCode::ride_request_open, "Your last ride request is still open.");
  }
  return {{BookingRequested{customer_contact(*now.accounts.find(now.actor.account)),
                            BookingType::open,
                            1,
                            std::nullopt,
                            command.pickup,
                            {command.drop_off}}}};
}

BookingDecision decide(const Booking& booking, const Booking* current, const AcceptOpenOffer&,
                       const Now& now) {
  const bool can_be_theirs = is_open(booking) && now.actor.kind == ActorKind::driver &&
                             booking.customer.account != now.actor.account;
  if (!can_be_theirs || booking.status == BookingStatus::cancelled) return not_found();
  if (booking.driver && !is_driver_of(booking, now.actor)) {
    return refuse(RefusalCode::ride_request_taken, "Another driver was faster.");
  }
  if (current) return refuse(RefusalCode::ride_in_progress, "You have a ride already.");
  if (booking.status != BookingStatus::requested) return not_found();
  return {{OpenOfferAccepted{driver_contact(*now.accounts.find(now.actor.account))}}};
}

BookingDecision decide(const Booking& booking, const CompleteOpenRide&, const Now& now) {
  if (!is_driver_of(booking, now.actor)) return not_found();
  if (!is_in_progress(booking.status)) return no_active_ride();
  return {{RideCompleted{parties_of(booking)}}};
}

BookingDecision decide(const Booking& booking, const CancelOpenRide&, const Now& now) {
  if (!is_passenger_of(booking, now.actor) || booking.status == BookingStatus::cancelled) {
    return not_found();
  }
  if (booking.status == BookingStatus::completed) return no_active_ride();
  if (booking.status == BookingStatus::requested) return {{BookingRejected{parties_of(booking)}}};
  return {{RideCancelledByCustomer{parties_of(booking)}}};
}

BookingDecision decide(const Booking* current, const SendRideMessage& command, const Now& now) {
  if (!current || current->status != BookingStatus::on_the_way) {
    return refuse(RefusalCode::no_active_ride, "There is no accepted ride to talk on.");
  }
  const auto from = now.actor.kind == ActorKind::driver ? Party::driver : Party::customer;
  return {{ChatMessageSent{from, command.text}}};
}

BookingDecision decide(const Booking& booking, const WithdrawRequest&, const Now&) {
  if (!is_open(booking) || booking.status != BookingStatus::requested) return not_found();
  return {{BookingCancelled{CancelledBy::admin,
                            CancelReason::customer_not_allowed,
                            "The passenger may not ride any more.",
                            std::nullopt,
                            {},
                            booking.customer.account}}};
}

}  // namespace hansom
