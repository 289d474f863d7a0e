#include "bench/pick_mode.hpp"

#include "bench/chance.hpp"
#include "bench/load_parts.hpp"
#include "engine/driver_choice.hpp"
#include "projections/sphere.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <numbers>
#include <span>
#include <stdexcept>
#include <string>
#include <unordered_map>

namespace hansom::bench {
namespace {

using Clock = std::chrono::steady_clock;

enum class Spread { cities, world };

constexpr std::array<Coordinates, 3> city_centres = {
    sydney, {-37.8136, 144.9631}, {-27.4698, 153.0251}};
constexpr double city_sigma_m = 10'000;
constexpr double step_sigma_m = 100;

/// Where drivers and customers are, from a seed.
class Places {
 public:
  Places(Spread spread, std::uint64_t seed) : spread_(spread), chance_(seed) {}

  Coordinates any() {
    if (spread_ == Spread::cities) return near(chance_.pick(city_centres), city_sigma_m);
    // As much land between two degrees of latitude as there is on the earth.
    const double sine = 2 * chance_.roll() - 1;
    return {std::asin(sine) * 180 / std::numbers::pi, chance_.roll() * 360 - 180};
  }
  /// A place some way off, by the normal distribution in both directions.
  Coordinates near(Coordinates from, double sigma_m) {
    constexpr double metres_a_degree = 111'195;
    const double sigma = sigma_m / metres_a_degree;
    const double shrink = std::max(0.01, std::cos(from.latitude * std::numbers::pi / 180));
    return {std::clamp(from.latitude + sigma * normal(), -90.0, 90.0),
            std::remainder(from.longitude + sigma / shrink * normal(), 360)};
  }
  std::size_t below(std::size_t count) { return chance_.below(count); }

 private:
  double normal() {  // Box and Muller's way
    return std::sqrt(-2 * std::log(1 - chance_.roll())) *
           std::cos(2 * std::numbers::pi * chance_.roll());
  }

  const Spread spread_;
  Chance chance_;
};

/// The baseline: every driver's point in one array, in order of the drivers' numbers.
class FlatArray {
 public:
  explicit FlatArray(std::size_t drivers) : points_(drivers) {}

  void move(std::size_t driver, Coordinates to) { points_[driver] = on_sphere(to); }

  /// The nearest of those who are not among `asked`. REQUIRES: there is one.
  std::size_t nearest(Coordinates from, const std::vector<std::size_t>& asked) const {
    const auto origin = on_sphere(from);
    std::size_t best = points_.size();
    double best_chord_squared = 5;  // longer than any
    for (std::size_t i = 0; i < points_.size(); ++i) {
      const double found = chord_squared(origin, points_[i]);
      if (found >= best_chord_squared || std::ranges::count(asked, i) != 0) continue;
      best = i;
      best_chord_squared = found;
    }
    return best;
  }

 private:
  std::vector<SpherePoint> points_;
};

struct Move {
  std::size_t driver;
  AccountId account;
  Coordinates to;
};

/// A booking that looks for its next driver, after those asked have declined.
struct Request {
  Coordinates pickup;
  std::vector<AccountId> asked;
  std::vector<std::size_t> asked_numbers;
};

/// Drivers with accounts, in the roster and in the baseline.
struct Fleet {
  Fleet(std::size_t drivers, Spread spread, std::uint64_t seed)
      : places(spread, seed), array(drivers) {
    for (std::size_t i = 0; i < drivers; ++i) {
      Account account;
      account.id = AccountId{uuid_of(i)};
      account.roles = {Role::driver};
      account.email = "d" + std::to_string(i) + "@example.org";
      at.push_back(places.any());
      ids.push_back(account.id);
      accounts.put(std::move(account));
      numbers.emplace(ids.back(), i);
      roster.arrive(ids.back());
      roster.move(ids.back(), at.back());
      array.move(i, at.back());
    }
  }

  /// Small steps of drivers picked by chance, one after the other; not taken yet.
  std::vector<Move> steps(std::size_t count) {
    std::vector<Move> moves;
    while (moves.size() < count) {
      const auto driver = places.below(at.size());
      at[driver] = places.near(at[driver], step_sigma_m);
      moves.push_back({driver, ids[driver], at[driver]});
    }
    return moves;
  }

  /// Bookings of which some were declined before, by the nearest drivers of course.
  std::vector<Request> requests(std::size_t count) {
    std::vector<Request> requests(count);
    for (auto& request : requests) {
      request.pickup = places.any();
      for (auto declined = places.below(asked_max + 1); declined > 0; --declined) {
        const auto* account = choose(request).chosen;
        if (!account) break;
        request.asked.push_back(account->id);
        request.asked_numbers.push_back(numbers.at(account->id));
      }
    }
    return requests;
  }

  DriverChoice choose(const Request& request) const {
    return choose_driver(roster, accounts, request.pickup, customer, request.asked);
  }

