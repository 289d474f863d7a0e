#include "projections/bookings.hpp"

#include <algorithm>

namespace hansom {

const Booking& Bookings::apply(const Envelope& envelope) {
  auto& booking = bookings_[BookingId{envelope.stream.id}];
  const auto driver_before = booking.driver ? std::optional(booking.driver->account) : std::nullopt;
  hansom::apply(booking, envelope);

  const bool in_progress = is_in_progress(booking.status);
  const auto driver =
      booking.driver && in_progress ? std::optional(booking.driver->account) : std::nullopt;
  const std::pair key(booking.requested_position, booking.id);
  if (driver_before && driver_before != driver) remove(by_driver_, *driver_before, booking);
  if (driver && driver_before != driver) by_driver_[*driver].insert(key);
  if (booking.revision == Revision{1}) by_customer_[booking.customer.account].insert(key);
  if (!in_progress) remove(by_customer_, booking.customer.account, booking);
  return booking;
}

void Bookings::remove(ByAccount& index, AccountId account, const Booking& booking) {
  const auto found = index.find(account);
  if (found == index.end()) return;
  found->second.erase({booking.requested_position, booking.id});
  if (found->second.empty()) index.erase(found);
}

void Bookings::forget_ended(BookingId id) {
  const auto found = bookings_.find(id);
  if (found != bookings_.end() && !is_in_progress(found->second.status)) bookings_.erase(found);
}

const Booking* Bookings::find(BookingId id) const {
  const auto found = bookings_.find(id);
  return found == bookings_.end() ? nullptr : &found->second;
}

const Booking* Bookings::oldest_of_driver(AccountId driver) const {
  const auto found = by_driver_.find(driver);
  return found == by_driver_.end() ? nullptr : find(found->second.begin()->second);
}

std::vector<BookingId> Bookings::offered_to(AccountId driver) const {
  auto offered = of_driver(driver);
  std::erase_if(offered,
                [&](BookingId id) { return find(id)->status != BookingStatus::requested; });
  return offered;
}

std::vector<BookingId> Bookings::listed(const ByAccount& index, AccountId account) {
  std::vector<BookingId> ids;
  if (const auto found = index.find(account); found != index.end()) {
    for (const auto& [position, id] : found->second) ids.push_back(id);
  }
  return ids;
}

const Booking* Bookings::newest_of_customer(AccountId customer) const {
  const auto found = by_customer_.find(customer);
  return found == by_customer_.end() ? nullptr : find(found->second.rbegin()->second);
}

bool Bookings::driver_is_on_the_way(AccountId driver) const {
  const auto found = by_driver_.find(driver);
  return found != by_driver_.end() &&
         std::any_of(found->second.begin(), found->second.end(), [&](const auto& entry) {
           return find(entry.second)->status == BookingStatus::on_the_way;
         });
}

}  // namespace hansom
