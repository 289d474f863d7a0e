#pragma once

#include "engine/commands.hpp"
#include "net/dialects/json_reader.hpp"

#include <cstddef>
#include <optional>
#include <string_view>

namespace hansom::net::taxi {

/// So long a reason is at most, in code points, whether written or chosen (the taxi document,
/// decline_booking).
inline constexpr std::size_t reason_code_points_max = 512;

/// What is said to be wrong where `read_reason` gives nothing.
inline constexpr std::string_view reason_fields =
    "cancellation_template_id or cancellation_description";

/// Why a driver declines or cancels: exactly one of `cancellation_template_id` and
/// `cancellation_description`, of 1 to 512 code points (the taxi document, decline_booking; a null
/// counts as absent). Nothing where it is otherwise.
std::optional<GivenReason> read_reason(const Json& json);

}  // namespace hansom::net::taxi
