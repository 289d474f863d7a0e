#include "projections/accounts.hpp"

#include <algorithm>

namespace hansom {
namespace {

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

void apply(Account& account, const AccountRegistered& event, Instant) {
  static_cast<Profile&>(account) = event;
}

void apply(Account& account, const ProfileChanged& event, Instant) {
  static_cast<Profile&>(account) = event;
}

void apply(Account& account, const AccountStatusChanged& event, Instant) {
  account.status = event.status;
}

void apply(Account&, const SessionsEnded&, Instant) {}

void apply(Account& account, const DeviceSeen& event, Instant at) {
  auto& devices = account.devices;
  Device device{event.device_id, event.device_model, at};
  const auto known = std::ranges::find(devices, event.device_id, &Device::id);
  if (known != devices.end()) {
    if (!device.model) device.model = std::move(known->model);
    devices.erase(known);
  }
  devices.insert(devices.begin(), std::move(device));
  if (devices.size() > devices_max) devices.pop_back();
}

}  // namespace

bool Account::has(Role role) const {
  return std::find(roles.begin(), roles.end(), role) != roles.end();
}

void Accounts::apply(const Envelope& envelope) {
  auto& account = accounts_[AccountId{envelope.stream.id}];
  by_email_.erase(lower_case(account.email));
  if (account.username) by_username_.erase(*account.username);
  account.id = AccountId{envelope.stream.id};
  account.revision = envelope.revision;
  std::visit([&](const auto& event) { hansom::apply(account, event, envelope.at); },
             std::get<AccountEvent>(envelope.event));
  list(account);
}

void Accounts::put(Account account) {
  list(account);
  accounts_[account.id] = std::move(account);
}

void Accounts::list(const Account& account) {
  by_email_[lower_case(account.email)] = account.id;
  if (account.username) by_username_[*account.username] = account.id;
}

const Account* Accounts::find(AccountId id) const {
  const auto found = accounts_.find(id);
  return found == accounts_.end() ? nullptr : &found->second;
}

const Account* Accounts::find_email(std::string_view email) const {
  const auto found = by_email_.find(lower_case(email));
  return found == by_email_.end() ? nullptr : find(found->second);
}

const Account* Accounts::find_username(std::string_view username) const {
  const auto found = by_username_.find(std::string(username));
  return found == by_username_.end() ? nullptr : find(found->second);
}

}  // namespace hansom