  Places places;
  Accounts accounts;
  Roster roster;
  FlatArray array;
  const AccountId customer{uuid_of(1'000'000'000)};
  std::vector<AccountId> ids;                          // by number
  std::vector<Coordinates> at;                         // the same
  std::unordered_map<AccountId, std::size_t> numbers;  // the other way
};

double us(Clock::duration duration) {
  return std::chrono::duration<double, std::micro>(duration).count();
}

/// What it costs to ask the clock twice.
double clock_us() {
  std::vector<double> seen;
  for (int i = 0; i < 10'000; ++i) {
    const auto start = Clock::now();
    seen.push_back(us(Clock::now() - start));
  }
  return quantile(std::move(seen), 0.5);
}

/// Does something with each, `batch` at a time between two looks at the clock; the result is what
/// one took in each batch, without the looks. The first tenth is the warm-up and not in it.
template <typename Several, typename Do>
std::vector<double> times_us(const Several& several, std::size_t batch, Do&& act) {
  const double looking_us = clock_us();
  std::vector<double> each_us;
  for (std::size_t i = 0; i + batch <= several.size(); i += batch) {
    const auto start = Clock::now();
    for (std::size_t j = i; j < i + batch; ++j) act(several[j]);
    const double took_us = us(Clock::now() - start) - looking_us;
    if (i >= several.size() / 10) {
      each_us.push_back(std::max(0.0, took_us) / static_cast<double>(batch));
    }
  }
  return each_us;
}

/// Named samples, in the order in which they were first added to.
struct Columns {
  std::vector<std::pair<std::string, Sample>> all;

  void add(const std::string& name, double value) {
    auto found = std::ranges::find(all, name, &std::pair<std::string, Sample>::first);
    if (found == all.end()) found = all.insert(all.end(), {name, {}});
    found->second.runs.push_back(value);
  }
};

/// One run with a fleet of its own.
void measure_once(const PickSettings& settings, Fleet fleet, Columns& columns) {
  const auto median = [](std::vector<double> times) { return quantile(std::move(times), 0.5); };

  // A store takes less time than the clock needs to tell it, so they are timed by the hundred.
  const auto moves = fleet.steps(settings.moves);
  const auto in_roster =
      times_us(moves, 1, [&](const Move& move) { fleet.roster.move(move.account, move.to); });
  const auto in_array =
      times_us(moves, 100, [&](const Move& move) { fleet.array.move(move.driver, move.to); });

  const auto requests = fleet.requests(settings.choices);
  std::vector<const Account*> chosen;
  chosen.reserve(requests.size());
  const auto choices = times_us(
      requests, 1, [&](const Request& request) { chosen.push_back(fleet.choose(request).chosen); });
  std::vector<std::size_t> found;
  found.reserve(settings.scans);
  const auto scans =
      times_us(std::span(requests).first(settings.scans), 1, [&](const Request& request) {
        found.push_back(fleet.array.nearest(request.pickup, request.asked_numbers));
      });
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (!chosen[i] || chosen[i]->id != fleet.ids[found[i]]) {
      throw std::runtime_error("the roster and a scan of all choose different drivers");
    }
  }

  columns.add("choose us", median(choices));
  columns.add("choose p99 us", quantile(choices, 0.99));
  columns.add("scan us", median(scans));
  columns.add("move us", median(in_roster));
  columns.add("move p99 us", quantile(in_roster, 0.99));
  columns.add("store us", median(in_array));
}

Report run(const Arguments& given) {
  PickSettings settings;
  settings.drivers = given.counts("drivers");
  settings.runs = given.runs();
  if (std::ranges::min(settings.drivers) <= asked_max) {
    throw UsageError("--drivers: more than " + std::to_string(asked_max) +
                     ", as so many may have declined");
  }
  return measure_pick(settings);
}

}  // namespace

Mode pick_mode() {
  return {"pick",
          "choosing a driver among many, and moving one, in process",
          {{"drivers", "how many there are, several with commas", "1000,10000,100000"}},
          "5",
          "",
          {{"Choosing a driver and moving one",
            "drivers",
            {"choose us", "scan us", "move us"},
            "us",
            {"spread"},
            Scale::logarithmic,
            Scale::logarithmic}},
          run};
}

Report measure_pick(const PickSettings& settings) {
  Report report{"pick",
                "choosing a driver and moving one, in process, one thread, beside a scan of an "
                "array and a store in it; medians over " +
                    std::to_string(settings.choices) + " choices and " +
                    std::to_string(settings.moves) + " moves a run (" +
                    std::to_string(settings.scans) + " scans), of which the first tenth is the " +
                    "warm-up; " + std::to_string(settings.runs) + " runs",
                {}};
  for (const auto spread : {Spread::cities, Spread::world}) {
    for (const auto drivers : settings.drivers) {
      Columns columns;
      for (int i = 0; i < settings.runs; ++i) {
        measure_once(settings, Fleet(drivers, spread, static_cast<std::uint64_t>(i) + 1), columns);
      }
      report.rows.push_back({{{"spread", spread == Spread::cities ? "cities" : "world"},
                              {"drivers", std::to_string(drivers)}},
                             std::move(columns.all)});
    }
  }
  return report;
}

}  // namespace hansom::bench
