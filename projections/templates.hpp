#pragma once

#include "events/event.hpp"

#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace hansom {

/// A reason for cancelling that can be chosen.
struct CancellationTemplate {
  TemplateId id{};
  Revision revision;
  Position added;
  std::optional<AccountId> driver;  ///< whose it is; none: the admin's, for every driver
  std::string text;
};

/// The cancellation templates that there are.
class Templates {
 public:
  void apply(const Envelope& envelope);

  /// Null for one that never was, or was deleted.
  const CancellationTemplate* find(TemplateId id) const;

  /// Those of a driver, or the admin's, oldest first.
  std::vector<const CancellationTemplate*> of(const std::optional<AccountId>& driver) const;

  const std::unordered_map<TemplateId, CancellationTemplate>& all() const { return templates_; }

  /// Adds a template as it was.
  void put(CancellationTemplate added);

 private:
  void apply(const TemplateAdded& event, const Envelope& envelope);
  void apply(const TemplateDeleted& event, const Envelope& envelope);

  /// The admin's are those of the account of no one.
  static AccountId owner_of(const std::optional<AccountId>& driver) {
    return driver.value_or(AccountId{});
  }

  std::unordered_map<TemplateId, CancellationTemplate> templates_;
  std::unordered_map<AccountId, std::map<Position, TemplateId>> by_owner_;
};

}  // namespace hansom
