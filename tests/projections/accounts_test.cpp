#include "projections/accounts.hpp"

#include "tests/support/printing.hpp"
#include "tests/support/story.hpp"

#include <catch2/catch.hpp>

namespace hansom {
namespace {

/// Accounts with the whole cast registered.
struct Registered {
  Story story;
  Accounts accounts;

  Registered() {
    story.register_cast();
    for (const auto& envelope : story.events()) accounts.apply(envelope);
  }
};

}  // namespace

TEST_CASE("an account is found by its id with all that was registered", "[accounts]") {
  const AccountRegistered event{
      "Bob@Example.com", "Bob",     {Role::driver}, "219876543", "NZ", "bob", "face",
      "ABC-123",         "DRV-0042"};
  Story story;
  Accounts accounts;
  accounts.apply(story.tell(StreamId(bob), Event(AccountEvent(event))));
  const auto* account = accounts.find(bob);
  REQUIRE(account);
  CHECK(account->id == bob);
  CHECK(account->revision == Revision{1});
  CHECK(account->email == "Bob@Example.com");
  CHECK(account->name == "Bob");
  CHECK(account->roles == std::vector{Role::driver});
  CHECK(account->phone == "219876543");
  CHECK(account->country == "NZ");
  CHECK(account->username == "bob");
  CHECK(account->avatar == "face");
  CHECK(account->vehicle_number == "ABC-123");
  CHECK(account->driver_code == "DRV-0042");
  CHECK(accounts.size() == 1);
  CHECK_FALSE(accounts.find(dana));
}

TEST_CASE("an account is found by its email without regard to case", "[accounts]") {
  const Registered registered;
  const auto* const account = registered.accounts.find(bob);
  for (const auto* email : {"bob@example.com", "BOB@EXAMPLE.COM", "bOb@eXample.Com"}) {
    CHECK(registered.accounts.find_email(email) == account);
  }
  for (const auto* email : {"", "bob", "bob@example.com ", "bob@example.co", "bob`example.com"}) {
    CHECK_FALSE(registered.accounts.find_email(email));
  }
}

TEST_CASE("an account that has a username is found by it", "[accounts]") {
  Registered registered;
  auto event = account("rita", {Role::customer});
  event.username = "rita-1";
  const AccountId rita{uuid(77)};
  registered.accounts.apply(registered.story.tell(StreamId(rita), Event(AccountEvent(event))));
  const auto* found = registered.accounts.find_username("rita-1");
  REQUIRE(found);
  CHECK(found->id == rita);
  CHECK_FALSE(registered.accounts.find_username("rita"));
  CHECK_FALSE(registered.accounts.find_username(""));  // who has none is not found by that
}

TEST_CASE("an account has the roles that it was registered with", "[accounts]") {
  const Registered registered;
  const auto has = [&](AccountId id, Role role) { return registered.accounts.find(id)->has(role); };
  CHECK(has(bob, Role::driver));
  CHECK_FALSE(has(bob, Role::customer));
  CHECK(has(erin, Role::driver));
  CHECK(has(erin, Role::customer));
  CHECK_FALSE(has(erin, Role::student));
}

}  // namespace hansom
