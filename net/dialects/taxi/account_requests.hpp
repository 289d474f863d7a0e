#pragma once

#include "engine/commands.hpp"

#include <expected>
#include <string>
#include <string_view>

namespace hansom::net::taxi {

// Bodies of the requests about accounts and templates, with refusals as in booking_requests.hpp.

/// `POST /api/admin/accounts` (PROTOCOL.md, Admin and mobile endpoints).
std::expected<RegisterAccount, Refusal> read_account(std::string_view body);

/// `PATCH /api/admin/accounts/{id}`: some of the same fields, and `status`.
std::expected<AccountChanges, Refusal> read_account_changes(std::string_view body);

/// `POST .../cancellation-templates`: the text.
std::expected<std::string, Refusal> read_template(std::string_view body);

}  // namespace hansom::net::taxi
