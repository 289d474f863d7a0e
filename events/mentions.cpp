#include "events/mentions.hpp"

namespace hansom {
namespace {

Mentions both(const std::optional<Parties>& parties) {
  if (!parties) return {};
  return {{parties->customer, parties->driver}};
}

struct MentionsInBooking {
  Mentions operator()(const BookingRequested& event) const {
    return {{event.customer.account, {}}};
  }
  Mentions operator()(const DriverAssigned& event) const { return {{event.driver.account, {}}}; }
  Mentions operator()(const ArrivalTimeSubmitted&) const { return {}; }
  Mentions operator()(const OfferAccepted&) const { return {}; }
  Mentions operator()(const OfferAutoAccepted&) const { return {}; }
  Mentions operator()(const OpenOfferAccepted& event) const { return {{event.driver.account, {}}}; }
  Mentions operator()(const ScheduledBookingAccepted&) const { return {}; }
  Mentions operator()(const ScheduledRideStarted&) const { return {}; }
  Mentions operator()(const OfferExpired& event) const { return {{event.driver, {}}}; }
  Mentions operator()(const OfferDeclined& event) const { return {{event.driver, {}}}; }
  Mentions operator()(const OfferWithdrawn& event) const { return {{event.driver, {}}}; }
  Mentions operator()(const BookingRejected& event) const { return both(event.parties); }
  Mentions operator()(const BookingCancelled& event) const {
    return {{event.customer, event.told_driver}};
  }
  Mentions operator()(const RideCancelledByCustomer& event) const { return both(event.parties); }
  Mentions operator()(const RideCancelledByDriver& event) const { return both(event.parties); }
  Mentions operator()(const RideCompleted& event) const { return both(event.parties); }
  Mentions operator()(const ChatMessageSent&) const { return {}; }
};

}  // namespace

Mentions mentions_in(const Event& event) {
  const auto* of_booking = std::get_if<BookingEvent>(&event);
  return of_booking ? std::visit(MentionsInBooking{}, *of_booking) : Mentions{};
}

}  // namespace hansom
