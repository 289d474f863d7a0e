#include "engine/decide.hpp"
#include "tests/support/given.hpp"

#include <catch2/catch.hpp>

namespace hansom {
namespace {

using AccountOutcome = OutcomeOf<AccountEvent>;

AccountOutcome outcome(const Scene& scene, const AccountRegistered& account) {
  return outcome_of(decide(RegisterAccount{account}, scene.now(admin)));
}

AccountOutcome outcome(const Scene& scene, AccountId account, AccountChanges changes) {
  return outcome_of(decide(*scene.accounts.find(account),
                           ChangeAccount{to_string(account), std::move(changes)},
                           scene.now(admin)));
}

AccountOutcome refused_with(RefusalCode code) { return {{}, code}; }

/// A change of every field, and what it makes of Bob's profile.
struct Change {
  const char* field;
  AccountChanges changes;
  ProfileChanged expected;
};
std::vector<Change> changes_of_bob() {
  std::vector<Change> all;
  const auto add = [&](const char* field, auto change_field) {
    Change change{field, {}, {registration_of(bob)}};
    change_field(change.changes, change.expected);
    all.push_back(std::move(change));
  };
  add("email", [](auto& c, auto& p) { c.email = p.email = "rob@example.com"; });
  add("name", [](auto& c, auto& p) { c.name = p.name = "Rob"; });
  add("roles", [](auto& c, auto& p) {
    p.roles = {Role::customer, Role::driver};
    c.roles = p.roles;
  });
  add("phone", [](auto& c, auto& p) { c.phone = p.phone = "99"; });
  add("country", [](auto& c, auto& p) { c.country = p.country = "AU"; });
  const std::optional<std::string> text = "text";
  add("username", [&](auto& c, auto& p) { c.username = p.username = text; });
  add("avatar", [&](auto& c, auto& p) { c.avatar = p.avatar = text; });
  add("vehicle_number", [&](auto& c, auto& p) { c.vehicle_number = p.vehicle_number = text; });
  add("driver_code", [&](auto& c, auto& p) { c.driver_code = p.driver_code = text; });
  add("no vehicle_number", [](auto& c, auto& p) {
    p.vehicle_number = std::nullopt;
    c.vehicle_number.emplace(std::nullopt);
  });
  add("no driver_code", [](auto& c, auto& p) {
    p.driver_code = std::nullopt;
    c.driver_code.emplace(std::nullopt);
  });
  return all;
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

TEST_CASE("a changed field changes the profile in that alone", "[decide]") {
  for (const auto& [field, changes, expected] : changes_of_bob()) {
    INFO(field);
    CHECK(outcome(Scene{}, bob, changes) == AccountOutcome{{expected}, std::nullopt});
  }
}

TEST_CASE("a change to what is already so is none", "[decide]") {
  CHECK(outcome(Scene{}, bob, {}) == AccountOutcome{});
  const auto& bobs = registration_of(bob);
  AccountChanges same;
  same.email = bobs.email;
  same.name = bobs.name;
  same.roles = bobs.roles;
  same.phone = bobs.phone;
  same.country = bobs.country;
  same.username.emplace(std::nullopt);
  same.avatar.emplace(std::nullopt);
  same.vehicle_number = bobs.vehicle_number;
  same.driver_code = bobs.driver_code;
  same.status = AccountStatus::active;
  CHECK(outcome(Scene{}, bob, same) == AccountOutcome{});
}

TEST_CASE("a status changes with an event of its own, after the profile's", "[decide]") {
  AccountChanges changes;
  changes.status = GENERATE(AccountStatus::blocked, AccountStatus::deleted);
  const AccountStatusChanged status_changed{*changes.status};
  CHECK(outcome(Scene{}, bob, changes) == AccountOutcome{{status_changed}, std::nullopt});
  changes.name = "Rob";
  ProfileChanged profile{registration_of(bob)};
  profile.name = "Rob";
  CHECK(outcome(Scene{}, bob, changes) == AccountOutcome{{profile, status_changed}, std::nullopt});
}

TEST_CASE("a status that is so already is no change, and can be taken back", "[decide]") {
  Scene scene;
  Story story;
  story.tell(StreamId(bob), Event(AccountEvent(registration_of(bob))));
  scene.accounts.apply(
      story.tell(StreamId(bob), Event(AccountEvent(AccountStatusChanged{AccountStatus::blocked}))));
  AccountChanges changes;
  changes.status = AccountStatus::blocked;
  CHECK(outcome(scene, bob, changes) == AccountOutcome{});
  changes.status = AccountStatus::active;
  CHECK(outcome(scene, bob, changes) ==
        AccountOutcome{{AccountStatusChanged{AccountStatus::active}}, std::nullopt});
}

TEST_CASE("another's email can't be taken, one's own may change its case", "[decide]") {
  AccountChanges changes;
  changes.email = GENERATE("dana@example.com", "DANA@example.com");
  changes.status = AccountStatus::blocked;  // of what is refused nothing happens
  CHECK(outcome(Scene{}, bob, changes) == refused_with(RefusalCode::email_taken));
  AccountChanges own;
  own.email = "BOB@example.com";
  ProfileChanged profile{registration_of(bob)};
  profile.email = "BOB@example.com";
  CHECK(outcome(Scene{}, bob, own) == AccountOutcome{{profile}, std::nullopt});
}

TEST_CASE("another's username can't be taken, one's own may stay or go", "[decide]") {
  const WithRita with_rita;
  AccountChanges changes;
  changes.username = "rita-1";
  CHECK(outcome(with_rita.scene, bob, changes) == refused_with(RefusalCode::username_taken));
  const AccountId rita{uuid(77)};
  CHECK(outcome(with_rita.scene, rita, changes) == AccountOutcome{});
  ProfileChanged profile{with_rita.rita};
  profile.username = std::nullopt;
  changes.username.emplace(std::nullopt);
  CHECK(outcome(with_rita.scene, rita, changes) == AccountOutcome{{profile}, std::nullopt});
}

TEST_CASE("of a taken email and a taken username the email is told", "[decide]") {
  const WithRita with_rita;
  AccountChanges changes;
  changes.email = "rita@example.com";
  changes.username = "rita-1";
  CHECK(outcome(with_rita.scene, bob, changes) == refused_with(RefusalCode::email_taken));
}

}  // namespace hansom
