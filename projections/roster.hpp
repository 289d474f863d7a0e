#pragma once

#include "events/event.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <unordered_map>

namespace hansom {

/// Which drivers are there, where they are, and when each was last asked. Who is there and where is
/// live knowledge, worth nothing tomorrow, and not in the log; the last assignments are folded from
/// it.
class Roster {
 public:
  struct Driver {
    AccountId account;
    std::optional<Coordinates> position;
    std::optional<double> distance_m;  ///< to the point asked for; none without a position
    Instant last_assigned;             ///< the epoch for a driver who never was
  };

  Roster();
  Roster(Roster&&) noexcept;
  Roster& operator=(Roster&&) noexcept;
  ~Roster();

  /// The driver has a live socket now. Nothing changes for one who had.
  void arrive(AccountId driver);
  /// The driver's socket is gone, and with it the position.
  void leave(AccountId driver);
  /// The driver, if there, is at this position now.
  void move(AccountId driver, Coordinates position);
  /// Folds an assignment, of a driver who may be there or not.
  void assigned(AccountId driver, Instant at);
  /// When each driver who ever was asked was asked last.
  const std::unordered_map<AccountId, Instant>& assignments() const;
  /// Forgets what was folded from the log, as it is about to be folded anew.
  void forget_assignments();

  std::size_t size() const;

  /// Visits the drivers who are there: those with a position first, nearest first, then those
  /// without; among equals, who was assigned longest ago first. Stops when `visit` returns false.
  void by_preference(Coordinates from, const std::function<bool(const Driver&)>& visit) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace hansom
