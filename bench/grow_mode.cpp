#include "bench/grow_mode.hpp"

#include "bench/history.hpp"
#include "bench/load_parts.hpp"
#include "bench/process_usage.hpp"
#include "bench/ride_load.hpp"
#include "events/rocksdb_log.hpp"
#include "projections/checkpoint.hpp"

#include <algorithm>
#include <ctime>
#include <malloc.h>
#include <memory>
#include <string>
#include <unistd.h>

namespace hansom::bench {
namespace {

/// What fewer bookings take is lost in what else a process takes.
constexpr std::size_t weighed_min = 10'000;

/// So many at once are some turns, as under load.
constexpr std::size_t moved_max = 2'048;

using Clock = std::chrono::steady_clock;
using Durability = RocksDbLog::Durability;

/// What the calling thread has had on a processor.
double thread_cpu_s() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

double resident() {
  malloc_trim(0);  // so that what was let go of does not count
  return static_cast<double>(resident_bytes(getpid()));
}

/// Microseconds a command.
struct Cost {
  double engine_cpu = 0;  ///< of the engine's thread
  double all_cpu = 0;     ///< of the log's threads, too
  double wall = 0;
};

/// An engine on a log, with a crowd of rides.
class Crowd {
 public:
  Crowd(const History& history, Durability durability)
      : before_(resident()),
        log_(expect(RocksDbLog::open(history.folder(), durability))),
        load_(*log_, [&] { return newest_checkpoint(history.folder()); }),
        kib_per_booking_((resident() - before_) / 1024 / static_cast<double>(history.live())) {}

  /// Moves so many rides a turn, for so long; what is the bench's own is left out.
  Cost move(std::size_t rides, Clock::duration duration) {
    const auto commands = load_.commands();
    const auto process = cpu_s(getpid());
    const auto thread = thread_cpu_s();
    double turns_cpu_s = 0;
    Clock::duration turns{};
    for (const auto end = Clock::now() + duration; Clock::now() < end;) {
      load_.queue_some(rides);
      const auto wall = Clock::now();
      const auto cpu = thread_cpu_s();
      load_.take_queued();
      turns_cpu_s += thread_cpu_s() - cpu;
      turns += Clock::now() - wall;
    }
    const auto others_cpu_s = (cpu_s(getpid()) - process) - (thread_cpu_s() - thread);
    const double us = 1e6 / static_cast<double>(load_.commands() - commands);
    return {turns_cpu_s * us, (turns_cpu_s + others_cpu_s) * us,
            std::chrono::duration<double>(turns).count() * us};
  }

  double kib_per_booking() const { return kib_per_booking_; }

 private:
  static std::optional<Checkpoint> newest_checkpoint(const std::filesystem::path& folder) {
    auto loaded = load_checkpoint(checkpoint_behind(folder, 0));
    if (!loaded) throw std::runtime_error(loaded.error());
    return std::move(*loaded);
  }

  const double before_;
  const std::unique_ptr<RocksDbLog> log_;
  RideLoad load_;
  const double kib_per_booking_;
};

/// The runs of one size.
struct Costs {
  Sample engine_cpu, all_cpu, wall, resident;
  Sample to_engine_cpu, to_all_cpu, to_wall;  // to the first size's of the same run

