#pragma once

#include "engine/commands.hpp"

#include <expected>
#include <string>
#include <string_view>

namespace hansom::net {

// Bodies of the admin's requests about accounts, with refusals as `read_object` and `invalid` give.

/// `POST /api/admin/accounts` (PROTOCOL.md, Admin and mobile endpoints).
std::expected<RegisterAccount, Refusal> read_account(std::string_view body);

/// `PATCH /api/admin/accounts/{id}`: some of the same fields, and `status`.
std::expected<AccountChanges, Refusal> read_account_changes(std::string_view body);

}  // namespace hansom::net
