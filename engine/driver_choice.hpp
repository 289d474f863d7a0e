#pragma once

#include "projections/accounts.hpp"
#include "projections/roster.hpp"

#include <optional>
#include <span>
#include <vector>

namespace hansom {

/// So many eligible drivers besides the chosen one are recorded; all who were passed over on the
/// way are.
constexpr int runners_up_max = 2;

struct DriverChoice {
  const Account* chosen = nullptr;    ///< null where nobody is eligible
  std::vector<Candidate> candidates;  ///< who was looked at, in that order, and why (not) taken
};

/// Picks who is asked next: with a live socket, never asked for this booking, not the customer;
/// nearest to the pickup first (PROTOCOL.md, Bookings, "Which driver"). Pure.
DriverChoice choose_driver(const Roster& roster, const Accounts& accounts, Coordinates pickup,
                           AccountId customer, std::span<const AccountId> asked);

}  // namespace hansom
