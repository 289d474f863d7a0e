#pragma once

#include "events/event.hpp"

#include <array>
#include <optional>

namespace hansom {

/// The accounts that come into or leave a booking with this event: its customer when it is
/// requested, a driver who is asked or let go, both when it ends. So whatever concerned an account
/// after some position is a booking that it is in still, or one with a mention after it.
struct Mentions {
  std::array<std::optional<AccountId>, 2> accounts;

  bool include(AccountId account) const { return accounts[0] == account || accounts[1] == account; }
};

Mentions mentions_in(const Event& event);

}  // namespace hansom
