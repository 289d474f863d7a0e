#include "projections/roster.hpp"

#include "tests/support/printing.hpp"
#include "tests/support/story.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <random>
#include <tuple>

namespace hansom {
namespace {

constexpr Coordinates sydney{-33.8688, 151.2093};

std::vector<Roster::Driver> drivers(const Roster& roster, Coordinates from) {
  std::vector<Roster::Driver> all;
  roster.by_preference(from, [&](const Roster::Driver& driver) {
    all.push_back(driver);
    return true;
  });
  return all;
}

using Ids = std::vector<AccountId>;

Ids order(const Roster& roster, Coordinates from) {
  Ids ids;
  for (const auto& driver : drivers(roster, from)) ids.push_back(driver.account);
  return ids;
}

/// What drivers are ordered by.
auto rank(const Roster::Driver& driver) {
  return std::tuple(!driver.position, driver.distance_m.value_or(0), driver.last_assigned,
                    driver.account);
}

/// A roster with drivers at these places.
Roster roster_with(const std::vector<std::pair<AccountId, Coordinates>>& drivers) {
  Roster roster;
  for (const auto& [driver, position] : drivers) {
    roster.arrive(driver);
    roster.move(driver, position);
  }
  return roster;
}

/// The distance by the haversine formula, which is not the roster's way.
double haversine_m(Coordinates a, Coordinates b) {
  constexpr double earth_radius_m = 6'371'008.8;
  const auto rad = [](double degrees) { return degrees * std::numbers::pi / 180; };
  const auto half_sine2 = [](double angle) { return std::pow(std::sin(angle / 2), 2); };
  const double h = half_sine2(rad(b.latitude - a.latitude)) +
                   std::cos(rad(a.latitude)) * std::cos(rad(b.latitude)) *
                       half_sine2(rad(b.longitude - a.longitude));
  return 2 * earth_radius_m * std::asin(std::sqrt(std::min(1.0, h)));
}

/// The same knowledge as a roster's, scanned from end to end.
struct Scan {
  std::map<AccountId, std::optional<Coordinates>> there;
  std::map<AccountId, Instant> last_assigned;

