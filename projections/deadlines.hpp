#pragma once

#include "projections/booking.hpp"
#include "projections/flat_map.hpp"

#include <absl/container/btree_set.h>
#include <optional>
#include <tuple>
#include <vector>

namespace hansom {

/// What falls due when: an index over the deadlines that the bookings carry. Being folded from the
/// log, it is simply there after a restart, and what fell due meanwhile is due at once.
class Deadlines {
 public:
  /// Takes over the booking's deadlines, or that it has none (any more).
  void update(const Booking& booking);

  struct Due {
    BookingId booking;
    DeadlineKind kind;
    bool operator==(const Due&) const = default;
  };

  /// What is due at `now`, the longest overdue first and `most` at the most; it stays until an
  /// update.
  std::vector<Due> due(Instant now, std::size_t most) const;

  /// When the next one falls due, if any runs.
  std::optional<Instant> next() const;

  /// Lets those of this kind that run now, and would be due before `until`, be due then.
  void postpone(DeadlineKind kind, Instant until);

  /// How many run.
  std::size_t size() const { return in_order_.size(); }

 private:
  struct Running {
    Deadline deadline;
    Instant due;  // the deadline's own, or later where it was postponed
  };
  using Entry = std::tuple<Instant, BookingId, DeadlineKind>;

  using OfBooking = boost::container::static_vector<Running, running_deadlines_max>;

  FlatMap<BookingId, OfBooking> by_booking_;
  absl::btree_set<Entry> in_order_;  // a set of nodes would be a cold line for each it passes
};

}  // namespace hansom
