#pragma once

#include "net/dialects/wire_renderer.hpp"
#include "projections/projections.hpp"
#include "tests/simulation/disk.hpp"
#include "tests/simulation/history.hpp"

#include <deque>
#include <map>
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

  /// Whether the booking is the account's: as customer, or as a driver who was ever asked.
  bool concerns(BookingId booking, AccountId account) const {
    return concerned_.contains({booking, account});
  }

  /// Whether a customer's frame shows who drives before anybody has taken the booking.
  bool shows_driver_too_early(BookingId booking, const std::string& frame) const {
    return !confirmed_.contains(booking) &&
           frame.find(R"("vehicle_number":")") != std::string::npos;
  }

  const History& history() const { return history_; }

  /// Since when the account may not be connected on a side; nothing where it may.
  std::optional<Instant> barred_since(AccountId account, Side side) const;
  /// When the account was last put out, if ever: barred, or its sessions ended.
  std::optional<Instant> put_out_at(AccountId account, Side side) const;

  /// A driver was asked, or none was there who could be.
  struct Choice {
    Instant at;
    AccountId customer;
    std::optional<AccountId> chosen;
    std::vector<AccountId> asked;  ///< ever, the chosen one among them
  };
  /// Those that nobody has taken out yet.
  std::deque<Choice>& choices() { return choices_; }

  /// A process was started, and gives drivers this long to come back.
  void begin_grace(Instant until) { grace_until_ = until; }

  const Projections& state() const { return state_; }
  HighWaterMark mark() const { return mark_; }

 private:
  void take(const Envelope& envelope);
  void take_booking(const Envelope& envelope);
  void take_room(const Envelope& envelope);

  const net::WireRenderer& renderer_;
  std::size_t read_bytes_ = 0;
  HighWaterMark mark_;
  Projections state_;
  History history_;
  std::map<std::pair<AccountId, Side>, Stream> told_;
  std::map<RoomId, Stream> told_in_;
  std::set<std::pair<BookingId, AccountId>> concerned_;
  std::set<BookingId> confirmed_;  // now or once
  std::map<std::pair<AccountId, std::string>, Instant> keys_;
  std::map<AccountId, Instant> barred_;
  std::map<AccountId, Instant> removed_;  // from a room
  std::map<std::pair<AccountId, Side>, Instant> put_out_;
  std::map<MessageId, AccountId> authors_;
  std::deque<Choice> choices_;
  Instant grace_until_;
  std::vector<Push> pushes_;
};

}  // namespace hansom::simulation
