#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace hansom {

enum class Role { driver, customer, student };

struct AccountRegistered {
  std::string email;  ///< as given; compared without case
  std::string name;
  std::vector<Role> roles;  ///< one or more, each once
  std::string phone;        ///< local digits, no country prefix
  std::string country;      ///< ISO 3166-1 alpha-2
  std::optional<std::string> username;
  std::optional<std::string> avatar;
  std::optional<std::string> vehicle_number;
  std::optional<std::string> driver_code;
  bool operator==(const AccountRegistered&) const = default;
};

using AccountEvent = std::variant<AccountRegistered>;

}  // namespace hansom