  void add(const Cost& cost, const Cost& base) {
    engine_cpu.runs.push_back(cost.engine_cpu);
    all_cpu.runs.push_back(cost.all_cpu);
    wall.runs.push_back(cost.wall);
    to_engine_cpu.runs.push_back(cost.engine_cpu / base.engine_cpu);
    to_all_cpu.runs.push_back(cost.all_cpu / base.all_cpu);
    to_wall.runs.push_back(cost.wall / base.wall);
  }
};

using Histories = std::vector<std::unique_ptr<History>>;

/// All sizes, in alternation.
std::vector<Costs> measure_sizes(const GrowSettings& settings, const Histories& histories,
                                 Durability durability) {
  std::vector<Costs> all(histories.size());
  std::vector<std::unique_ptr<Crowd>> crowds;
  for (std::size_t i = 0; i < histories.size(); ++i) {
    crowds.push_back(std::make_unique<Crowd>(*histories[i], durability));
    if (histories[i]->live() >= weighed_min) {
      all[i].resident.runs.push_back(crowds[i]->kib_per_booking());
    }
    crowds[i]->move(settings.moved, settings.measured);  // the warm-up of its log
  }
  for (int run = 0; run < settings.runs; ++run) {
    std::vector<Cost> costs;
    for (const auto& crowd : crowds) {
      crowd->move(settings.moved, settings.measured / 4);  // the caches had another one's
      costs.push_back(crowd->move(settings.moved, settings.measured));
    }
    for (std::size_t i = 0; i < costs.size(); ++i) all[i].add(costs[i], costs.front());
  }
  return all;
}

/// Adds a row for each size and way of writing.
void measure_growth(Report& report, const GrowSettings& settings, const std::string& what,
                    const std::vector<std::size_t>& sizes, const Histories& histories) {
  for (const auto durability : {Durability::synced, Durability::unsynced}) {
    const auto all = measure_sizes(settings, histories, durability);
    for (std::size_t i = 0; i < all.size(); ++i) {
      const auto& costs = all[i];
      report.rows.push_back({{{"grows", what},
                              {"sync", durability == Durability::synced ? "on" : "off"},
                              {"size", std::to_string(sizes[i])}},
                             {{"engine cpu us", costs.engine_cpu},
                              {"x cpu", costs.to_engine_cpu},
                              {"all cpu us", costs.all_cpu},
                              {"x all cpu", costs.to_all_cpu},
                              {"wall us", costs.wall},
                              {"x wall", costs.to_wall},
                              {"RSS KiB/booking", costs.resident}}});
    }
  }
}

Report run(const Arguments& given) {
  GrowSettings settings{given.counts("live"), given.counts("events"), given.count("moved"),
                        given.runs(),         given.measured(),       given.has("keep"),
                        given.folder()};
  if (settings.live.size() == 1 && settings.events.size() == 1) {
    throw UsageError("of --live and --events, one has to grow");
  }
  if (settings.moved > moved_max) {
    throw UsageError("--moved takes at most " + std::to_string(moved_max));
  }
  return measure_grow(settings);
}

}  // namespace

Mode grow_mode() {
  return {
      "grow",
      "what a command costs as bookings in progress, and the log, become many",
      {{"live", "bookings in progress, several with commas, the smallest first",
        "1000,10000,100000"},
       {"events", "length of the log, several with commas, the shortest first", "100000,1000000"},
       {"moved", "rides that take a step each turn", "256"},
       {"keep", "keep the logs, and use those that were kept", {}, true}},
      "5",
      "2",
      {{"What a command costs",
        "size",
        {"x cpu", "x all cpu"},
        "times the smallest size's",
        {"grows", "sync"}}},
      run};
}

Report measure_grow(const GrowSettings& settings) {
  const auto same_events = history_events_min(std::ranges::max(settings.live));
  const auto same_live = settings.live.front();
  Report report{"grow",
                "rides picked by chance among all in progress take a step, in process; bookings "
                "grow on logs of " +
                    std::to_string(same_events) + " events, the log with " +
                    std::to_string(same_live) + " bookings; us are a command's; " +
                    std::to_string(settings.runs) + " runs of " +
                    std::to_string(settings.measured.count()) + " ms, all sizes in alternation",
                {}};
  const auto history = [&](std::size_t live, std::uint64_t events) {
    return std::make_unique<History>(settings.folder, HistorySizes{live, events}, settings.keep);
  };
  if (settings.live.size() > 1) {
    Histories histories;
    for (const auto live : settings.live) histories.push_back(history(live, same_events));
    measure_growth(report, settings, "bookings", settings.live, histories);
  }
  if (settings.events.size() > 1) {
    Histories histories;
    for (const auto events : settings.events) histories.push_back(history(same_live, events));
    measure_growth(report, settings, "log", settings.events, histories);
  }
  return report;
}

}  // namespace hansom::bench
