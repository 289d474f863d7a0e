#include "projections/accounts.hpp"

#include "tests/support/printing.hpp"
#include "tests/support/story.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

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

  const Account& tell(AccountId id, AccountEvent event, Instant at = noon) {
    accounts.apply(story.tell(StreamId(id), Event(std::move(event)), at));
    return *accounts.find(id);
  }
  /// Changes what a function changes of the account's profile.
  template <typename Change>
  const Account& change(AccountId id, Change change) {
    ProfileChanged event{*accounts.find(id)};
    change(event);
    return tell(id, std::move(event));
  }
  std::vector<std::string> devices_of(AccountId id) const {
    std::vector<std::string> ids;
    for (const auto& device : accounts.find(id)->devices) ids.push_back(device.id);
    return ids;
  }
};

using Texts = std::vector<std::string>;

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

TEST_CASE("a changed profile takes the place of the old one, and nothing else changes",
          "[accounts]") {
  Registered registered;
  registered.tell(bob, DeviceSeen{"phone", "Pixel"});
  registered.tell(bob, AccountStatusChanged{AccountStatus::blocked});
  const ProfileChanged event{
      {"rob@x", "Rob", {Role::customer}, "1", "AU", "rob", "face", "V", "D"}};
  const auto& account = registered.tell(bob, event);
  CHECK(static_cast<const Profile&>(account) == static_cast<const Profile&>(event));
  CHECK(account.id == bob);
  CHECK(account.revision == Revision{4});
  CHECK(account.status == AccountStatus::blocked);
  CHECK(account.devices.size() == 1);
  CHECK(registered.accounts.size() == cast().size());
}

TEST_CASE("an email that changed leads to the account, and the old one to nobody", "[accounts]") {
  Registered registered;
  registered.change(bob, [](Profile& profile) { profile.email = "Rob@Example.com"; });
  CHECK(registered.accounts.find_email("rob@example.com") == registered.accounts.find(bob));
  CHECK_FALSE(registered.accounts.find_email("bob@example.com"));
  CHECK(registered.accounts.find_email("dana@example.com") == registered.accounts.find(dana));
  // What was given up may be another's.
  registered.change(dana, [](Profile& profile) { profile.email = "bob@example.com"; });
  CHECK(registered.accounts.find_email("BOB@example.com") == registered.accounts.find(dana));
  registered.change(bob, [](Profile& profile) { profile.name = "Rob"; });
  CHECK(registered.accounts.find_email("bob@example.com") == registered.accounts.find(dana));
}

TEST_CASE("an email whose case changed still leads to the account", "[accounts]") {
  Registered registered;
  registered.change(bob, [](Profile& profile) { profile.email = "BOB@example.com"; });
  CHECK(registered.accounts.find_email("bob@EXAMPLE.com") == registered.accounts.find(bob));
}

TEST_CASE("a username that came, changed or went leads to the account no longer than it holds",
          "[accounts]") {
  Registered registered;
  const auto name = [&](std::optional<std::string> username) {
    registered.change(bob, [&](Profile& profile) { profile.username = username; });
  };
  const auto find = [&](const char* username) {
    return registered.accounts.find_username(username);
  };
  name("bob-1");
  CHECK(find("bob-1") == registered.accounts.find(bob));
  name("bob-2");
  CHECK(find("bob-2") == registered.accounts.find(bob));
  CHECK_FALSE(find("bob-1"));
  registered.tell(bob, SessionsEnded{});
  CHECK(find("bob-2") == registered.accounts.find(bob));
  name(std::nullopt);
  CHECK_FALSE(find("bob-2"));
  CHECK_FALSE(find(""));
}

TEST_CASE("an account is active until it is said otherwise, and can be again", "[accounts]") {
  Registered registered;
  CHECK(registered.accounts.find(bob)->status == AccountStatus::active);
  for (const auto status :
       {AccountStatus::blocked, AccountStatus::deleted, AccountStatus::active}) {
    CHECK(registered.tell(bob, AccountStatusChanged{status}).status == status);
    // Whatever it is, it is known by its email.
    CHECK(registered.accounts.find_email("bob@example.com") == registered.accounts.find(bob));
  }
  CHECK(registered.accounts.find(dana)->status == AccountStatus::active);
}

TEST_CASE("ended sessions leave the account as it was, but for its revision", "[accounts]") {
  Registered registered;
  auto before = *registered.accounts.find(bob);
  const auto& after = registered.tell(bob, SessionsEnded{});
  before.revision = Revision{2};
  CHECK(after == before);
}

TEST_CASE("the device that was seen last comes first", "[accounts]") {
  Registered registered;
  registered.tell(bob, DeviceSeen{"a", std::nullopt}, noon);
  registered.tell(bob, DeviceSeen{"b", "Pixel"}, noon + 1s);
  CHECK(registered.devices_of(bob) == Texts{"b", "a"});
  registered.tell(bob, DeviceSeen{"a", std::nullopt}, noon + 2s);
  CHECK(registered.devices_of(bob) == Texts{"a", "b"});
  const auto& devices = registered.accounts.find(bob)->devices;
  CHECK(devices[0] == Device{"a", std::nullopt, noon + 2s});
  CHECK(devices[1] == Device{"b", "Pixel", noon + 1s});
  CHECK(registered.devices_of(dana).empty());
}

TEST_CASE("a device keeps its model until another is named", "[accounts]") {
  Registered registered;
  const auto model = [&](std::optional<std::string> named) {
    return registered.tell(bob, DeviceSeen{"a", named}).devices.at(0).model;
  };
  CHECK_FALSE(model(std::nullopt));
  CHECK(model("Pixel") == "Pixel");
  CHECK(model(std::nullopt) == "Pixel");
  CHECK(model("Pixel 2") == "Pixel 2");
  CHECK(registered.devices_of(bob) == Texts{"a"});
}

TEST_CASE("of the devices those seen last are remembered", "[accounts]") {
  Registered registered;
  for (std::size_t i = 0; i < devices_max; ++i) {
    registered.tell(bob, DeviceSeen{"d" + std::to_string(i), std::nullopt});
  }
  REQUIRE(registered.devices_of(bob).size() == devices_max);
  registered.tell(bob, DeviceSeen{"d0", std::nullopt});  // known, so none has to go
  CHECK(registered.devices_of(bob).size() == devices_max);
  registered.tell(bob, DeviceSeen{"new", std::nullopt});
  const auto devices = registered.devices_of(bob);
  CHECK(devices.size() == devices_max);
  CHECK(devices[0] == "new");
  CHECK(devices[1] == "d0");
  CHECK(std::find(devices.begin(), devices.end(), "d1") == devices.end());
  CHECK(devices.back() == "d2");
}

}  // namespace hansom
