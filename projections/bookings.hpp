#pragma once

#include "projections/booking.hpp"
#include "projections/flat_map.hpp"

#include <absl/container/btree_set.h>
#include <memory>
#include <ranges>
#include <utility>
#include <vector>

namespace hansom {

/// The bookings in progress. One that has ended stays until `forget_ended`; asked for later, it is
/// folded from its stream.
class Bookings {
 public:
  /// Folds an event of a booking's stream and returns the booking as it then is. The reference
  /// holds until the next call of a member that is not const.
  const Booking& apply(const Envelope& envelope);

  /// Lets go of the booking if it has ended.
  void forget_ended(BookingId id);

  /// The booking with this id, if it is in progress; else null.
  const Booking* find(BookingId id) const;

  // Of what is offered to one driver after the other.

  /// The driver's oldest booking in progress (asked or riding), or null.
  const Booking* oldest_of_driver(AccountId driver) const;
  /// The bookings that the driver is asked to take, oldest first.
  std::vector<BookingId> offered_to(AccountId driver) const;
  /// The account's bookings in progress, as driver or as customer, oldest first.
  std::vector<BookingId> of_driver(AccountId driver) const {
    return listed(dispatched_.by_driver, driver);
  }
  std::vector<BookingId> of_customer(AccountId customer) const {
    return listed(dispatched_.by_customer, customer);
  }
  /// The customer's most recently created booking in progress, or null.
  const Booking* newest_of_customer(AccountId customer) const;
  /// Whether a ride of this driver is `on_the_way`.
  bool driver_is_on_the_way(AccountId driver) const;

  // Of open bookings, of which nobody has more than one on a side.

  /// Those that nobody has accepted yet, and that were requested at this position or later, oldest
  /// first.
  auto pending_from(Position from) const {
    return std::ranges::subrange(pending_.lower_bound({from, BookingId{}}), pending_.end()) |
           std::views::values;
  }
  /// The customer's, pending or accepted, or null.
  const Booking* open_of_customer(AccountId customer) const {
    return oldest(open_.by_customer, customer);
  }
  /// The one that the driver has accepted, or null.
  const Booking* open_of_driver(AccountId driver) const { return oldest(open_.by_driver, driver); }

  std::size_t size() const { return bookings_.size(); }
  /// All of them, in order of their ids.
  std::vector<const Booking*> all() const;

  /// Adds a booking in progress as it was.
  void put(Booking booking);

 private:
  /// Bookings in progress, in order of their creation.
  using InOrder = absl::btree_set<std::pair<Position, BookingId>>;
  using ByAccount = FlatMap<AccountId, InOrder>;
  struct Index {
    ByAccount by_driver;
    ByAccount by_customer;
  };

  const Booking* oldest(const ByAccount& index, AccountId account) const;
  static std::vector<BookingId> ids_of(const InOrder& bookings);
  static std::vector<BookingId> listed(const ByAccount& index, AccountId account);
  static void remove(ByAccount& index, AccountId account, const Booking& booking);

  FlatMap<BookingId, std::unique_ptr<Booking>> bookings_;
  Index dispatched_;
  Index open_;
  InOrder pending_;
};

}  // namespace hansom
