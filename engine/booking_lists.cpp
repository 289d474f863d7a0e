#include "engine/booking_lists.hpp"

namespace hansom {

bool belongs_to(const Booking& booking, AccountId account, Side side) {
  if (is_open(booking)) return false;
  if (side == Side::customer) return booking.customer.account == account;
  if (booking.driver) return booking.driver->account == account;
  // One that was cancelled for want of a driver is still that of the last who had it.
  return booking.status == BookingStatus::cancelled && !booking.asked.empty() &&
         booking.asked.back() == account;
}

bool enters_list(const Envelope& envelope, AccountId account, Side side) {
  const auto& event = std::get<BookingEvent>(envelope.event);
  if (side == Side::customer) {
    const auto* requested = std::get_if<BookingRequested>(&event);
    return requested && requested->booking_type != BookingType::open &&
           requested->customer.account == account;
  }
  const auto* assigned = std::get_if<DriverAssigned>(&event);
  return assigned && assigned->driver.account == account;
}

bool leaves_list(const Envelope& envelope, AccountId driver) {
  const auto& event = std::get<BookingEvent>(envelope.event);
  if (const auto* declined = std::get_if<OfferDeclined>(&event)) {
    return declined->driver == driver && declined->reassigned;
  }
  const auto* withdrawn = std::get_if<OfferWithdrawn>(&event);
  return withdrawn && withdrawn->driver == driver;
}

}  // namespace hansom
