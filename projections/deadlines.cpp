#include "projections/deadlines.hpp"

#include <algorithm>

namespace hansom {

void Deadlines::update(const Booking& booking) {
  const auto wanted = running_deadlines(booking);
  const auto found = by_booking_.find(booking.id);
  if (found == by_booking_.end() && wanted.empty()) return;
  auto& running = found == by_booking_.end() ? by_booking_[booking.id] : found->second;
  // What runs on keeps its place, as it may have been postponed.
  for (auto each = running.begin(); each != running.end();) {
    if (std::ranges::find(wanted, each->deadline) != wanted.end()) {
      ++each;
      continue;
    }
    in_order_.erase({each->due, booking.id, each->deadline.kind});
    each = running.erase(each);
  }
  for (const auto& deadline : wanted) {
    if (std::ranges::find(running, deadline, &Running::deadline) != running.end()) continue;
    running.push_back({deadline, deadline.due});
    in_order_.emplace(deadline.due, booking.id, deadline.kind);
  }
  if (running.empty()) by_booking_.erase(booking.id);
}

std::vector<Deadlines::Due> Deadlines::due(Instant now, std::size_t most) const {
  std::vector<Due> due;
  for (const auto& [at, booking, kind] : in_order_) {
    if (at > now || due.size() == most) break;
    due.push_back({booking, kind});
  }
  return due;
}

std::optional<Instant> Deadlines::next() const {
  return in_order_.empty() ? std::nullopt : std::optional(std::get<Instant>(*in_order_.begin()));
}

void Deadlines::postpone(DeadlineKind kind, Instant until) {
  for (auto& [booking, all] : by_booking_) {
    for (auto& running : all) {
      if (running.deadline.kind != kind || running.due >= until) continue;
      in_order_.erase({running.due, booking, kind});
      running.due = until;
      in_order_.emplace(until, booking, kind);
    }
  }
}

}  // namespace hansom
