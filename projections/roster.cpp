#include "projections/roster.hpp"

#include "projections/flat_map.hpp"
#include "projections/octree.hpp"
#include "projections/sphere.hpp"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

namespace hansom {
namespace {

struct Present {
  AccountId account;
  std::optional<Coordinates> position;
  Instant last_assigned;
};

}  // namespace

struct Roster::State {
  /// Drivers who are there have numbers, which the octree knows them by.
  FlatMap<AccountId, Octree::Item> there;
  std::vector<Present> drivers;      // by number
  std::vector<Octree::Item> unused;  // numbers of drivers who have left
  Octree positions;
  std::set<std::pair<Instant, AccountId>> without_position;
  std::unordered_map<AccountId, Instant> last_assigned;  // of drivers there or not

  Octree::Item number() {
    if (unused.empty()) {
      unused.push_back(static_cast<Octree::Item>(drivers.size()));
      drivers.emplace_back();
    }
    const auto number = unused.back();
    unused.pop_back();
    return number;
  }

  /// Notes when a driver who is there was asked last.
  void note(Octree::Item number, Instant at) {
    auto& driver = drivers[number];
    // Who has a position is ordered by it first; the others stand in order of time.
    if (!driver.position) {
      without_position.erase({driver.last_assigned, driver.account});
      without_position.emplace(at, driver.account);
    }
    driver.last_assigned = at;
  }
};

Roster::Roster() : state_(std::make_unique<State>()) {}
Roster::Roster(Roster&&) noexcept = default;
Roster& Roster::operator=(Roster&&) noexcept = default;
Roster::~Roster() = default;

void Roster::arrive(AccountId driver) {
  const auto [found, is_new] = state_->there.try_emplace(driver);
  if (!is_new) return;
  const auto assigned = state_->last_assigned.find(driver);
  const auto at = assigned == state_->last_assigned.end() ? Instant{} : assigned->second;
  found->second = state_->number();
  state_->drivers[found->second] = {driver, std::nullopt, at};
  state_->without_position.emplace(at, driver);
}

void Roster::leave(AccountId driver) {
  const auto found = state_->there.find(driver);
  if (found == state_->there.end()) return;
  const auto number = found->second;
  const auto& present = state_->drivers[number];
  if (present.position) {
    state_->positions.erase(number);
  } else {
    state_->without_position.erase({present.last_assigned, driver});
  }
  state_->unused.push_back(number);
  state_->there.erase(found);
}

void Roster::move(AccountId driver, Coordinates position) {
  const auto found = state_->there.find(driver);
  if (found == state_->there.end()) return;
  auto& present = state_->drivers[found->second];
  if (!present.position) state_->without_position.erase({present.last_assigned, driver});
  present.position = position;
  state_->positions.put(found->second, on_sphere(position));
}

void Roster::assigned(AccountId driver, Instant at) {
  state_->last_assigned[driver] = at;
  const auto found = state_->there.find(driver);
  if (found != state_->there.end()) state_->note(found->second, at);
}

const std::unordered_map<AccountId, Instant>& Roster::assignments() const {
  return state_->last_assigned;
}

void Roster::forget_assignments() {
  state_->last_assigned.clear();
  for (const auto& [driver, number] : state_->there) state_->note(number, Instant{});
}

std::size_t Roster::size() const { return state_->there.size(); }

void Roster::by_preference(Coordinates from,
                           const std::function<bool(const Driver&)>& visit) const {
  std::vector<Driver> equals;  // all at one distance
  const auto after = [](const Driver& a, const Driver& b) {
    return std::tie(b.last_assigned, b.account) < std::tie(a.last_assigned, a.account);
  };
  // Many may wait at one place, and few of them are looked at; so they are not sorted, but heaped.
  const auto visit_equals = [&] {
    std::make_heap(equals.begin(), equals.end(), after);
    for (; !equals.empty(); equals.pop_back()) {
      std::pop_heap(equals.begin(), equals.end(), after);
      if (!visit(equals.back())) return false;
    }
    return true;
  };

  Octree::Nearest nearest(state_->positions, on_sphere(from));
  while (const auto next = nearest.next()) {
    const double distance = distance_m(next->chord_squared);
    if (!equals.empty() && *equals.front().distance_m != distance && !visit_equals()) return;
    const auto& driver = state_->drivers[next->item];
    equals.push_back({driver.account, driver.position, distance, driver.last_assigned});
  }
  if (!visit_equals()) return;
  for (const auto& [last_assigned, driver] : state_->without_position) {
    if (!visit(Driver{driver, std::nullopt, std::nullopt, last_assigned})) return;
  }
}

}  // namespace hansom
