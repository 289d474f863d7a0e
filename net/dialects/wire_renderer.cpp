#include "net/dialects/wire_renderer.hpp"

#include "net/dialects/campus/render.hpp"
#include "net/dialects/rooms/render.hpp"
#include "net/dialects/taxi/render.hpp"

namespace hansom::net {

void WireRenderer::pushes(const Envelope& envelope, const Booking& booking,
                          std::vector<Push>& out) const {
  if (is_open(booking)) {
    campus::pushes(envelope, booking, out);
  } else {
    taxi::pushes(envelope, booking, public_url_, out);
  }
}

Frame WireRenderer::news_to_drivers(const Envelope& envelope, const Booking& booking) const {
  return campus::news_to_drivers(envelope, booking);
}

Frame WireRenderer::news_to_room(const Envelope& envelope) const {
  return rooms::news_to_room(envelope);
}

Frame WireRenderer::connected(Side side, AccountId account) const {
  return taxi::connected(side, account);
}

Frame WireRenderer::position(Position reached) const { return taxi::position(reached); }

Frame WireRenderer::open_ride(const Booking& booking) const { return campus::open_ride(booking); }

Frame WireRenderer::pending_ride(const Booking& booking) const {
  return campus::pending_ride(booking);
}

Frame WireRenderer::force_disconnect(Side side, std::string_view reason) const {
  switch (side) {
    case Side::driver:
    case Side::customer:
      return taxi::force_disconnect(reason);
    case Side::campus_driver:
    case Side::passenger:
      return campus::force_disconnect(reason);
    case Side::participant:
      return nullptr;  // the document has none
  }
  return nullptr;
}

Frame WireRenderer::snapshot(Side side, const Booking* booking) const {
  return taxi::snapshot(side, booking, public_url_);
}

Frame WireRenderer::error(Side side, const Refusal& refusal,
                          std::optional<std::string_view> booking_id) const {
  switch (side) {
    case Side::driver:
    case Side::customer:
      return taxi::error(refusal, booking_id);
    case Side::campus_driver:
    case Side::passenger:
      return campus::error(refusal);
    case Side::participant:
      return rooms::error(refusal);
  }
  return nullptr;
}

}  // namespace hansom::net
