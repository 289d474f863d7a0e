#pragma once

#include "projections/booking.hpp"

#include <set>
#include <unordered_map>
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

  /// The driver's oldest booking in progress (asked or riding), or null.
  const Booking* oldest_of_driver(AccountId driver) const;
  /// The bookings that the driver is asked to take, oldest first.
  std::vector<BookingId> offered_to(AccountId driver) const;
  /// The account's bookings in progress, as driver or as customer, oldest first.
  std::vector<BookingId> of_driver(AccountId driver) const { return listed(by_driver_, driver); }
  std::vector<BookingId> of_customer(AccountId customer) const {
    return listed(by_customer_, customer);
  }
  /// The customer's most recently created booking in progress, or null.
  const Booking* newest_of_customer(AccountId customer) const;
  /// Whether a ride of this driver is `on_the_way`.
  bool driver_is_on_the_way(AccountId driver) const;

  std::size_t size() const { return bookings_.size(); }

 private:
  /// An account's bookings in progress, in order of their creation.
  using OfAccount = std::set<std::pair<Position, BookingId>>;
  using ByAccount = std::unordered_map<AccountId, OfAccount>;

  static std::vector<BookingId> listed(const ByAccount& index, AccountId account);
  static void remove(ByAccount& index, AccountId account, const Booking& booking);

  std::unordered_map<BookingId, Booking> bookings_;
  ByAccount by_driver_;
  ByAccount by_customer_;
};

}  // namespace hansom
