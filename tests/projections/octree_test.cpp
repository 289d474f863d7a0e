#include "projections/octree.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <map>
#include <random>

namespace hansom {
namespace {

using Item = Octree::Item;

/// Chords, squared, and who has them: in order, as a scan of all points gives it.
using Listed = std::vector<std::pair<double, Item>>;

/// All items as the tree tells them, with those equally far in order of their numbers.
Listed listed(const Octree& tree, const SpherePoint& from) {
  Listed told;
  Octree::Nearest nearest(tree, from);
  while (const auto next = nearest.next()) {
    if (!told.empty() && next->chord_squared < told.back().first) FAIL("a nearer one comes later");
    told.emplace_back(next->chord_squared, next->item);
  }
  std::sort(told.begin(), told.end());
  return told;
}

/// A tree, and the same points without one.
struct Both {
  Octree tree;
  std::map<Item, SpherePoint> points;

  void put(Item item, Coordinates at) {
    tree.put(item, on_sphere(at));
    points[item] = on_sphere(at);
  }
  void erase(Item item) {
    if (points.erase(item)) tree.erase(item);
  }
  Listed scanned(const SpherePoint& from) const {
    Listed all;
    for (const auto& [item, point] : points) all.emplace_back(chord_squared(point, from), item);
    std::sort(all.begin(), all.end());
    return all;
  }
  bool agree(Coordinates from) const {
    return tree.size() == points.size() &&
           listed(tree, on_sphere(from)) == scanned(on_sphere(from));
  }
};

/// Where the earth's coordinates, or the cells of the cube around it, have borders.
const std::vector<Coordinates> borders = {
    {90, 0},  {-90, 0}, {90, 77},  {0, 180},  {0, -180},  {0, 0},          {0, 90},
    {0, -90}, {45, 0},  {45, 180}, {0, 1e-9}, {-1e-9, 0}, {0, 179.9999999}};

/// Chance from a seed, for places.
class Places {
 public:
  Coordinates anywhere() { return {within(90), within(180)}; }
  Coordinates near(Coordinates centre, double degrees) {
    return {std::clamp(centre.latitude + within(degrees), -90.0, 90.0),
            centre.longitude + within(degrees)};
  }
  Coordinates border() { return borders[below(borders.size())]; }
  std::uint32_t below(std::size_t count) { return bits_() % static_cast<std::uint32_t>(count); }

 private:
  double within(double range) { return bits_() * (2 * range) / 0x1p32 - range; }

  std::mt19937 bits_{2026};
};

constexpr Coordinates airport{-33.9399, 151.1753};

}  // namespace

TEST_CASE("an empty tree has no nearest", "[octree]") {
  const Octree tree;
  CHECK(tree.size() == 0);
  CHECK_FALSE(Octree::Nearest(tree, on_sphere(airport)).next());
}

TEST_CASE("the only one on earth is found from everywhere", "[octree]") {
  Both both;
  both.put(7, airport);
  for (const auto from : borders) CHECK(both.agree(from));
  CHECK(both.agree({33.9399, -28.8247}));  // the other end of the earth
  both.put(7, {90, 0});
  for (const auto from : borders) CHECK(both.agree(from));
  both.erase(7);
  CHECK(both.agree(airport));
}

TEST_CASE("many at one point are all told, and can move and go", "[octree]") {
  Both both;
  for (Item item = 0; item < 500; ++item) both.put(item, airport);
  CHECK(both.agree(airport));
  for (Item item = 0; item < 500; item += 2) both.put(item, {0, 180});
  CHECK(both.agree(airport));
  CHECK(both.agree({0, -180}));
  for (Item item = 0; item < 500; item += 3) both.erase(item);
  CHECK(both.agree(airport));
}

TEST_CASE("as items come, move and go, the order is always that of a scan", "[octree]") {
  Places places;
  Both both;
  const auto somewhere = [&](Item item) {
    const auto at = both.points.find(item);
    switch (item % 4) {
      case 0:
        return places.anywhere();
      case 1:
        return places.border();
      case 2:  // some at one point, the others some metres apart
        return places.below(2) ? airport : places.near(airport, 0.0001);
      default:  // in a city
        return at == both.points.end() ? places.near(airport, 0.2) : places.near(airport, 0.1);
    }
  };
  // The crowd grows and shrinks, so that cells are divided and united.
  for (int round = 0; round < 12; ++round) {
    const auto leaving = round % 4 == 3 ? 90u : 10u;  // of a hundred
    for (int i = 0; i < 1'500; ++i) {
      const Item item = places.below(1'000);
      if (places.below(100) < leaving) {
        both.erase(item);
      } else {
        both.put(item, somewhere(item));
      }
    }
    INFO("round " << round);
    for (const auto from : borders) CHECK(both.agree(from));
    for (int i = 0; i < 10; ++i) CHECK(both.agree(places.anywhere()));
    CHECK(both.agree(airport));
    CHECK(both.agree(places.near(airport, 0.2)));
  }
  while (!both.points.empty()) both.erase(both.points.begin()->first);
  CHECK(both.agree(airport));
}

TEST_CASE("small steps across the borders of cells lead nobody astray", "[octree]") {
  Places places;
  Both both;
  std::vector<Coordinates> at;
  for (Item item = 0; item < 300; ++item) {
    at.push_back(item % 3 ? airport : places.border());
    both.put(item, at.back());
  }
  for (int i = 0; i < 10'000; ++i) {
    const Item item = places.below(at.size());
    at[item] = places.near(at[item], 0.002);  // 200 m
    both.put(item, at[item]);
    if (i % 500 == 0) CHECK(both.agree(at[places.below(at.size())]));
  }
  for (const auto from : borders) CHECK(both.agree(from));
}

}  // namespace hansom
