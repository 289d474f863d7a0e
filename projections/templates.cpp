#include "projections/templates.hpp"

namespace hansom {

void Templates::apply(const Envelope& envelope) {
  const TemplateId id{envelope.stream.id};
  const auto& event = std::get<TemplateEvent>(envelope.event);
  if (const auto* added = std::get_if<TemplateAdded>(&event)) {
    templates_[id] = {id, envelope.revision, envelope.position, added->driver, added->text};
    by_owner_[owner_of(added->driver)].emplace(envelope.position, id);
  } else if (const auto found = templates_.find(id); found != templates_.end()) {
    by_owner_[owner_of(found->second.driver)].erase(found->second.added);
    templates_.erase(found);
  }
}

const CancellationTemplate* Templates::find(TemplateId id) const {
  const auto found = templates_.find(id);
  return found == templates_.end() ? nullptr : &found->second;
}

std::vector<const CancellationTemplate*> Templates::of(
    const std::optional<AccountId>& driver) const {
  std::vector<const CancellationTemplate*> all;
  if (const auto owned = by_owner_.find(owner_of(driver)); owned != by_owner_.end()) {
    for (const auto& [added, id] : owned->second) all.push_back(find(id));
  }
  return all;
}

}  // namespace hansom
