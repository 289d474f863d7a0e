#pragma once

#include "engine/commands.hpp"

#include <rapidjson/document.h>

#include <optional>

namespace hansom::net::taxi {

/// Why a driver declines or cancels: exactly one of `cancellation_template_id` and
/// `cancellation_description`, of 1 to 512 code points (the taxi document, decline_booking; a null
/// counts as absent). Nothing where it is otherwise.
std::optional<GivenReason> read_reason(const rapidjson::Value& json);

}  // namespace hansom::net::taxi
