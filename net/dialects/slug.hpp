#pragma once

#include <string>
#include <string_view>

namespace hansom::net {

/// Whether a text has the form of usernames and slugs: `[a-z0-9][a-z0-9_-]{0,63}` (PROTOCOL.md,
/// Rooms).
bool is_slug(std::string_view text);

/// A slug made of a name: its letters and digits (ASCII) in lower case, with a dash for whatever is
/// between them; empty where there are none.
std::string slug_of(std::string_view name);

}  // namespace hansom::net
