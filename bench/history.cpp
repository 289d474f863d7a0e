#include "bench/history.hpp"

#include "bench/chance.hpp"
#include "bench/load_parts.hpp"
#include "bench/ride_load.hpp"
#include "events/memory_log.hpp"
#include "events/rocksdb_log.hpp"
#include "projections/checkpoint.hpp"

#include <algorithm>
#include <chrono>
#include <span>
#include <stdexcept>
#include <string>

namespace hansom::bench {
namespace {

constexpr std::uint64_t first_id = std::uint64_t{1} << 62;
constexpr std::size_t batch_events = 4'096;

/// The events of a ride from its request on, and those after which it still is in progress.
constexpr std::size_t ride_events = 6;
constexpr std::size_t live_events_min = 2;
constexpr std::size_t live_steps = ride_events - live_events_min;

using Ride = std::vector<Envelope>;

/// A whole ride as an engine writes it, with three drivers to choose from.
Ride example_ride() {
  MemoryLog log;
  RideLoad load(log, 3, 1, 1);
  const auto before = log.end();
  while (load.rides_completed() == 0) load.step_all();
  Ride ride;
  expect(log.read({before.value + 1}, [&](const Envelope& envelope) {
    ride.push_back(envelope);
    return true;
  }));
  if (ride.size() != ride_events) throw std::logic_error("a ride has other events than thought");
  return ride;
}

constexpr std::size_t drivers_for(std::size_t live) {
  return (live + bookings_per_driver - 1) / bookings_per_driver;
}

/// The people of one city: customers by number, and as many drivers as they need.
struct City {
  std::vector<AccountId> customers;
  std::vector<AccountId> drivers;
  Coordinates centre;
};

class Writer {
 public:
  Writer(const std::filesystem::path& folder, const HistorySizes& sizes)
      : folder_(folder),
        log_(expect(RocksDbLog::open(folder, RocksDbLog::Durability::unsynced))),
        example_(example_ride()),
        end_(std::max(sizes.events, history_events_min(sizes.live))),
        checkpoints_(sizes.checkpoints_behind) {
    std::ranges::sort(checkpoints_, std::greater());
  }

  void write(std::size_t live) {
    found_cities(live);
    for (std::size_t i = 0; i < live; ++i) {
      auto& city = cities_[i / bookings_per_city];
      const auto customer = city.customers[i % bookings_per_city];
      ride(city, customer, live_events_min + i % live_steps);
    }
    while (state_.end.value + batch_.size() < end_) {
      const auto& city = chance_.pick(cities_);
      ride(city, chance_.pick(city.customers), ride_events);
    }
    flush();
    while (!checkpoints_.empty()) store_next_checkpoint();
  }

 private:
  void found_cities(std::size_t live) {
    for (std::size_t first = 0; first < live; first += bookings_per_city) {
      // Where a degree of longitude is not short, and as far apart as chance has it.
      auto& city = cities_.emplace_back();
      city.centre = {chance_.roll() * 100 - 50, chance_.roll() * 360 - 180};
      const auto customers = std::min(bookings_per_city, live - first);
      for (std::size_t i = 0; i < customers; ++i) {
        city.customers.push_back(account(Role::customer));
      }
      for (std::size_t i = 0; i < drivers_for(customers); ++i) {
        city.drivers.push_back(account(Role::driver));
      }
    }
  }

  AccountId account(Role role) {
    const AccountId id{uuid_of(next_id_++)};
    const auto email = (role == Role::driver ? "driver" : "customer") + std::to_string(next_id_) +
                       "@bench.invalid";
    AccountRegistered registered{email, "Somebody", {role}, "211234567", "NZ", {}, {}, {}, {}};
    add({{}, StreamId(id), {1}, {}, {}, {id.value}, AccountEvent(std::move(registered))});
    return id;
  }

