#pragma once

#include "engine/commands.hpp"
#include "projections/booking.hpp"

namespace hansom {

// Of bookings that are offered to one driver after the other, and the sides of the taxi protocol.

/// Whether a booking is the account's on this side.
bool belongs_to(const Booking& booking, AccountId account, Side side);

/// Whether a booking becomes one of the account's on this side with the event.
/// REQUIRES: the event is a booking's.
bool enters_list(const Envelope& envelope, AccountId account, Side side);

/// Whether a driver loses a booking with the event, for good: nobody is asked twice.
/// REQUIRES: the event is a booking's.
bool leaves_list(const Envelope& envelope, AccountId driver);

}  // namespace hansom
