#include "events/mentions.hpp"

namespace hansom {
namespace {

Mentions those_of(std::optional<AccountId> customer, std::optional<AccountId> driver) {
  Mentions mentions;
  if (customer) mentions.emplace_back(*customer);
  if (driver) mentions.emplace_back(*driver);
  return mentions;
}

Mentions both(const std::optional<Parties>& parties) {
  if (!parties) return {};
  return those_of(parties->customer, parties->driver);
}

struct MentionsInBooking {
  Mentions operator()(const BookingRequested& event) const { return {event.customer.account}; }
  Mentions operator()(const DriverAssigned& event) const { return {event.driver.account}; }
  Mentions operator()(const ArrivalTimeSubmitted&) const { return {}; }
  Mentions operator()(const OfferAccepted&) const { return {}; }
  Mentions operator()(const OfferAutoAccepted&) const { return {}; }
  Mentions operator()(const OpenOfferAccepted& event) const { return {event.driver.account}; }
  Mentions operator()(const ScheduledBookingAccepted&) const { return {}; }
  Mentions operator()(const ScheduledRideStarted&) const { return {}; }
  Mentions operator()(const OfferExpired& event) const { return {event.driver}; }
  Mentions operator()(const OfferDeclined& event) const { return {event.driver}; }
  Mentions operator()(const OfferWithdrawn& event) const { return {event.driver}; }
  Mentions operator()(const BookingRejected& event) const { return both(event.parties); }
  Mentions operator()(const BookingCancelled& event) const {
    return those_of(event.customer, event.told_driver);
  }
  Mentions operator()(const RideCancelledByCustomer& event) const { return both(event.parties); }
  Mentions operator()(const RideCancelledByDriver& event) const { return both(event.parties); }
  Mentions operator()(const RideCompleted& event) const { return both(event.parties); }
  Mentions operator()(const ChatMessageSent&) const { return {}; }
};

struct MentionsInRoom {
  const Envelope& envelope;

  Mentions operator()(const RoomOpened&) const { return {}; }
  Mentions operator()(const ParticipantAdded&) const { return {}; }
  Mentions operator()(const ParticipantRemoved&) const { return {}; }
  Mentions operator()(const RoomMessageSent&) const {
    return {MessageId{envelope.cause.value}, RoomId{envelope.stream.id}};
  }
  Mentions operator()(const RoomMessageEdited& event) const { return {event.message}; }
  Mentions operator()(const RoomMessageDeleted& event) const { return {event.message}; }
};

}  // namespace

Mentions mentions_in(const Envelope& envelope) {
  if (const auto* of_booking = std::get_if<BookingEvent>(&envelope.event)) {
    return std::visit(MentionsInBooking{}, *of_booking);
  }
  if (const auto* of_room = std::get_if<RoomEvent>(&envelope.event)) {
    return std::visit(MentionsInRoom{envelope}, *of_room);
  }
  return {};
}

}  // namespace hansom