  /// The first events of a ride, by any driver of the city.
  void ride(const City& city, AccountId customer, std::size_t events) {
    const BookingId booking{uuid_of(next_id_++)};
    const auto driver = chance_.below(city.drivers.size());
    for (auto envelope : std::span(example_).first(events)) {
      envelope.stream = StreamId(booking);
      envelope.cause = {envelope.revision.value <= live_events_min ? booking.value
                                                                   : uuid_of(next_id_++)};
      auto& actor = envelope.actor;
      actor.account = actor.kind == ActorKind::driver ? city.drivers[driver] : customer;
      auto& event = std::get<BookingEvent>(envelope.event);
      if (auto* requested = std::get_if<BookingRequested>(&event)) {
        requested->customer.account = customer;
        requested->pickup.at = {city.centre.latitude + chance_.roll() * 0.2,
                                city.centre.longitude + chance_.roll() * 0.2};
      } else if (auto* assigned = std::get_if<DriverAssigned>(&event)) {
        assigned->driver.account = city.drivers[driver];
        auto& candidates = assigned->candidates;
        candidates.resize(std::min(candidates.size(), city.drivers.size()));
        for (std::size_t i = 0; i < candidates.size(); ++i) {
          candidates[i].driver = city.drivers[(driver + i) % city.drivers.size()];
        }
      } else if (auto* completed = std::get_if<RideCompleted>(&event)) {
        completed->parties = {customer, city.drivers[driver]};
      }
      add(std::move(envelope));
    }
  }

  /// The next event. It is from the time of the example's, as are the answers that are waited for.
  void add(Envelope envelope) {
    const Position position{state_.end.value + batch_.size() + 1};
    envelope.position = position;
    envelope.at = example_.back().at;
    batch_.push_back(std::move(envelope));
    // A checkpoint stands at the end of a record; the last one waits for the last ride.
    const auto behind = checkpoints_.empty() ? 0 : checkpoints_.front();
    const bool is_checkpoint = behind > 0 && position.value + behind >= end_;
    if (batch_.size() == batch_events || is_checkpoint) flush();
    if (is_checkpoint) store_next_checkpoint();
  }

  void flush() {
    if (batch_.empty()) return;
    expect(log_->append(state_.end, batch_));
    for (const auto& envelope : batch_) state_.fold(envelope);
    batch_.clear();
  }

  void store_next_checkpoint() {
    const auto file = checkpoint_behind(folder_, checkpoints_.front());
    const auto stored = store_checkpoint(file, log_->mark(), state_);
    if (!stored) throw std::runtime_error(stored.error());
    checkpoints_.erase(checkpoints_.begin());
  }

  const std::filesystem::path folder_;
  const std::unique_ptr<RocksDbLog> log_;
  const Ride example_;
  const std::uint64_t end_;
  std::vector<std::uint64_t> checkpoints_;  // still to be made, the first one first
  Chance chance_{1};
  std::uint64_t next_id_ = first_id;
  std::vector<City> cities_;
  Projections state_;
  std::vector<Envelope> batch_;
};

}  // namespace

std::uint64_t history_events_min(std::size_t live) {
  std::uint64_t events = live;
  for (std::size_t first = 0; first < live; first += bookings_per_city) {
    events += drivers_for(std::min(bookings_per_city, live - first));
  }
  for (std::size_t step = 0; step < live_steps; ++step) {
    events += (live + live_steps - 1 - step) / live_steps * (live_events_min + step);
  }
  return events;
}

std::filesystem::path checkpoint_behind(const std::filesystem::path& data_dir,
                                        std::uint64_t events) {
  return data_dir / ("checkpoint-" + std::to_string(events));
}

History::History(const std::filesystem::path& parent, const HistorySizes& sizes, bool keep)
    : folder_(parent /
              ("history-" + std::to_string(sizes.live) + "-" + std::to_string(sizes.events))),
      live_(sizes.live),
      keep_(keep) {
  if (keep && std::filesystem::exists(folder_)) return;
  std::filesystem::remove_all(folder_);
  // Under another name until all of it is there.
  const auto unfinished = std::filesystem::path(folder_) += ".unfinished";
  std::filesystem::remove_all(unfinished);
  Writer(unfinished, sizes).write(sizes.live);
  std::filesystem::rename(unfinished, folder_);
}

History::~History() {
  std::error_code ignored;
  if (!keep_) std::filesystem::remove_all(folder_, ignored);
}

}  // namespace hansom::bench
