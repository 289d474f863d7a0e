#pragma once

#include "net/dialects/wire_renderer.hpp"
#include "projections/projections.hpp"
#include "tests/simulation/disk.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace hansom::simulation {

/// What is so by the bytes that are on the disk for good, and nothing else: who must be told what,
/// and what state the log folds to. All that the engine shows is held against it.
class Truth {
 public:
  /// A frame that an event tells somebody.
  struct News {
    Position of;
    Frame frame;
  };
  using Stream = std::vector<News>;

  explicit Truth(const net::WireRenderer& renderer) : renderer_(renderer) {}

  /// Reads on. Throws `Violation` for an event that may not be there, a broken chain, and a disk
  /// that lost what it had.
  void catch_up(const Disk& disk);

  /// All that an account must be told on a side of taxi or campus, in order.
  const Stream& told(AccountId account, Side side) { return told_[{account, side}]; }
  const Stream& told_in(RoomId room) { return told_in_[room]; }

  /// The snapshots that the account can have been shown on a side of taxi, without naming a
  /// booking: as it was in the beginning, and as it was from some event on.
  const std::vector<Frame>& snapshots(AccountId account, Side side) {
    return snapshots_of(account, side);
  }

  /// Whether the booking is the account's: as customer, or as a driver who was ever asked.
  bool concerns(BookingId booking, AccountId account) const {
    return concerned_.contains({booking, account});
  }
  /// Whether there is, or was, one of this id.
  bool has_booking(BookingId booking) const { return bookings_.contains(booking); }

  /// The room's messages that are not deleted, in order.
  const std::map<Position, MessageId>& messages_in(RoomId room) { return messages_[room]; }

  /// Since when the account may do nothing; nothing where it may.
  std::optional<Instant> barred_since(AccountId account) const {
    const auto found = barred_.find(account);
    return found == barred_.end() ? std::nullopt : std::optional(found->second);
  }

  /// Since when the account takes part in no room any more, if it did before.
  std::optional<Instant> absent_since(AccountId account) const {
    const auto found = absent_.find(account);
    return found == absent_.end() ? std::nullopt : std::optional(found->second);
  }

  const Projections& state() const { return state_; }
  HighWaterMark mark() const { return mark_; }

 private:
  void take(const Envelope& envelope);
  void take_booking(const Envelope& envelope);
  void take_room(const Envelope& envelope);
  std::vector<Frame>& snapshots_of(AccountId account, Side side);
  void note_snapshot(AccountId account, Side side);

  const net::WireRenderer& renderer_;
  std::size_t read_bytes_ = 0;
  HighWaterMark mark_;
  Projections state_;
  std::map<std::pair<AccountId, Side>, Stream> told_;
  std::map<RoomId, Stream> told_in_;
  std::set<BookingId> bookings_;
  std::set<std::pair<BookingId, AccountId>> concerned_;
  std::map<std::pair<AccountId, std::string>, Instant> keys_;
  std::map<AccountId, Instant> barred_;
  std::map<AccountId, Instant> absent_;
  std::map<std::pair<AccountId, Side>, std::vector<Frame>> snapshots_;
  std::map<MessageId, AccountId> authors_;
  std::map<RoomId, std::map<Position, MessageId>> messages_;
  std::vector<Push> pushes_;
};

}  // namespace hansom::simulation
