#pragma once

#include "engine/output.hpp"
#include "events/event.hpp"
#include "projections/accounts.hpp"
#include "projections/booking.hpp"
#include "projections/room_message.hpp"
#include "projections/templates.hpp"

#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace hansom {

/// What an event tells one account on one side: a push, or the ack of the account's own command.
struct Push {
  AccountId to;
  Side side;
  Frame frame;
};

/// A room as HTTP answers name it.
struct RoomName {
  std::string_view host;  ///< the username
  std::string_view slug;
};

/// Some of a room's messages, newest first.
struct MessagePage {
  std::vector<RoomMessage> messages;
  /// Before which message the page after this one begins, if there is one.
  std::optional<MessageId> next_before;
};

/// Says what the loop has decided in the words of the wire. All members are pure; the net floor's
/// dialects implement them.
class Renderer {
 public:
  virtual ~Renderer() = default;

  /// The pushes that follow from an event; `booking` is as it is after it. One event gives one
  /// receiver at most one push.
  virtual void pushes(const Envelope& envelope, const Booking& booking,
                      std::vector<Push>& out) const = 0;

  /// What an event of an open booking tells all connected drivers but the one who has it; null
  /// where that is nothing.
  virtual Frame news_to_drivers(const Envelope& envelope, const Booking& booking) const = 0;
  /// What an event of a room tells all sockets in it; null where that is nothing.
  virtual Frame news_to_room(const Envelope& envelope) const = 0;

  /// The greeting of a socket of the taxi protocol.
  virtual Frame connected(Side side, AccountId account) const = 0;
  /// An open booking in progress, to who comes back into it.
  virtual Frame open_ride(const Booking& booking) const = 0;
  /// An open booking that nobody has accepted yet, to a driver who connects.
  virtual Frame pending_ride(const Booking& booking) const = 0;
  /// The last word to a socket that the account may not have any more; null where there is none.
  virtual Frame force_disconnect(Side side, std::string_view reason) const = 0;
  /// The answer to `resync`; null says that nothing is in progress.
  virtual Frame snapshot(Side side, const Booking* booking) const = 0;
  /// The position up to which a socket has been told everything.
  virtual Frame position(Position reached) const = 0;
  /// A refusal on a socket of this side; repeats the command's `booking_id` where it had one.
  virtual Frame error(Side side, const Refusal& refusal,
                      std::optional<std::string_view> booking_id) const = 0;

  // Answers to HTTP requests.
  virtual Answer booking_requested(BookingId booking, BookingType type,
                                   std::optional<AccountId> driver, Instant at) const = 0;
  virtual Answer booking_cancelled(BookingId booking, Instant at) const = 0;
  /// `next_before` names the last of these where there are more.
  virtual Answer bookings(Side side, std::span<const Booking> bookings,
                          std::optional<BookingId> next_before, Instant at) const = 0;
  virtual Answer profile(const Account& account, Instant at) const = 0;
  virtual Answer account_registered(AccountId account, Instant at) const = 0;
  virtual Answer account(const Account& account, Instant at) const = 0;
  virtual Answer template_added(TemplateId added, Instant at) const = 0;
  virtual Answer templates(std::span<const CancellationTemplate* const> templates,
                           Instant at) const = 0;
  virtual Answer room_opened(const RoomName& room, Instant at) const = 0;
  /// `is_new` is false for an account that took part already.
  virtual Answer participant_added(const RoomName& room, std::string_view username, bool is_new,
                                   Instant at) const = 0;
  virtual Answer room_messages(const MessagePage& page, Instant at) const = 0;
  /// Something was done that leaves nothing to say.
  virtual Answer done(Instant at) const = 0;
  virtual Answer refused(const Refusal& refusal, Instant at) const = 0;
};

}  // namespace hansom
