#pragma once

#include "engine/renderer.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace hansom::simulation {

/// How things stood after each event, by what the log says and rules of its own: what may be shown
/// to who asks.
class History {
 public:
  /// Takes an event of a booking, which is as it is after it.
  void take(const Envelope& envelope, const Booking& booking);
  /// Takes an event of a room.
  void take(const Envelope& envelope);

  /// A booking as it was at a position; null where there was none yet.
  const Booking* booking(BookingId id, Position at) const;
  /// What there was to do for an account on a side, if anything: of taxi a driver's oldest and a
  /// customer's newest booking in progress, on campus the only one.
  const Booking* current(AccountId account, Side side, Position at) const;
  /// The account's bookings on a side of taxi, the newest first.
  std::vector<Booking> bookings(AccountId account, Side side, Position at) const;
  /// Whether a driver or customer of taxi was shown a booking, had they asked for it.
  bool is_shown(const Booking& booking, AccountId account, Side side) const;
  /// The newest of a room's messages.
  MessagePage messages(RoomId room, std::size_t limit, Position at) const;

  /// Whether something was so at a position, or at a later one up to `until`.
  template <typename Holds>
  bool once(Position from, Position until, Holds holds) const {
    if (holds(from)) return true;
    return std::any_of(std::ranges::upper_bound(changes_, from),
                       std::ranges::upper_bound(changes_, until), holds);
  }
  template <typename Holds>
  bool once(Position from, Holds holds) const {
    return once(from, beyond_all, holds);
  }

 private:
  template <typename State>
  using Steps = std::vector<std::pair<Position, State>>;
  struct Message {
    RoomId room;
    Steps<std::optional<RoomMessage>> steps;  // nothing once it is deleted
  };

  std::vector<Position> changes_;
  std::vector<BookingId> in_order_;
  std::map<BookingId, Steps<Booking>> bookings_;
  std::map<std::pair<AccountId, BookingId>, Position> asked_;
  std::map<std::pair<AccountId, BookingId>, Position> let_go_;  // and another one was looked for
  std::map<Position, Message> messages_;                        // by when they were sent
};

}  // namespace hansom::simulation
