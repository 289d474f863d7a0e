#pragma once

#include "engine/renderer.hpp"
#include "projections/booking.hpp"

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hansom::story {

/// Whom a frame went to.
struct Receiver {
  Side side = Side::driver;
  std::optional<AccountId> account{};  ///< none: every connected driver of campus but `other_than`
  std::optional<AccountId> other_than{};

  /// Whether this account was sent it, if it was connected.
  bool includes(AccountId someone) const {
    return account ? account == someone : someone != other_than;
  }
  /// The account's id; `*` where there are many.
  std::string text() const { return account ? to_string(*account) : "*"; }
};

/// All connected drivers of campus but the one who has the ride, where there is one.
Receiver every_driver_but(std::optional<AccountId> driver);

/// A frame that an event made the server send.
struct SentFrame {
  Receiver to;
  Frame frame;
};

/// One event of a booking, the booking as it was after it, and what was sent because of it.
struct Moment {
  const Envelope& envelope;
  const Booking& booking;
  std::span<const SentFrame> sent;
};

/// Goes through a booking's events, oldest first. What was sent is rendered as the server did, and
/// is what its receivers got if they were connected, or asked for it later; up to `after` nothing
/// is rendered. Ends early when `visit` returns false.
void tell(std::span<const Envelope> events, const Renderer& renderer,
          const std::function<bool(const Moment&)>& visit, Position after = {});

/// The booking as its events up to this position say; as it is before all where there are none.
Booking booking_at(std::span<const Envelope> events, Position position);

/// `campus` or `taxi`.
std::string_view protocol_of(const Booking& booking);

/// The written name of a side as people say it: `driver` or `customer`.
std::string_view name_of(Side side);

/// The message's type as its dialect has it: `booking_assigned`.
std::string type_of_frame(std::string_view frame);

}  // namespace hansom::story
