#pragma once

#include "engine/refusal.hpp"

#include <cstddef>
#include <expected>
#include <optional>
#include <string>

namespace hansom::net {

/// What a list is asked for: `?limit=&before=`, 50 entries if nothing is said and 100 at most.
struct Page {
  std::size_t limit;
  std::optional<std::string> before;
};
std::expected<Page, Refusal> read_page(std::optional<std::string> limit,
                                       std::optional<std::string> before);

}  // namespace hansom::net
