#pragma once

#include "engine/commands.hpp"

#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace hansom::net::taxi {

// Bodies, headers and queries of HTTP requests. A body that is not JSON is INVALID_JSON; a field
// that is missing or of a wrong type or range is INVALID_PAYLOAD, and the message names it.

/// `POST /api/mobile/customer/booking/request` (the taxi document, step 1).
std::expected<RequestBooking, Refusal> read_booking_request(std::string_view body);

/// `POST /api/mobile/driver/booking/{id}/cancel`.
std::expected<GivenReason, Refusal> read_cancellation(std::string_view body);

/// `POST .../cancellation-templates`: the text.
std::expected<std::string, Refusal> read_template(std::string_view body);

/// The `Idempotency-Key` of a request: 1 to 255 visible ASCII characters.
std::expected<IdempotencyKey, Refusal> read_idempotency_key(std::string_view key,
                                                            std::string_view body);

/// A device as headers or query name it; nothing for a name that is too long or no text.
std::optional<DeviceSeen> read_device(std::string_view id, std::string_view model);

}  // namespace hansom::net::taxi
