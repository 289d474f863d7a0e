#include "engine/decide.hpp"

#include <utility>

namespace hansom {
namespace {

/// An email or a username names one account only.
std::optional<Refusal> objection_to(const Profile& profile, std::optional<AccountId> own,
                                    const Accounts& accounts) {
  const auto is_taken = [&](const Account* by) { return by && by->id != own; };
  if (is_taken(accounts.find_email(profile.email))) {
    return Refusal{RefusalCode::email_taken, "There is an account with this email."};
  }
  if (profile.username && is_taken(accounts.find_username(*profile.username))) {
    return Refusal{RefusalCode::username_taken, "There is an account with this username."};
  }
  return std::nullopt;
}

Profile changed(Profile profile, const AccountChanges& changes) {
  const auto change = [](auto& field, const auto& to) {
    if (to) field = *to;
  };
  change(profile.email, changes.email);
  change(profile.name, changes.name);
  change(profile.roles, changes.roles);
  change(profile.phone, changes.phone);
  change(profile.country, changes.country);
  change(profile.username, changes.username);
  change(profile.avatar, changes.avatar);
  change(profile.vehicle_number, changes.vehicle_number);
  change(profile.driver_code, changes.driver_code);
  return profile;
}

}  // namespace

AccountDecision decide(const RegisterAccount& command, const Now& now) {
  if (const auto objection = objection_to(command.account, std::nullopt, now.accounts)) {
    return std::unexpected(*objection);
  }
  return {{command.account}};
}

AccountDecision decide(const Account& account, const ChangeAccount& command, const Now& now) {
  const auto profile = changed(account, command.changes);
  if (const auto objection = objection_to(profile, account.id, now.accounts)) {
    return std::unexpected(*objection);
  }
  std::vector<AccountEvent> events;
  if (profile != static_cast<const Profile&>(account)) {
    events.emplace_back(ProfileChanged{profile});
  }
  const auto status = command.changes.status.value_or(account.status);
  if (status != account.status) events.emplace_back(AccountStatusChanged{status});
  return events;
}

AccountDecision decide(const EndSessions&, const Now&) { return {{SessionsEnded{}}}; }

}  // namespace hansom
