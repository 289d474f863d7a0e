#pragma once

#include "projections/booking.hpp"
#include "replay/rule.hpp"

#include <vector>

namespace hansom::replay {

/// What is wrong with the list of those who were looked at for a booking: each stands there once,
/// with the verdict that is theirs, in order of preference (PROTOCOL.md, Bookings, "Which driver").
/// `chosen` is none where the search was in vain.
Objection objection_to_candidates(const std::vector<Candidate>& candidates,
                                  std::optional<AccountId> chosen, const Booking& booking,
                                  const Accounts& accounts);

}  // namespace hansom::replay
