#include "bench/engine_mode.hpp"

#include "bench/load_parts.hpp"
#include "bench/ride_load.hpp"
#include "events/rocksdb_log.hpp"

#include <chrono>

namespace hansom::bench {
namespace {

using Clock = std::chrono::steady_clock;
using Durability = RocksDbLog::Durability;

struct Run {
  double rides_per_s = 0;
  double commands_per_s = 0;
  double events_per_s = 0;
  double turn_p50_us = 0;
};

double seconds(Clock::duration duration) { return std::chrono::duration<double>(duration).count(); }

Run measure_once(const EngineSettings& settings, std::size_t in_flight, Durability durability) {
  const auto folder = settings.folder / "log-of-this-run";
  std::filesystem::remove_all(folder);
  auto log = expect(RocksDbLog::open(folder, durability));

  RideLoad load(*log, settings.drivers, settings.customers, in_flight);
  for (const auto until = Clock::now() + settings.warm_up; Clock::now() < until;) load.turn();

  std::vector<double> turn_us;
  const auto rides = load.rides_completed();
  const auto commands = load.commands();
  const auto events = load.events();
  const auto start = Clock::now();
  auto last = start;
  while (last < start + settings.measured) {
    load.turn();
    const auto now = Clock::now();
    turn_us.push_back(seconds(now - last) * 1e6);
    last = now;
  }
  const double elapsed_s = seconds(last - start);
  const Run run{static_cast<double>(load.rides_completed() - rides) / elapsed_s,
                static_cast<double>(load.commands() - commands) / elapsed_s,
                static_cast<double>(load.events() - events) / elapsed_s,
                Sample{std::move(turn_us)}.median()};
  log.reset();
  std::filesystem::remove_all(folder);
  return run;
}

Report run(const Arguments& given) {
  EngineSettings settings;
  settings.rides_in_flight = given.counts("in-flight");
  settings.drivers = given.count("drivers");
  settings.customers = given.count("customers");
  settings.runs = given.runs();
  settings.measured = given.measured();
  settings.folder = given.folder();
  return measure_engine(settings);
}

}  // namespace

Mode engine_mode() {
  return {"engine",
          "whole rides through the engine and a log, in process",
          {{"drivers", "how many there are", "100"},
           {"customers", "how many there are", "100"},
           {"in-flight", "rides in flight, several with commas", "1,64,1024,4096"}},
          "5",
          "2",
          {{"Rides through the engine and the log",
            "in flight",
            {"commands/s"},
            "commands/s",
            {"sync"}}},
          run};
}

Report measure_engine(const EngineSettings& settings) {
  Report report{
      "engine",
      "rides through decide, projections, rendering and the log, in process, one thread; " +
          std::to_string(settings.drivers) + " drivers, " + std::to_string(settings.customers) +
          " customers; " + std::to_string(settings.runs) + " runs of " +
          std::to_string(settings.measured.count()) + " ms after " +
          std::to_string(settings.warm_up.count()) + " ms of warm-up; log in " +
          settings.folder.string(),
      {}};
  for (const auto durability : {Durability::synced, Durability::unsynced}) {
    for (const auto in_flight : settings.rides_in_flight) {
      Sample rides, commands, events, turns;
      for (int i = 0; i < settings.runs; ++i) {
        const auto run = measure_once(settings, in_flight, durability);
        rides.runs.push_back(run.rides_per_s);
        commands.runs.push_back(run.commands_per_s);
        events.runs.push_back(run.events_per_s);
        turns.runs.push_back(run.turn_p50_us);
      }
      report.rows.push_back({{{"sync", durability == Durability::synced ? "on" : "off"},
                              {"in flight", std::to_string(in_flight)}},
                             {{"rides/s", rides},
                              {"commands/s", commands},
                              {"events/s", events},
                              {"turn p50 us", turns}}});
    }
  }
  return report;
}

}  // namespace hansom::bench
