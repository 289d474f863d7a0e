#pragma once

#include "events/event.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace hansom {

/// A device that an account used, for whoever routes notifications.
struct Device {
  std::string id;
  std::optional<std::string> model;
  Instant last_seen_at;
  bool operator==(const Device&) const = default;
};

/// Of an account's devices so many are remembered, those seen last.
constexpr std::size_t devices_max = 10;

struct Account : Profile {
  AccountId id{};
  Revision revision;
  AccountStatus status = AccountStatus::active;
  std::vector<Device> devices;  ///< seen last comes first

  bool has(Role role) const;
  bool operator==(const Account&) const = default;
};

/// All accounts, by id, email and username.
class Accounts {
 public:
  void apply(const Envelope& envelope);

  const Account* find(AccountId id) const;
  /// Emails are compared without case (ASCII).
  const Account* find_email(std::string_view email) const;
  const Account* find_username(std::string_view username) const;

  std::size_t size() const { return accounts_.size(); }
  const std::unordered_map<AccountId, Account>& all() const { return accounts_; }

  /// Adds an account as it was.
  void put(Account account);

 private:
  void list(const Account& account);

  std::unordered_map<AccountId, Account> accounts_;
  std::unordered_map<std::string, AccountId> by_email_;  // in lower case
  std::unordered_map<std::string, AccountId> by_username_;
};

}  // namespace hansom
