#include "net/demo.hpp"

#include "engine/decide.hpp"
#include "net/dialects/countries.hpp"
#include "tests/support/files.hpp"
#include "tests/support/story.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace hansom::net {

TEST_CASE("a demo's secret is made once, kept, and readable by its owner alone", "[demo]") {
  const TempFolder folder;
  const auto secret = demo_secret(folder.path());
  REQUIRE(secret);
  CHECK(secret->size() == 43);  // 32 bytes in base64url
  CHECK(demo_secret(folder.path()) == secret);
  CHECK(fs::status(folder / "demo.secret").permissions() ==
        (fs::perms::owner_read | fs::perms::owner_write));

  const TempFolder other;
  CHECK_FALSE(demo_secret(other.path()) == secret);
}

TEST_CASE("a demo's secret that was lost is made anew", "[demo]") {
  const TempFolder folder;
  write_file(folder / "demo.secret", "");
  const auto secret = demo_secret(folder.path());
  REQUIRE(secret);
  CHECK(read_file(folder / "demo.secret") == *secret);
}

TEST_CASE("a demo's secret that can't be kept is an error", "[demo]") {
  const TempFolder folder;
  CHECK_FALSE(demo_secret(folder / "nowhere"));
}

TEST_CASE("a demo has two drivers and two customers, who can all be registered", "[demo]") {
  const auto shown = demo_accounts();
  REQUIRE(shown.size() == 4);
  const auto with = [&](Role role) {
    return std::count_if(shown.begin(), shown.end(), [&](const auto& account) {
      return std::ranges::find(account.roles, role) != account.roles.end();
    });
  };
  CHECK(with(Role::driver) == 2);
  CHECK(with(Role::customer) == 2);
  CHECK(with(Role::student) == 4);

  const Rules rules;
  const Templates templates;
  const Roster roster;
  Accounts accounts;
  Story story;
  for (const auto& command : missing_demo_accounts([](const auto&) { return false; })) {
    const auto events = decide(command, Now{noon, admin, rules, accounts, templates, roster});
    REQUIRE(events);
    const AccountId id{uuid(1 + static_cast<unsigned>(accounts.size()))};
    accounts.apply(story.tell(StreamId(id), Event(events->front())));
    CHECK(find_country(command.account.country));
  }
  for (const auto& account : shown) CHECK(accounts.find_email(account.email));
}

TEST_CASE("of a demo's accounts only those that are missing are made", "[demo]") {
  const auto there = demo_accounts().front().email;
  const auto missing =
      missing_demo_accounts([&](const std::string& email) { return email == there; });
  CHECK(missing.size() == 3);
  CHECK(missing_demo_accounts([](const auto&) { return true; }).empty());
}

}  // namespace hansom::net
