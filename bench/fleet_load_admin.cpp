// What the admin does to people, and the templates of both.

#include "bench/fleet_load.hpp"

#include <array>

namespace hansom::bench {
namespace {

constexpr std::size_t own_templates_max = 5;
constexpr std::size_t admin_templates_max = 20;  // these can't be deleted

constexpr std::array reasons = {"The car broke down.", "Too many passengers.",
                                "Roadworks: the pickup can't be reached.", "Family emergency"};

}  // namespace

/// Now and then something happens to somebody.
void FleetLoad::administer(Person& person) {
  const double mood = chance_.roll();
  const auto id = to_string(*person.account);
  if (mood < 0.0003) return change_profile(person);
  if (mood < 0.0004) return set_status(person, AccountStatus::blocked);
  if (mood < 0.00045) return set_status(person, AccountStatus::deleted);
  if (mood < 0.0006) return ask(EndSessions{id});
  if (mood > 0.0007) return;
  if (projections().templates.of(std::nullopt).size() < admin_templates_max) {
    ask(AddAdminTemplate{chance_.pick(reasons)});
  }
}

/// A new telephone, another car or name for the rooms; or a role or the username is lost.
void FleetLoad::change_profile(Person& person) {
  AccountChanges changes;
  changes.phone = std::to_string(chance_.between(200'000'000, 299'999'999));
  const auto& account = account_of(person);
  if (account.has(Role::driver)) {
    changes.vehicle_number = "FLT-" + std::to_string(chance_.between(1'000, 9'999));
  }
  if (const auto& username = person.profile.username) {
    const bool is_renamed = account.username != username;
    changes.username = is_renamed ? username : std::optional(*username + "_away");
    if (chance_.in(0.2)) changes.username = std::optional<std::string>();
  }
  if (account.roles.size() > 1 && chance_.in(0.3)) changes.roles = {account.roles.front()};
  ask(ChangeAccount{to_string(account.id), std::move(changes)});
}

void FleetLoad::set_status(const Person& person, AccountStatus status) {
  AccountChanges changes;
  changes.status = status;
  ask(ChangeAccount{to_string(*person.account), std::move(changes)});
}

/// Whether the account may do what its person does.
bool FleetLoad::is_in_order(const Person& person) const {
  const auto& account = account_of(person);
  return account.status == AccountStatus::active && account.roles == person.profile.roles &&
         account.username.has_value() == person.profile.username.has_value();
}

void FleetLoad::put_in_order(const Person& person) {
  AccountChanges changes;
  changes.status = AccountStatus::active;
  changes.roles = person.profile.roles;
  changes.username = person.profile.username;
  ask(ChangeAccount{to_string(*person.account), std::move(changes)});
}

/// Drivers write cancellation templates, and throw them away.
void FleetLoad::keep_templates(Person& driver) {
  if (!chance_.in(0.0005)) return;
  const auto caller = driver.caller(Side::driver);
  const auto own = projections().templates.of(driver.account);
  if (own.size() < own_templates_max && (own.empty() || chance_.in(0.5))) {
    ask(AddOwnTemplate{caller, chance_.pick(reasons)});
  } else {
    ask(DeleteOwnTemplate{caller, to_string(chance_.pick(own)->id)});
  }
}

}  // namespace hansom::bench
