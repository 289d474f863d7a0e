#pragma once

// The written names of what a booking is like: in checkpoints, and in what an audit prints.

#include "events/event_schema.hpp"
#include "projections/booking.hpp"

namespace hansom {

HANSOM_ENUM(BookingStatus, "none", "requested", "confirmation", "on_the_way", "completed",
            "cancelled")
HANSOM_ENUM(DeadlineKind, "driver_response", "customer_answer", "pickup")

}  // namespace hansom
