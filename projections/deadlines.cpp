#include "projections/deadlines.hpp"

namespace hansom {

void Deadlines::update(const Booking& booking) {
  const auto found = by_booking_.find(booking.id);
  if (found != by_booking_.end()) {
    if (booking.deadline == found->second) return;
    of(found->second.kind).erase({found->second.due, booking.id});
    by_booking_.erase(found);
  }
  if (booking.deadline) {
    by_booking_.emplace(booking.id, *booking.deadline);
    of(booking.deadline->kind).emplace(booking.deadline->due, booking.id);
  }
}

std::vector<BookingId> Deadlines::due(DeadlineKind kind, Instant now, std::size_t most) const {
  std::vector<BookingId> due;
  for (const auto& [at, booking] : of(kind)) {
    if (at > now || due.size() == most) break;
    due.push_back(booking);
  }
  return due;
}

std::optional<Instant> Deadlines::next(DeadlineKind kind) const {
  const auto& in_order = of(kind);
  return in_order.empty() ? std::nullopt : std::optional(in_order.begin()->first);
}

}  // namespace hansom
