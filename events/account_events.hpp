#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace hansom {

enum class Role { driver, customer, student };

/// A blocked or deleted account is known, but may do nothing. Either can be made active again.
enum class AccountStatus { active, blocked, deleted };

/// What is known of a person.
struct Profile {
  std::string email;  ///< as given; compared without case
  std::string name;
  std::vector<Role> roles;  ///< one or more, each once
  std::string phone;        ///< local digits, no country prefix
  std::string country;      ///< ISO 3166-1 alpha-2
  std::optional<std::string> username;
  std::optional<std::string> avatar;
  std::optional<std::string> vehicle_number;
  std::optional<std::string> driver_code;
  bool operator==(const Profile&) const = default;
};

struct AccountRegistered : Profile {
  bool operator==(const AccountRegistered&) const = default;
};

/// The whole profile, as it is from now on.
struct ProfileChanged : Profile {
  bool operator==(const ProfileChanged&) const = default;
};

struct AccountStatusChanged {
  AccountStatus status = AccountStatus::active;
  bool operator==(const AccountStatusChanged&) const = default;
};

/// The admin ended the account's live sessions.
struct SessionsEnded {
  bool operator==(const SessionsEnded&) const = default;
};

/// The account used this device, to which notifications go from now on.
struct DeviceSeen {
  std::string device_id;
  std::optional<std::string> device_model;
  bool operator==(const DeviceSeen&) const = default;
};

using AccountEvent = std::variant<AccountRegistered, ProfileChanged, AccountStatusChanged,
                                  SessionsEnded, DeviceSeen>;

}  // namespace hansom
