#pragma once

#include "engine/commands.hpp"
#include "engine/refusal.hpp"
#include "engine/rules.hpp"
#include "projections/accounts.hpp"
#include "projections/booking.hpp"
#include "projections/room_message.hpp"
#include "projections/rooms.hpp"
#include "projections/roster.hpp"
#include "projections/templates.hpp"

#include <expected>
#include <vector>

namespace hansom {

/// What a decision may look at besides its own stream: who asks, when, under which rules, and who
/// and what is there.
struct Now {
  Instant at;
  Actor actor;
  const Rules& rules;
  const Accounts& accounts;
  const Templates& templates;
  const Roster& roster;
};

/// What happens, in order and at once, or why not.
template <typename Event>
using DecisionOf = std::expected<std::vector<Event>, Refusal>;
using BookingDecision = DecisionOf<BookingEvent>;
using AccountDecision = DecisionOf<AccountEvent>;
using TemplateDecision = DecisionOf<TemplateEvent>;
using RoomDecision = DecisionOf<RoomEvent>;

// One function a command. All are pure. A booking that does not exist comes as `Booking{}`, and one
// that is someone else's or in another state is refused with the command's own code (PROTOCOL.md,
// Errors).

/// REQUIRES: the actor is the account of a customer. `booking` is none yet.
BookingDecision decide(const Booking& booking, const RequestBooking& command, const Now& now);
BookingDecision decide(const Booking& booking, const SubmitArrivalTime& command, const Now& now);
BookingDecision decide(const Booking& booking, const AcceptOffer& command, const Now& now);
BookingDecision decide(const Booking& booking, const RejectBooking& command, const Now& now);
BookingDecision decide(const Booking& booking, const AcceptScheduledBooking& command,
                       const Now& now);
BookingDecision decide(const Booking& booking, const DeclineOffer& command, const Now& now);
BookingDecision decide(const Booking& booking, const CompleteRide& command, const Now& now);
BookingDecision decide(const Booking& booking, const SendChatMessage& command, const Now& now);
BookingDecision decide(const Booking& booking, const CancelRideByCustomer& command, const Now& now);
BookingDecision decide(const Booking& booking, const CancelRideByDriver& command, const Now& now);
BookingDecision decide(const Booking& booking, const ExpireDriverResponse& command, const Now& now);
BookingDecision decide(const Booking& booking, const ExpireCustomerAnswer& command, const Now& now);
BookingDecision decide(const Booking& booking, const ReachPickupTime& command, const Now& now);
BookingDecision decide(const Booking& booking, const WithdrawOffer& command, const Now& now);

// Open bookings. `current` is the actor's pending or accepted one, or null. REQUIRES: the actor is
// an account.
BookingDecision decide(const Booking* current, const RequestOpenRide& command, const Now& now);
BookingDecision decide(const Booking& booking, const Booking* current,
                       const AcceptOpenOffer& command, const Now& now);
BookingDecision decide(const Booking& booking, const CompleteOpenRide& command, const Now& now);
BookingDecision decide(const Booking& booking, const CancelOpenRide& command, const Now& now);
BookingDecision decide(const Booking* current, const SendRideMessage& command, const Now& now);
BookingDecision decide(const Booking& booking, const WithdrawRequest& command, const Now& now);

// Rooms. REQUIRES: the actor is an account.

RoomDecision decide(const Rooms& rooms, const OpenRoom& command, const Now& now);
/// No events for who takes part already.
RoomDecision decide(const Room& room, const AddParticipant& command, const Now& now);
RoomDecision decide(const Room& room, const RemoveParticipant& command, const Now& now);
/// REQUIRES: the actor takes part in the room that the message is for.
RoomDecision decide(const SendRoomMessage& command, const Now& now);
/// `fate` is null for a message that the room never had.
RoomDecision decide(const MessageFate* fate, const EditRoomMessage& command, const Now& now);
RoomDecision decide(const MessageFate* fate, const DeleteRoomMessage& command, const Now& now);

AccountDecision decide(const RegisterAccount& command, const Now& now);
/// No events where nothing is to be different.
AccountDecision decide(const Account& account, const ChangeAccount& command, const Now& now);

AccountDecision decide(const EndSessions& command, const Now& now);

TemplateDecision decide(const AddOwnTemplate& command, const Now& now);
TemplateDecision decide(const AddAdminTemplate& command, const Now& now);
/// `found` is null for a template that does not exist.
TemplateDecision decide(const CancellationTemplate* found, const DeleteOwnTemplate& command,
                        const Now& now);

}  // namespace hansom
