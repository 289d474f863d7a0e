#pragma once

#include "engine/renderer.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace hansom::net::taxi {

// The taxi dialect's words on sockets: every push of `seeds/taxi-booking-flow.txt`, key by key in
// its order, with `seq` at the end. `public_url` is where apps reach the server, as
// `https://rides.example.com`: links begin with it. See `Renderer` for what each function says.

/// REQUIRES: the booking is not an open one.
void pushes(const Envelope& envelope, const Booking& booking, std::string_view public_url,
            std::vector<Push>& out);
Frame connected(Side side, AccountId account);
Frame force_disconnect(std::string_view reason);
Frame snapshot(Side side, const Booking* booking, std::string_view public_url);
Frame position(Position reached);
Frame error(const Refusal& refusal, std::optional<std::string_view> booking_id);

}  // namespace hansom::net::taxi
