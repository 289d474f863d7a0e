#include "engine/decide.hpp"
#include "tests/support/given.hpp"

#include <catch2/catch.hpp>

namespace hansom {
namespace {

const TemplateId text{uuid(7)};

/// What becomes of Bob's wish to delete a template: whether it is deleted, else why not.
std::optional<RefusalCode> objection(const CancellationTemplate* found) {
  const Scene scene;
  const auto decision =
      decide(found, DeleteOwnTemplate{{}, to_string(text)}, scene.now(driver(bob)));
  if (!decision) {
    CHECK_FALSE(decision.error().message.empty());
    return decision.error().code;
  }
  CHECK(*decision == std::vector<TemplateEvent>{TemplateDeleted{}});
  return std::nullopt;
}

CancellationTemplate template_of(std::optional<AccountId> owner) {
  return {text, {1}, {1}, owner, "flat tyre"};
}

}  // namespace

TEST_CASE("a driver deletes a template of their own", "[decide]") {
  const auto own = template_of(bob);
  CHECK(objection(&own) == std::nullopt);
}

TEST_CASE("a template that is another's, the admin's or not there is not found", "[decide]") {
  const auto others = template_of(dana);
  const auto admins = template_of(std::nullopt);
  CHECK(objection(&others) == RefusalCode::not_found);
  CHECK(objection(&admins) == RefusalCode::not_found);
  CHECK(objection(nullptr) == RefusalCode::not_found);
}

}  // namespace hansom
