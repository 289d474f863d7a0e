#include "engine/decide.hpp"
#include "tests/support/given.hpp"

#include <catch2/catch.hpp>

namespace hansom {
namespace {

using AccountOutcome = OutcomeOf<AccountEvent>;

AccountOutcome outcome(const Scene& scene, const AccountRegistered& account) {
  return outcome_of(decide(RegisterAccount{account}, scene.now(admin)));
}

/// The scene's cast and one more, who has a username.
struct WithRita {
  Scene scene;
  AccountRegistered rita = account("rita", {Role::customer});

  WithRita() {
    rita.username = "rita-1";
    Story story;
    scene.accounts.apply(story.tell(StreamId(AccountId{uuid(77)}), Event(AccountEvent(rita))));
  }
};

}  // namespace

TEST_CASE("an account is registered with all that was given", "[decide]") {
  auto zoe = account("zoe", {Role::driver, Role::customer});
  zoe.username = "zoe";
  zoe.avatar = "face";
  CHECK(outcome(Scene{}, zoe) == AccountOutcome{{zoe}, std::nullopt});
}

TEST_CASE("an email is taken in any case of its letters", "[decide]") {
  auto zoe = account("zoe", {Role::driver});
  zoe.email = GENERATE("bob@example.com", "BOB@Example.com");
  CHECK(outcome(Scene{}, zoe) == AccountOutcome{{}, RefusalCode::email_taken});
}

TEST_CASE("a username is taken by whoever has it", "[decide]") {
  const WithRita with_rita;
  auto zoe = account("zoe", {Role::driver});
  zoe.username = "rita-1";
  CHECK(outcome(with_rita.scene, zoe) == AccountOutcome{{}, RefusalCode::username_taken});
  zoe.username = "rita-2";
  CHECK(outcome(with_rita.scene, zoe) == AccountOutcome{{zoe}, std::nullopt});
}

TEST_CASE("any number of accounts may be without a username", "[decide]") {
  const auto zoe = account("zoe", {Role::driver});
  CHECK(outcome(Scene{}, zoe) == AccountOutcome{{zoe}, std::nullopt});
}

TEST_CASE("a taken email is told before a taken username", "[decide]") {
  const WithRita with_rita;
  CHECK(outcome(with_rita.scene, with_rita.rita) == AccountOutcome{{}, RefusalCode::email_taken});
}

}  // namespace hansom
