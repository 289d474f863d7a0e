#include "projections/roster.hpp"

#include <boost/geometry.hpp>
#include <boost/geometry/index/rtree.hpp>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

namespace hansom {
namespace {

namespace bg = boost::geometry;
namespace bgi = boost::geometry::index;

/// Positions are indexed as points on the unit sphere in space: a nearer point on the sphere has a
/// shorter chord, and neither the date line nor the poles are special.
using SpherePoint = bg::model::point<double, 3, bg::cs::cartesian>;
using Entry = std::pair<SpherePoint, AccountId>;

constexpr double earth_radius_m = 6'371'008.8;  // mean radius, IUGG

/// Same position, same entry: the R-tree's own comparison of points forgives rounding, this not.
struct SameEntry {
  bool operator()(const Entry& a, const Entry& b) const {
    return a.second == b.second && bg::get<0>(a.first) == bg::get<0>(b.first) &&
           bg::get<1>(a.first) == bg::get<1>(b.first) && bg::get<2>(a.first) == bg::get<2>(b.first);
  }
};

SpherePoint on_sphere(Coordinates at) {
  const double latitude = at.latitude * std::numbers::pi / 180;
  const double longitude = at.longitude * std::numbers::pi / 180;
  return {std::cos(latitude) * std::cos(longitude), std::cos(latitude) * std::sin(longitude),
          std::sin(latitude)};
}

double distance_m(const SpherePoint& a, const SpherePoint& b) {
  const double half_chord = bg::distance(a, b) / 2;
  return 2 * earth_radius_m * std::asin(std::min(1.0, half_chord));
}

}  // namespace

struct Roster::State {
  std::unordered_map<AccountId, std::optional<Coordinates>> there;
  std::unordered_map<AccountId, Instant> last_assigned;
  bgi::rtree<Entry, bgi::quadratic<16>, bgi::indexable<Entry>, SameEntry> positions;
  std::set<std::pair<Instant, AccountId>> without_position;

  Instant assigned_at(AccountId driver) const {
    const auto found = last_assigned.find(driver);
    return found == last_assigned.end() ? Instant{} : found->second;
  }

  /// Takes the driver out of whichever order it stands in.
  void unlist(AccountId driver, const std::optional<Coordinates>& position) {
    if (position) {
      positions.remove(Entry{on_sphere(*position), driver});
    } else {
      without_position.erase({assigned_at(driver), driver});
    }
  }
};

Roster::Roster() : state_(std::make_unique<State>()) {}
Roster::Roster(Roster&&) noexcept = default;
Roster& Roster::operator=(Roster&&) noexcept = default;
Roster::~Roster() = default;

void Roster::arrive(AccountId driver) {
  if (state_->there.try_emplace(driver).second) {
    state_->without_position.emplace(state_->assigned_at(driver), driver);
  }
}

void Roster::leave(AccountId driver) {
  const auto found = state_->there.find(driver);
  if (found == state_->there.end()) return;
  state_->unlist(driver, found->second);
  state_->there.erase(found);
}

void Roster::move(AccountId driver, Coordinates position) {
  const auto found = state_->there.find(driver);
  if (found == state_->there.end()) return;
  state_->unlist(driver, found->second);
  found->second = position;
  state_->positions.insert(Entry{on_sphere(position), driver});
}

void Roster::assigned(AccountId driver, Instant at) {
  // Who has a position is ordered by it, and the time is looked up; the others are ordered by time.
  const auto found = state_->there.find(driver);
  const bool listed_by_time = found != state_->there.end() && !found->second;
  if (listed_by_time) state_->unlist(driver, std::nullopt);
  state_->last_assigned[driver] = at;
  if (listed_by_time) state_->without_position.emplace(at, driver);
}

const std::unordered_map<AccountId, Instant>& Roster::assignments() const {
  return state_->last_assigned;
}

void Roster::forget_assignments() {
  state_->last_assigned.clear();
  state_->without_position.clear();
  for (const auto& [driver, position] : state_->there) {
    if (!position) state_->without_position.emplace(Instant{}, driver);
  }
}

std::size_t Roster::size() const { return state_->there.size(); }

void Roster::by_preference(Coordinates from,
                           const std::function<bool(const Driver&)>& visit) const {
  const auto origin = on_sphere(from);
  std::vector<Driver> equals;  // all at one distance
  const auto visit_equals = [&] {
    std::sort(equals.begin(), equals.end(), [](const Driver& a, const Driver& b) {
      return std::pair(a.last_assigned, a.account) < std::pair(b.last_assigned, b.account);
    });
    const bool go_on = std::all_of(equals.begin(), equals.end(), visit);
    equals.clear();
    return go_on;
  };

  const auto& positions = state_->positions;
  const auto nearest = bgi::nearest(origin, static_cast<unsigned>(positions.size()));
  for (auto entry = positions.qbegin(nearest); entry != positions.qend(); ++entry) {
    const double distance = distance_m(origin, entry->first);
    if (!equals.empty() && *equals.front().distance_m != distance && !visit_equals()) return;
    const auto& position = state_->there.at(entry->second);
    equals.push_back({entry->second, position, distance, state_->assigned_at(entry->second)});
  }
  if (!visit_equals()) return;
  for (const auto& [last_assigned, driver] : state_->without_position) {
    if (!visit(Driver{driver, std::nullopt, std::nullopt, last_assigned})) return;
  }
}

}  // namespace hansom
