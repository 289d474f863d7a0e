#pragma once

#include "projections/accounts.hpp"

#include <initializer_list>
#include <optional>
#include <string>

namespace hansom::replay {

/// What is wrong, as one line; nothing where all is in order.
using Objection = std::optional<std::string>;

/// What must hold, and what is wrong where it does not.
struct Rule {
  bool holds;
  const char* otherwise;
};

/// What is wrong by the first rule that is broken. All of them are looked at, so none may rest on
/// one before it.
inline Objection first_broken(std::initializer_list<Rule> rules) {
  for (const auto& rule : rules) {
    if (!rule.holds) return rule.otherwise;
  }
  return std::nullopt;
}

/// Whether the account is one that may act (invariant 18).
inline bool is_active(const Accounts& accounts, AccountId id) {
  const auto* account = accounts.find(id);
  return account && account->status == AccountStatus::active;
}
inline bool is_active(const Accounts& accounts, AccountId id, Role role) {
  return is_active(accounts, id) && accounts.find(id)->has(role);
}

/// The roles by which an account drives and rides.
struct Roles {
  Role driving;
  Role riding;
};
constexpr Roles roles_of_taxi{Role::driver, Role::customer};
constexpr Roles roles_of_campus{Role::student, Role::student};

/// Whether an actor may cause anything: a person as long as the account is active and has the role
/// (invariant 18); the admin and timers always.
inline bool may_act(const Accounts& accounts, const Actor& actor, Roles roles) {
  switch (actor.kind) {
    case ActorKind::admin:
    case ActorKind::timer:
      return true;
    case ActorKind::driver:
      return is_active(accounts, actor.account, roles.driving);
    case ActorKind::customer:
      return is_active(accounts, actor.account, roles.riding);
    case ActorKind::participant:
      return is_active(accounts, actor.account);
  }
  return false;
}

}  // namespace hansom::replay
