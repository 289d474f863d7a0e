#pragma once

#include "engine/renderer.hpp"

#include <string>
#include <utility>

namespace hansom::net::taxi {

/// The taxi dialect's words: every push of `seeds/taxi-booking-flow.txt`, key by key in its order,
/// with `seq` at the end, and every answer of its endpoints (answers.cpp).
class TaxiRenderer : public Renderer {
 public:
  /// `public_url` is where apps reach the server, as `https://rides.example.com`: links begin with
  /// it.
  explicit TaxiRenderer(std::string public_url = {}) : public_url_(std::move(public_url)) {}

  void pushes(const Envelope& envelope, const Booking& booking,
              std::vector<Push>& out) const override;
  Frame connected(Side side, AccountId account) const override;
  Frame force_disconnect(std::string_view reason) const override;
  Frame snapshot(Side side, const Booking* booking) const override;
  Frame error(const Refusal& refusal, std::optional<std::string_view> booking_id) const override;

  Answer booking_requested(BookingId booking, BookingType type, std::optional<AccountId> driver,
                           Instant at) const override;
  Answer booking_cancelled(BookingId booking, Instant at) const override;
  Answer bookings(Side side, std::span<const Booking> bookings,
                  std::optional<BookingId> next_before, Instant at) const override;
  Answer profile(const Account& account, Instant at) const override;
  Answer account_registered(AccountId account, Instant at) const override;
  Answer account(const Account& account, Instant at) const override;
  Answer template_added(TemplateId added, Instant at) const override;
  Answer templates(std::span<const CancellationTemplate* const> templates,
                   Instant at) const override;
  Answer done(Instant at) const override;
  Answer refused(const Refusal& refusal, Instant at) const override;

 private:
  const std::string public_url_;
};

}  // namespace hansom::net::taxi
