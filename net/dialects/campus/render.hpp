#pragma once

#include "engine/renderer.hpp"

#include <string_view>
#include <vector>

namespace hansom::net::campus {

// The campus dialect's words: those of `seeds/campus-driver-consumer.md`, and what PROTOCOL.md
// (Campus) settles. See `Renderer` for what each function says.

/// REQUIRES: the booking is an open one.
void pushes(const Envelope& envelope, const Booking& booking, std::vector<Push>& out);
Frame news_to_drivers(const Envelope& envelope, const Booking& booking);
Frame open_ride(const Booking& booking);
Frame pending_ride(const Booking& booking);
Frame force_disconnect(std::string_view reason);
Frame error(const Refusal& refusal);

}  // namespace hansom::net::campus