  Ids order(Coordinates from) const {
    using Rank = std::tuple<bool, double, Instant, AccountId>;
    std::vector<Rank> ranks;
    for (const auto& [driver, position] : there) {
      const auto assigned = last_assigned.find(driver);
      ranks.emplace_back(!position, position ? haversine_m(from, *position) : 0,
                         assigned == last_assigned.end() ? Instant{} : assigned->second, driver);
    }
    std::sort(ranks.begin(), ranks.end());
    Ids ids;
    for (const auto& rank : ranks) ids.push_back(std::get<AccountId>(rank));
    return ids;
  }
};

}  // namespace

TEST_CASE("an empty roster has nobody", "[roster]") {
  const Roster roster;
  CHECK(roster.size() == 0);
  CHECK(order(roster, sydney).empty());
}

TEST_CASE("a driver is there from arriving to leaving", "[roster]") {
  Roster roster;
  roster.arrive(bob);
  roster.arrive(bob);
  CHECK(roster.size() == 1);
  CHECK(order(roster, sydney) == Ids{bob});
  roster.move(bob, sydney);
  roster.arrive(bob);  // changes nothing
  CHECK(drivers(roster, sydney).front().position == sydney);
  roster.leave(bob);
  roster.leave(bob);
  CHECK(roster.size() == 0);
  CHECK(order(roster, sydney).empty());
}

TEST_CASE("who is not there can neither move nor leave", "[roster]") {
  Roster roster;
  roster.move(bob, sydney);
  roster.leave(bob);
  CHECK(roster.size() == 0);
  CHECK(order(roster, sydney).empty());
}

TEST_CASE("a driver who comes back has no position any more", "[roster]") {
  auto roster = roster_with({{bob, sydney}});
  roster.leave(bob);
  roster.arrive(bob);
  const auto all = drivers(roster, sydney);
  REQUIRE(all.size() == 1);
  CHECK_FALSE(all.front().position);
  CHECK_FALSE(all.front().distance_m);
}

TEST_CASE("the nearest driver comes first, by where each is now", "[roster]") {
  auto roster = roster_with({{bob, {-33.9, 151.2}}, {dana, {-33.87, 151.21}}, {erin, {51.5, 0}}});
  CHECK(order(roster, sydney) == Ids{dana, bob, erin});
  roster.move(dana, {40.7, -74});
  CHECK(order(roster, sydney) == Ids{bob, dana, erin});
  CHECK(order(roster, {40, -74}) == Ids{dana, erin, bob});
  roster.move(erin, sydney);
  CHECK(order(roster, sydney) == Ids{erin, bob, dana});
  CHECK(roster.size() == 3);
}

TEST_CASE("distances are metres on the sphere", "[roster]") {
  const auto roster = roster_with({{bob, {0, 0}}});
  const auto distance_from = [&](Coordinates from) {
    return drivers(roster, from).front().distance_m.value();
  };
  CHECK(distance_from({0, 0}) == 0);
  CHECK(distance_from({0, 1}) == Approx(111'195.08).margin(0.01));
  CHECK(distance_from({1, 0}) == Approx(111'195.08).margin(0.01));
  CHECK(distance_from({90, 0}) == Approx(10'007'557.22).margin(0.01));
  CHECK(distance_from({0, 180}) == Approx(20'015'114.44).margin(0.5));
  CHECK(distance_from({0.00001, 0}) == Approx(1.11195).margin(0.0001));
}

TEST_CASE("the date line is no border", "[roster]") {
  const auto roster = roster_with({{bob, {0, 179.7}}, {dana, {0, -179.9}}, {erin, {0, 170}}});
  CHECK(order(roster, {0, 179.95}) == Ids{dana, bob, erin});
  CHECK(order(roster, {0, -179.99}) == Ids{dana, bob, erin});
  CHECK(order(roster, {0, 179.75}) == Ids{bob, dana, erin});
}

TEST_CASE("the poles are no border", "[roster]") {
  const auto pole = GENERATE(1, -1);
  const auto roster =
      roster_with({{bob, {pole * 89.9, 180}}, {dana, {pole * 89.0, 0}}, {erin, {pole * 89.9, 0}}});
  CHECK(order(roster, {pole * 89.8, 0}) == Ids{erin, bob, dana});
  CHECK(order(roster, {pole * 89.95, 179}) == Ids{bob, erin, dana});
}

TEST_CASE("drivers at one place take turns: who was assigned longest ago comes first", "[roster]") {
  auto roster = roster_with({{bob, sydney}, {dana, sydney}, {erin, sydney}, {frank, {0, 0}}});
  roster.assigned(bob, noon + 2s);
  roster.assigned(erin, noon + 1s);
  CHECK(order(roster, sydney) == Ids{dana, erin, bob, frank});
  CHECK(order(roster, {-33, 151}) == Ids{dana, erin, bob, frank});
  roster.assigned(dana, noon + 3s);
  CHECK(order(roster, sydney) == Ids{erin, bob, dana, frank});
  CHECK(drivers(roster, sydney).back().last_assigned == Instant{});
  CHECK(drivers(roster, sydney).front().last_assigned == noon + 1s);
}

TEST_CASE("drivers equally far in different directions take turns", "[roster]") {
  auto roster = roster_with({{bob, {0, 1}}, {dana, {0, -1}}, {erin, {0, 181}}, {frank, {0, 179}}});
  roster.assigned(bob, noon + 1s);
  roster.assigned(frank, noon + 1s);
  CHECK(order(roster, {0, 0}) == Ids{dana, bob, erin, frank});
  roster.assigned(dana, noon + 2s);
  CHECK(order(roster, {0, 0}) == Ids{bob, dana, erin, frank});
}

TEST_CASE("drivers without a position come last and take turns", "[roster]") {
  auto roster = roster_with({{bob, {51.5, 0}}});
  for (const auto driver : {dana, erin, frank}) roster.arrive(driver);
  roster.assigned(dana, noon + 1s);
  roster.assigned(erin, noon);
  CHECK(order(roster, sydney) == Ids{bob, frank, erin, dana});
  roster.assigned(frank, noon + 2s);
  CHECK(order(roster, sydney) == Ids{bob, erin, dana, frank});
  roster.move(dana, {51.5, -0.1});
  CHECK(order(roster, sydney) == Ids{bob, dana, erin, frank});
  roster.leave(erin);
  CHECK(order(roster, sydney) == Ids{bob, dana, frank});
}

TEST_CASE("an assignment is remembered of a driver who is away", "[roster]") {
  Roster roster;
  roster.assigned(bob, noon);
  CHECK(roster.size() == 0);
  roster.arrive(bob);
  roster.arrive(dana);
  CHECK(order(roster, sydney) == Ids{dana, bob});
  roster.leave(bob);
  roster.arrive(bob);
  CHECK(drivers(roster, sydney).back().last_assigned == noon);
}

TEST_CASE("forgetting assignments leaves who is there, and where", "[roster]") {
  auto roster = roster_with({{bob, sydney}, {erin, sydney}});
  roster.arrive(dana);
  roster.arrive(frank);
  for (const auto driver : {bob, dana}) roster.assigned(driver, noon);
  CHECK(order(roster, sydney) == Ids{erin, bob, frank, dana});
  roster.forget_assignments();
  CHECK(roster.size() == 4);
  for (const auto& driver : drivers(roster, sydney)) CHECK(driver.last_assigned == Instant{});
  // All is as if nothing had been assigned, and can be folded anew.
  for (const auto driver : {erin, frank}) roster.assigned(driver, noon);
  CHECK(order(roster, sydney) == Ids{bob, erin, dana, frank});
}

TEST_CASE("a visit ends when the visitor has seen enough", "[roster]") {
  auto roster = roster_with({{bob, sydney}, {dana, sydney}, {erin, {0, 0}}});
  roster.arrive(frank);
  for (std::size_t enough = 1; enough <= 4; ++enough) {
    std::size_t seen = 0;
    roster.by_preference(sydney, [&](const Roster::Driver&) { return ++seen < enough; });
    CHECK(seen == enough);
  }
}

TEST_CASE("a thousand drivers who come, move and go are ordered as a scan of all orders them",
          "[roster]") {
  std::mt19937 random(2026);
  const auto in_range = [&](double range) { return random() * (2 * range) / 0x1p32 - range; };
  const auto anywhere = [&] { return Coordinates{in_range(90), in_range(180)}; };
  // Drivers wait at ranks, many at one place, or are somewhere else.
  std::vector<Coordinates> ranks(50);
  std::generate(ranks.begin(), ranks.end(), anywhere);
  const auto somewhere = [&] { return random() % 3 ? ranks[random() % ranks.size()] : anywhere(); };

  Roster roster;
  Scan scan;
  const auto act = [&](AccountId driver) {
    switch (random() % 8) {
      case 0:
        roster.leave(driver);
        scan.there.erase(driver);
        break;
      case 1: {
        const auto at = noon + std::chrono::seconds(random() % 500);  // several at one moment
        roster.assigned(driver, at);
        scan.last_assigned[driver] = at;
        break;
      }
      case 2:
      case 3:
        roster.arrive(driver);
        scan.there.try_emplace(driver);
        break;
      default: {
        const auto position = somewhere();
        roster.move(driver, position);
        if (scan.there.contains(driver)) scan.there[driver] = position;
      }
    }
  };

  for (int round = 0; round < 10; ++round) {
    for (int i = 0; i < 2'000; ++i) act(AccountId{uuid(random() % 1'000)});
    REQUIRE(roster.size() == scan.there.size());
    for (const auto from :
         {anywhere(), somewhere(), Coordinates{90, 0}, Coordinates{-90, 7}, Coordinates{12, 180}}) {
      INFO("round " << round << ", from " << from.latitude << ", " << from.longitude);
      CHECK(order(roster, from) == scan.order(from));
      const auto all = drivers(roster, from);
      CHECK(std::is_sorted(all.begin(), all.end(), [](const auto& a, const auto& b) {
        return rank(a) < rank(b);  // to the last bit of the distance
      }));
      for (const auto& driver : all) {
        if (!driver.position) continue;
        CHECK(*driver.distance_m == Approx(haversine_m(from, *driver.position)).margin(0.2));
      }
    }
  }
}

}  // namespace hansom
