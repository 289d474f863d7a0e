#pragma once

#include "projections/booking.hpp"

#include <optional>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

namespace hansom {

/// What falls due when: an index over the deadlines that the bookings carry. Being folded from the
/// log, it is simply there after a restart, and what fell due meanwhile is due at once.
class Deadlines {
 public:
  /// Takes over the booking's deadline, or that it has none (any more).
  void update(const Booking& booking);

  /// The bookings whose deadline of this kind is due at `now`, the longest overdue first and `most`
  /// at the most; they stay until an update.
  std::vector<BookingId> due(DeadlineKind kind, Instant now, std::size_t most) const;

  /// When the next one of this kind falls due, if any runs.
  std::optional<Instant> next(DeadlineKind kind) const;

  std::size_t size() const { return by_booking_.size(); }

 private:
  using InOrder = std::set<std::pair<Instant, BookingId>>;

  InOrder& of(DeadlineKind kind) { return in_order_[static_cast<std::size_t>(kind)]; }
  const InOrder& of(DeadlineKind kind) const { return in_order_[static_cast<std::size_t>(kind)]; }

  std::unordered_map<BookingId, Deadline> by_booking_;
  InOrder in_order_[2];  // by kind
};

}  // namespace hansom
