#include "engine/decide.hpp"

namespace hansom {

TemplateDecision decide(const AddOwnTemplate& command, const Now& now) {
  if (now.templates.of(now.actor.account).size() >= templates_of_driver_max) {
    return std::unexpected(
        Refusal{RefusalCode::too_many_templates, "Delete a cancellation template of yours first."});
  }
  return {{TemplateAdded{now.actor.account, command.text}}};
}

TemplateDecision decide(const AddAdminTemplate& command, const Now&) {
  return {{TemplateAdded{std::nullopt, command.text}}};
}

TemplateDecision decide(const CancellationTemplate* found, const DeleteOwnTemplate&,
                        const Now& now) {
  if (!found || found->driver != now.actor.account) {
    return std::unexpected(
        Refusal{RefusalCode::not_found, "There is no such cancellation template of yours."});
  }
  return {{TemplateDeleted{}}};
}

}  // namespace hansom
