#pragma once

#include "events/ids.hpp"

#include <optional>
#include <string>
#include <variant>

namespace hansom {

/// A reason for cancelling, written once to be chosen again.
struct TemplateAdded {
  std::optional<AccountId> driver;  ///< whose it is; none: the admin's, for every driver
  std::string text;
  bool operator==(const TemplateAdded&) const = default;
};

struct TemplateDeleted {
  bool operator==(const TemplateDeleted&) const = default;
};

using TemplateEvent = std::variant<TemplateAdded, TemplateDeleted>;

}  // namespace hansom
