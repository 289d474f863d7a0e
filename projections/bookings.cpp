#include "projections/bookings.hpp"

#include <algorithm>

namespace hansom {

const Booking& Bookings::apply(const Envelope& envelope) {
  auto& place = bookings_[BookingId{envelope.stream.id}];
  if (!place) place = std::make_unique<Booking>();
  auto& booking = *place;
  const auto driver_before = booking.driver ? std::optional(booking.driver->account) : std::nullopt;
  hansom::apply(booking, envelope);

  const bool in_progress = is_in_progress(booking.status);
  const auto driver =
      booking.driver && in_progress ? std::optional(booking.driver->account) : std::nullopt;
  const std::pair key(booking.requested_position, booking.id);
  auto& [by_driver, by_customer] = is_open(booking) ? open_ : dispatched_;
  if (driver_before && driver_before != driver) remove(by_driver, *driver_before, booking);
  if (driver && driver_before != driver) by_driver[*driver].insert(key);
  if (booking.revision == Revision{1}) by_customer[booking.customer.account].insert(key);
  if (!in_progress) remove(by_customer, booking.customer.account, booking);
  if (is_open(booking)) {
    if (booking.status == BookingStatus::requested) {
      pending_.insert(key);
    } else {
      pending_.erase(key);
    }
  }
  return booking;
}

void Bookings::put(Booking booking) {
  const std::pair key(booking.requested_position, booking.id);
  auto& [by_driver, by_customer] = is_open(booking) ? open_ : dispatched_;
  if (booking.driver) by_driver[booking.driver->account].insert(key);
  by_customer[booking.customer.account].insert(key);
  if (is_open(booking) && booking.status == BookingStatus::requested) pending_.insert(key);
  const auto id = booking.id;
  bookings_[id] = std::make_unique<Booking>(std::move(booking));
}

void Bookings::remove(ByAccount& index, AccountId account, const Booking& booking) {
  const auto found = index.find(account);
  if (found == index.end()) return;
  found->second.erase({booking.requested_position, booking.id});
  if (found->second.empty()) index.erase(found);
}

void Bookings::forget_ended(BookingId id) {
  const auto found = bookings_.find(id);
  if (found != bookings_.end() && !is_in_progress(found->second->status)) bookings_.erase(found);
}

const Booking* Bookings::find(BookingId id) const {
  const auto found = bookings_.find(id);
  return found == bookings_.end() ? nullptr : found->second.get();
}

std::vector<const Booking*> Bookings::all() const {
  std::vector<const Booking*> all;
  all.reserve(bookings_.size());
  for (const auto& [id, booking] : bookings_) all.push_back(booking.get());
  std::ranges::sort(all, {}, [](const Booking* booking) { return booking->id.value; });
  return all;
}

const Booking* Bookings::oldest_of_driver(AccountId driver) const {
  return oldest(dispatched_.by_driver, driver);
}

std::vector<BookingId> Bookings::offered_to(AccountId driver) const {
  auto offered = of_driver(driver);
  std::erase_if(offered,
                [&](BookingId id) { return find(id)->status != BookingStatus::requested; });
  return offered;
}

const Booking* Bookings::oldest(const ByAccount& index, AccountId account) const {
  const auto found = index.find(account);
  return found == index.end() ? nullptr : find(found->second.begin()->second);
}

std::vector<BookingId> Bookings::ids_of(const InOrder& bookings) {
  std::vector<BookingId> ids;
  ids.reserve(bookings.size());
  for (const auto& [position, id] : bookings) ids.push_back(id);
  return ids;
}

std::vector<BookingId> Bookings::listed(const ByAccount& index, AccountId account) {
  const auto found = index.find(account);
  return found == index.end() ? std::vector<BookingId>() : ids_of(found->second);
}

const Booking* Bookings::newest_of_customer(AccountId customer) const {
  const auto found = dispatched_.by_customer.find(customer);
  return found == dispatched_.by_customer.end() ? nullptr : find(found->second.rbegin()->second);
}

bool Bookings::driver_is_on_the_way(AccountId driver) const {
  const auto found = dispatched_.by_driver.find(driver);
  return found != dispatched_.by_driver.end() &&
         std::any_of(found->second.begin(), found->second.end(), [&](const auto& entry) {
           return find(entry.second)->status == BookingStatus::on_the_way;
         });
}

}  // namespace hansom
