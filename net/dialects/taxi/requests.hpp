#pragma once

#include "engine/commands.hpp"

#include <expected>
#include <string_view>

namespace hansom::net::taxi {

// Bodies of HTTP requests. A body that is not JSON is INVALID_JSON; a field that is missing or of a
// wrong type or range is INVALID_PAYLOAD, and the message names it.

/// `POST /api/mobile/customer/booking/request` (the taxi document, step 1).
std::expected<RequestBooking, Refusal> read_booking_request(std::string_view body,
                                                            Identity customer);

/// `POST /api/admin/accounts` (PROTOCOL.md, Admin and mobile endpoints).
std::expected<RegisterAccount, Refusal> read_account(std::string_view body);

}  // namespace hansom::net::taxi
