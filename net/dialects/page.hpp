#pragma once

#include "engine/refusal.hpp"
#include "events/ids.hpp"

#include <cstddef>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace hansom::net {

/// What a list is asked for: `?limit=&before=`, 50 entries if nothing is said and 100 at most.
struct Page {
  std::size_t limit;
  std::optional<std::string> before;
};
std::expected<Page, Refusal> read_page(std::optional<std::string> limit,
                                       std::optional<std::string> before);

/// A position of the log as a parameter of this name gives it; nothing where it was not given.
std::expected<std::optional<Position>, Refusal> read_position(std::string_view name,
                                                              std::optional<std::string> given);

}  // namespace hansom::net
