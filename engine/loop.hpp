#pragma once

#include "engine/commands.hpp"
#include "engine/decide.hpp"
#include "engine/observer.hpp"
#include "engine/output.hpp"
#include "engine/renderer.hpp"
#include "engine/rules.hpp"
#include "engine/sessions.hpp"
#include "events/event_log.hpp"
#include "projections/projections.hpp"

#include <deque>
#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace hansom {

/// The engine of one zone: takes commands, decides them, appends what follows, and says what that
/// means to whom, in this order. Owns all state of the zone and belongs to one thread. Reads no
/// clock and no random source: time and ids come in from outside, so that it runs live, in a test
/// and in a simulation alike.
class Loop {
 public:
  using NewId = std::function<Uuid()>;

  /// All arguments must outlive the loop.
  Loop(EventLog& log, const Rules& rules, const Renderer& renderer, Observer& observer,
       NewId new_id);

  /// Folds the log. To be called once, before the first turn; `clock` starts the restart grace.
  LogResult start(Instant clock);

  /// One turn: decides the commands and whatever is due at `clock`, appends the events in one
  /// durable batch, and returns what may be shown now. If the append fails, nothing of the batch is
  /// shown: its senders get LOG_UNAVAILABLE, and the state is folded anew from what the log holds.
  Outbox turn(std::span<const Submitted> commands, Instant clock);

  /// When the next turn is due though nobody sends anything.
  std::optional<Instant> next_due() const;

  /// Whether commands are being decided; false while the log can't be written.
  bool serving() const { return !retry_log_at_; }

  const Projections& projections() const { return projections_; }

 private:
  void run(PeerId from, const Command& command);
  // One a command; the last two serve all commands on a booking.
  void handle(PeerId from, const Connect& command);
  void handle(PeerId from, const Disconnect& command);
  void handle(PeerId from, const Misspeak& command);
  void handle(PeerId from, const UpdateLocation& command);
  void handle(PeerId from, const Resync& command);
  void handle(PeerId from, const RequestBooking& command);
  void handle(PeerId from, const RegisterAccount& command);
  template <typename Expiry>
  requires requires(Expiry expiry) { expiry.booking; }
  void handle(PeerId from, const Expiry& command);
  template <typename BookingCommand>
  requires requires(BookingCommand command) { command.booking_id; }
  void handle(PeerId from, const BookingCommand& command);

  void expire_due();
  void bid_farewell();

  template <typename Event>
  void commit(const StreamId& stream, const Actor& actor, std::vector<Event> events);
  void push(const Envelope& envelope, const Booking& booking);
  template <typename Command>
  void refuse(PeerId to, const Command& command, const Refusal& refusal);
  void refuse(PeerId to, bool over_http, std::optional<std::string_view> booking_id,
              const Refusal& refusal);
  void dismiss(PeerId peer, const Refusal& refusal, CloseCode code);
  template <typename What>
  void say(PeerId to, What what);

  LogResult append();

  // What happens when the log fails (loop_failure.cpp).
  void turn_away(std::span<const Submitted> commands);
  void withdraw(std::span<const Submitted> commands);
  void say_unavailable(PeerId to, const Command& command);
  bool recover(Instant clock);
  LogResult fold();

  const Account* account_of(const Identity& identity) const;
  std::optional<Refusal> objection_to(const Connect& command, const Account* account);
  const Booking* find_booking(std::string_view id) const;
  std::expected<Booking, Refusal> fold_ended(std::string_view id) const;
  Now now(const Actor& actor) const;

  EventLog& log_;
  const Rules& rules_;
  const Renderer& renderer_;
  Observer& observer_;
  const NewId new_id_;

  Projections projections_;
  Sessions sessions_;
  std::deque<std::pair<Instant, PeerId>> farewells_;  // in order, as the delay is always the same
  Instant grace_until_;  // until when drivers may come back before their time runs out
  std::optional<Instant> retry_log_at_;  // set while the log is out of order
  Instant reopened_at_;                  // when that was last tried

  // Of the turn that runs.
  Instant at_;
  CommandId cause_;
  std::vector<Envelope> batch_;
  Outbox outbox_;
  std::vector<PeerId> replaced_;  // whose session another one took over
  std::vector<PeerId> parting_;   // customers who are told that a booking of theirs has ended
  std::vector<Push> pushes_;
};

}  // namespace hansom
