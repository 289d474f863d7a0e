#include "engine/decide.hpp"

namespace hansom {

TemplateDecision decide(const CancellationTemplate* found, const DeleteOwnTemplate&,
                        const Now& now) {
  if (!found || found->driver != now.actor.account) {
    return std::unexpected(
        Refusal{RefusalCode::not_found, "There is no such cancellation template of yours."});
  }
  return {{TemplateDeleted{}}};
}

}  // namespace hansom
