#pragma once

#include "projections/accounts.hpp"

namespace hansom {

// An account as the other side of a booking is shown it from now on.

inline CustomerContact customer_contact(const Account& account) {
  return {account.id, account.name, account.phone, account.country};
}

inline DriverContact driver_contact(const Account& account) {
  return {account.id,      account.name,           account.phone,
          account.country, account.vehicle_number, account.driver_code};
}

}  // namespace hansom
