#include "engine/driver_choice.hpp"

#include <algorithm>

namespace hansom {

DriverChoice choose_driver(const Roster& roster, const Accounts& accounts, Coordinates pickup,
                           AccountId customer, std::span<const AccountId> asked) {
  DriverChoice choice;
  std::optional<double> chosen_distance_m;
  int runners_up = 0;
  choice.candidates.reserve(asked.size() + 1 + runners_up_max);  // and seldom the customer
  const auto judge = [&](const Roster::Driver& driver) {
    if (driver.account == customer) return Verdict::own_booking;
    if (std::find(asked.begin(), asked.end(), driver.account) != asked.end()) {
      return Verdict::already_asked;
    }
    if (!choice.chosen) return Verdict::chosen;
    return driver.distance_m == chosen_distance_m ? Verdict::waited_less : Verdict::farther;
  };

  roster.by_preference(pickup, [&](const Roster::Driver& driver) {
    const auto verdict = judge(driver);
    choice.candidates.push_back({driver.account, driver.distance_m, verdict, driver.position});
    if (verdict == Verdict::chosen) {
      choice.chosen = accounts.find(driver.account);
      chosen_distance_m = driver.distance_m;
    } else if (choice.chosen) {
      ++runners_up;
    }
    return runners_up < runners_up_max;
  });
  return choice;
}

}  // namespace hansom
