#include "projections/deadlines.hpp"

namespace hansom {

void Deadlines::update(const Booking& booking) {
  const auto found = by_booking_.find(booking.id);
  if (found != by_booking_.end()) {
    if (booking.deadline == found->second.deadline) return;
    in_order_.erase({found->second.due, booking.id});
    by_booking_.erase(found);
  }
  if (booking.deadline) {
    by_booking_.emplace(booking.id, Running{*booking.deadline, booking.deadline->due});
    in_order_.emplace(booking.deadline->due, booking.id);
  }
}

std::vector<Deadlines::Due> Deadlines::due(Instant now, std::size_t most) const {
  std::vector<Due> due;
  for (const auto& [at, booking] : in_order_) {
    if (at > now || due.size() == most) break;
    due.push_back({booking, by_booking_.at(booking).deadline.kind});
  }
  return due;
}

std::optional<Instant> Deadlines::next() const {
  return in_order_.empty() ? std::nullopt : std::optional(in_order_.begin()->first);
}

void Deadlines::postpone(DeadlineKind kind, Instant until) {
  for (auto& [booking, running] : by_booking_) {
    if (running.deadline.kind != kind || running.due >= until) continue;
    in_order_.erase({running.due, booking});
    running.due = until;
    in_order_.emplace(until, booking);
  }
}

}  // namespace hansom
