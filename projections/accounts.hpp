#pragma once

#include "events/event.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace hansom {

struct Account {
  AccountId id{};
  Revision revision;
  std::string email;
  std::string name;
  std::vector<Role> roles;
  std::string phone;
  std::string country;
  std::optional<std::string> username;
  std::optional<std::string> avatar;
  std::optional<std::string> vehicle_number;
  std::optional<std::string> driver_code;

  bool has(Role role) const;
};

/// All accounts, by id and by email.
class Accounts {
 public:
  void apply(const Envelope& envelope);

  const Account* find(AccountId id) const;
  /// Emails are compared without case (ASCII).
  const Account* find_email(std::string_view email) const;
  const Account* find_username(std::string_view username) const;

  std::size_t size() const { return accounts_.size(); }

 private:
  std::unordered_map<AccountId, Account> accounts_;
  std::unordered_map<std::string, AccountId> by_email_;  // in lower case
  std::unordered_map<std::string, AccountId> by_username_;
};

}  // namespace hansom
