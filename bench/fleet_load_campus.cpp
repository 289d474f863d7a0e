// Students who ride and drive on open bookings.

#include "bench/fleet_load.hpp"

#include <array>
#include <ranges>

namespace hansom::bench {
namespace {

constexpr std::array chat = {"at gate 4", "On my way! 🛵", "Which car?", "merci"};
constexpr std::array titles = {"Library", "Fisher Hall", "Gate 4", "Aquatic Centre"};

/// A driver looks at so many requests, the oldest ones.
constexpr std::ptrdiff_t looked_at_max = 5;

}  // namespace

/// Who is blocked with a request that nobody has accepted yet is not allowed to ride any more.
void FleetLoad::ride_on_campus(Person& student) {
  if (!is_online(student, Side::passenger, {0.1, 0.01})) return;
  const auto socket = student.socket(Side::passenger);
  const auto* booking = projections().bookings.open_of_customer(*student.account);
  const double mood = chance_.roll();
  if (!booking) {
    if (mood < 0.05 && may_request()) {
      auto pickup = place(chance_.pick(titles), somewhere());
      send(socket, RequestOpenRide{std::move(pickup), place(chance_.pick(titles), somewhere())});
    }
    return;
  }
  if (booking->status == BookingStatus::requested) {
    if (mood < 0.02) send(socket, CancelOpenRide{to_string(booking->id)});
    if (mood > 0.98) set_status(student, AccountStatus::blocked);
  } else {
    if (mood < 0.005) return send(socket, CancelOpenRide{to_string(booking->id)});
    if (mood < 0.05) send(socket, SendRideMessage{chance_.pick(chat)});
  }
}

/// Several who are after the same request are what the first in the log is for.
void FleetLoad::drive_on_campus(Person& student) {
  if (!is_online(student, Side::campus_driver, {0.1, 0.01})) return;
  const auto socket = student.socket(Side::campus_driver);
  const auto& bookings = projections().bookings;
  const double mood = chance_.roll();
  if (const auto* booking = bookings.open_of_driver(*student.account)) {
    if (mood < 0.05) return send(socket, CompleteOpenRide{to_string(booking->id)});
    if (mood < 0.1) send(socket, SendRideMessage{chance_.pick(chat)});
    return;
  }
  if (mood > 0.03) return;
  std::vector<BookingId> pending;
  for (const auto id : bookings.pending_from({}) | std::views::take(looked_at_max)) {
    pending.push_back(id);
  }
  if (!pending.empty()) send(socket, AcceptOpenOffer{to_string(chance_.pick(pending))});
}

}  // namespace hansom::bench
