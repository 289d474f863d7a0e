#pragma once

#include "engine/renderer.hpp"

#include <string>
#include <utility>

namespace hansom::net {

/// Says everything in the words of its dialect: taxi, campus, rooms (each in a folder of its own),
/// and HTTP's answers (the `answers.cpp` of each).
class WireRenderer : public Renderer {
 public:
  /// `public_url` is where apps reach the server, as `https://rides.example.com`: links begin with
  /// it.
  explicit WireRenderer(std::string public_url = {}) : public_url_(std::move(public_url)) {}

  void pushes(const Envelope& envelope, const Booking& booking,
              std::vector<Push>& out) const override;
  Frame news_to_drivers(const Envelope& envelope, const Booking& booking) const override;
  Frame news_to_room(const Envelope& envelope) const override;
  Frame connected(Side side, AccountId account) const override;
  Frame open_ride(const Booking& booking) const override;
  Frame pending_ride(const Booking& booking) const override;
  Frame force_disconnect(Side side, std::string_view reason) const override;
  Frame snapshot(Side side, const Booking* booking) const override;
  Frame position(Position reached) const override;
  Frame error(Side side, const Refusal& refusal,
              std::optional<std::string_view> booking_id) const override;

  Answer booking_requested(BookingId booking, BookingType type, std::optional<AccountId> driver,
                           Instant at) const override;
  Answer booking_cancelled(BookingId booking, Instant at) const override;
  Answer bookings(Side side, std::span<const Booking> bookings,
                  std::optional<BookingId> next_before, Instant at) const override;
  Answer template_added(TemplateId added, Instant at) const override;
  Answer templates(std::span<const CancellationTemplate* const> templates,
                   Instant at) const override;
  Answer room_opened(const RoomName& room, Instant at) const override;
  Answer participant_added(const RoomName& room, std::string_view username, bool is_new,
                           Instant at) const override;
  Answer room_messages(const MessagePage& page, Instant at) const override;
  Answer profile(const Account& account, Instant at) const override;
  Answer account_registered(AccountId account, Instant at) const override;
  Answer account(const Account& account, Instant at) const override;
  Answer done(Instant at) const override;
  Answer refused(const Refusal& refusal, Instant at) const override;

 private:
  const std::string public_url_;
};

}  // namespace hansom::net
