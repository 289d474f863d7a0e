#pragma once

#include "projections/projections.hpp"
#include "replay/rule.hpp"

namespace hansom::replay {

/// What is wrong with an event of a booking, given the booking as it was: `Booking{}` before the
/// first one.
Objection objection_to(const BookingEvent& event, const Envelope& next, const Booking& booking,
                       const Projections& before);

}  // namespace hansom::replay
