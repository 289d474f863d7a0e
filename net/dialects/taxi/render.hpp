#pragma once

#include "engine/renderer.hpp"

namespace hansom::net::taxi {

/// The taxi dialect's words: every push of `seeds/taxi-booking-flow.txt`, key by key in its order,
/// with `seq` at the end.
class TaxiRenderer final : public Renderer {
 public:
  void pushes(const Envelope& envelope, const Booking& booking,
              std::vector<Push>& out) const override;
  Frame connected(Side side, AccountId account) const override;
  Frame snapshot(Side side, const Booking* booking) const override;
  Frame error(const Refusal& refusal, std::optional<std::string_view> booking_id) const override;
  Answer booking_requested(BookingId booking, std::optional<AccountId> driver,
                           Instant at) const override;
  Answer account_registered(AccountId account, Instant at) const override;
  Answer refused(const Refusal& refusal, Instant at) const override;
};

}  // namespace hansom::net::taxi
