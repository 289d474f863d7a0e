#pragma once

#include "engine/output.hpp"
#include "engine/refusal.hpp"
#include "events/instant.hpp"
#include "net/dialects/json_writer.hpp"

#include <functional>
#include <string_view>

namespace hansom::net {

/// The envelope in which every HTTP endpoint answers (the taxi document, step 1): `meta`, `code`,
/// `data`, `user_message`. `fill` writes the members of `data`,
/// which is null without it.
Answer success(int status, std::string_view message, Instant at,
               const std::function<void(JsonWriter&)>& fill);

/// The same for what failed: `data` is null, and the HTTP status fits the code.
Answer failure(const Refusal& refusal, Instant at);

/// The HTTP status that fits a code (PROTOCOL.md, Errors).
int http_status(RefusalCode code);

}  // namespace hansom::net
