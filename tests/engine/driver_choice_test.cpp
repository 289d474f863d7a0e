#include "engine/driver_choice.hpp"

#include "tests/support/given.hpp"

#include <catch2/catch.hpp>

namespace hansom {
namespace {

/// A place so many degrees north of the pickup; a degree is some 111 km.
Coordinates north_of_home(double degrees) {
  return {home.at.latitude + degrees, home.at.longitude};
}

DriverChoice choose(const Scene& scene, const std::vector<AccountId>& asked = {},
                    AccountId customer = alice) {
  return choose_driver(scene.roster, scene.accounts, home.at, customer, asked);
}

using Verdicts = std::vector<std::pair<AccountId, Verdict>>;

/// Who was looked at, in order, and what was thought of them.
Verdicts verdicts(const DriverChoice& choice) {
  Verdicts verdicts;
  for (const auto& candidate : choice.candidates) {
    verdicts.emplace_back(candidate.driver, candidate.verdict);
  }
  return verdicts;
}

}  // namespace

TEST_CASE("with nobody connected nobody is chosen or looked at", "[driver_choice]") {
  const auto choice = choose(Scene{});
  CHECK_FALSE(choice.chosen);
  CHECK(choice.candidates.empty());
}

TEST_CASE("the nearest driver is chosen, and the others were farther", "[driver_choice]") {
  Scene scene;
  scene.arrive(bob, north_of_home(0.2));
  scene.arrive(dana, north_of_home(-0.1));
  scene.arrive(erin);
  const auto choice = choose(scene);
  REQUIRE(choice.chosen);
  CHECK(choice.chosen->id == dana);
  CHECK(verdicts(choice) ==
        Verdicts{{dana, Verdict::chosen}, {bob, Verdict::farther}, {erin, Verdict::farther}});
  CHECK(choice.candidates[0].distance_m.value() == Approx(11'119.5).epsilon(0.001));
  CHECK(choice.candidates[1].distance_m.value() == Approx(22'239.0).epsilon(0.001));
  CHECK_FALSE(choice.candidates[2].distance_m);
  CHECK(choice.candidates[0].at == north_of_home(-0.1));
  CHECK(choice.candidates[1].at == north_of_home(0.2));
  CHECK_FALSE(choice.candidates[2].at);
}

TEST_CASE("of drivers at one place the one is chosen who waited longest", "[driver_choice]") {
  Scene scene;
  for (const auto driver : {bob, dana, erin}) scene.arrive(driver, north_of_home(0.1));
  scene.roster.assigned(bob, noon - 1min);
  scene.roster.assigned(erin, noon - 2min);
  scene.roster.assigned(dana, noon - 3min);
  CHECK(verdicts(choose(scene)) == Verdicts{{dana, Verdict::chosen},
                                            {erin, Verdict::waited_less},
                                            {bob, Verdict::waited_less}});
}

TEST_CASE("of drivers without a position the one is chosen who waited longest", "[driver_choice]") {
  Scene scene;
  for (const auto driver : {bob, dana}) scene.arrive(driver);
  scene.roster.assigned(bob, noon);
  CHECK(verdicts(choose(scene)) == Verdicts{{dana, Verdict::chosen}, {bob, Verdict::waited_less}});
}

TEST_CASE("who was asked before is passed over, however near", "[driver_choice]") {
  Scene scene;
  scene.arrive(bob, home.at);
  scene.arrive(dana, north_of_home(0.1));
  scene.arrive(frank, north_of_home(0.2));
  CHECK(verdicts(choose(scene, {bob, dana})) == Verdicts{{bob, Verdict::already_asked},
                                                         {dana, Verdict::already_asked},
                                                         {frank, Verdict::chosen}});
  const auto nobody = choose(scene, {frank, bob, dana});
  CHECK_FALSE(nobody.chosen);
  CHECK(nobody.candidates.size() == 3);
}

TEST_CASE("the customer is passed over as a driver", "[driver_choice]") {
  Scene scene;
  scene.arrive(erin, home.at);
  scene.arrive(bob, north_of_home(0.1));
  CHECK(verdicts(choose(scene, {}, erin)) ==
        Verdicts{{erin, Verdict::own_booking}, {bob, Verdict::chosen}});
}

TEST_CASE("two are recorded besides the chosen one, and all who were passed over before",
          "[driver_choice]") {
  STATIC_REQUIRE(runners_up_max == 2);
  Scene scene;
  std::vector<AccountId> asked;
  for (unsigned i = 1; i <= 20; ++i) {
    const AccountId id{uuid(i)};
    Story story;
    scene.accounts.apply(story.tell(
        StreamId(id), Event(AccountEvent(account("n" + std::to_string(i), {Role::driver})))));
    scene.arrive(id, north_of_home(0.01 * i));
    if (i <= 10) asked.push_back(id);
  }
  const auto choice = choose(scene, asked);
  REQUIRE(choice.candidates.size() == 13);
  for (std::size_t i = 0; i < 10; ++i) {
    CHECK(choice.candidates[i].verdict == Verdict::already_asked);
  }
  CHECK(choice.chosen->id == AccountId{uuid(11)});
  CHECK(choice.candidates[10].verdict == Verdict::chosen);
  CHECK(choice.candidates[11].verdict == Verdict::farther);
  CHECK(choice.candidates[12].verdict == Verdict::farther);
}

}  // namespace hansom
