#include "story/snapshots.hpp"

#include "engine/booking_lists.hpp"

namespace hansom::story {
namespace {

std::vector<SentFrame> of_open_ride(const Booking& booking, const Renderer& renderer) {
  if (!is_in_progress(booking.status)) return {};
  std::vector<SentFrame> frames;
  if (booking.driver) {
    frames.push_back({{Side::campus_driver, booking.driver->account}, renderer.open_ride(booking)});
  } else {
    frames.push_back({every_driver_but(std::nullopt), renderer.pending_ride(booking)});
  }
  frames.push_back({{Side::passenger, booking.customer.account}, renderer.open_ride(booking)});
  return frames;
}

}  // namespace

std::vector<SentFrame> snapshots(const Booking& booking, const Renderer& renderer) {
  if (is_open(booking)) return of_open_ride(booking, renderer);
  std::vector<SentFrame> frames;
  // Whoever was asked last may still see it; earlier ones may not.
  if (!booking.asked.empty() && belongs_to(booking, booking.asked.back(), Side::driver)) {
    frames.push_back(
        {{Side::driver, booking.asked.back()}, renderer.snapshot(Side::driver, &booking)});
  }
  frames.push_back(
      {{Side::customer, booking.customer.account}, renderer.snapshot(Side::customer, &booking)});
  return frames;
}

}  // namespace hansom::story
