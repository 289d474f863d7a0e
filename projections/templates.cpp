#include "projections/templates.hpp"

namespace hansom {

void Templates::apply(const Envelope& envelope) {
  std::visit([&](const auto& event) { apply(event, envelope); },
             std::get<TemplateEvent>(envelope.event));
}

void Templates::apply(const TemplateAdded& event, const Envelope& envelope) {
  put({TemplateId{envelope.stream.id}, envelope.revision, envelope.position, event.driver,
       event.text});
}

void Templates::put(CancellationTemplate added) {
  by_owner_[owner_of(added.driver)].emplace(added.added, added.id);
  templates_[added.id] = std::move(added);
}

void Templates::apply(const TemplateDeleted&, const Envelope& envelope) {
  const auto found = templates_.find(TemplateId{envelope.stream.id});
  if (found == templates_.end()) return;
  by_owner_[owner_of(found->second.driver)].erase(found->second.added);
  templates_.erase(found);
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
