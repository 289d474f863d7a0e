#include "bench/engine_mode.hpp"

#include "bench/bare_log.hpp"
#include "bench/load_parts.hpp"
#include "bench/process_usage.hpp"
#include "bench/ride_load.hpp"
#include "events/rocksdb_log.hpp"

#include <chrono>
#include <unistd.h>

namespace hansom::bench {
namespace {

using Clock = std::chrono::steady_clock;
using Durability = RocksDbLog::Durability;

/// Larger batches make the bare loop no faster.
constexpr std::size_t bare_batch_max = 4'096;

constexpr const char* log_folder = "log-of-this-run";

struct Run {
  double rides_per_s = 0;
  double commands_per_s = 0;
  double events_per_s = 0;
  double turn_p50_us = 0;
  double cpu_us_per_event = 0;  ///< of all threads
};

double seconds(Clock::duration duration) { return std::chrono::duration<double>(duration).count(); }

Run measure_once(const EngineSettings& settings, std::size_t in_flight, Durability durability) {
  const auto folder = settings.folder / log_folder;
  std::filesystem::remove_all(folder);  // what a run that was broken off has left
  const auto log = expect(RocksDbLog::open(folder, durability));

  RideLoad load(*log, settings.drivers, settings.customers, in_flight);
  for (const auto until = Clock::now() + settings.warm_up; Clock::now() < until;) load.step_all();

  std::vector<double> turn_us;
  const auto rides = load.rides_completed();
  const auto commands = load.commands();
  const auto events = load.events();
  const auto cpu = cpu_s(getpid());
  const auto start = Clock::now();
  auto last = start;
  while (last < start + settings.measured) {
    load.step_all();
    const auto now = Clock::now();
    turn_us.push_back(seconds(now - last) * 1e6);
    last = now;
  }
  const double elapsed_s = seconds(last - start);
  const auto appended = static_cast<double>(load.events() - events);
  const Run run{static_cast<double>(load.rides_completed() - rides) / elapsed_s,
                static_cast<double>(load.commands() - commands) / elapsed_s, appended / elapsed_s,
                Sample{std::move(turn_us)}.median(), (cpu_s(getpid()) - cpu) * 1e6 / appended};
  return run;
}

/// One way of writing and one number of rides, beside the baseline, in turn.
Row measure_row(const EngineSettings& settings, const RideLines& ride, std::size_t in_flight,
                Durability durability) {
  Sample rides, commands, events, bare, to_bare, turns, synced, to_synced, cpu;
  const bool waits_for_disk = in_flight == 1 && durability == Durability::synced;
  for (int i = 0; i < settings.runs; ++i) {
    const auto run = measure_once(settings, in_flight, durability);
    std::filesystem::remove_all(settings.folder / log_folder);
    rides.runs.push_back(run.rides_per_s);
    commands.runs.push_back(run.commands_per_s);
    events.runs.push_back(run.events_per_s);
    turns.runs.push_back(run.turn_p50_us);
    cpu.runs.push_back(run.cpu_us_per_event);
    bare.runs.push_back(bare_events_per_s(ride, in_flight, bare_batch_max, durability,
                                          settings.folder / "bare-of-this-run", settings.warm_up,
                                          settings.measured));
    to_bare.runs.push_back(events.runs.back() / bare.runs.back());
    if (!waits_for_disk) continue;
    synced.runs.push_back(Sample{fdatasync_us(4'096, 2'000, settings.folder)}.median());
    to_synced.runs.push_back(turns.runs.back() / synced.runs.back());
  }
  return {{{"sync", durability == Durability::synced ? "on" : "off"},
           {"in flight", std::to_string(in_flight)}},
          {{"rides/s", rides},
           {"commands/s", commands},
           {"events/s", events},
           {"bare events/s", bare},
           {"to bare", to_bare},
           {"cpu us/event", cpu},
           {"step p50 us", turns},
           {"fdatasync p50 us", synced},
           {"to fdatasync", to_synced}}};
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
           {"in-flight", "rides in flight, several with commas", "1,64,1000,10000,100000"}},
          "5",
          "2",
          {{"Rides through the engine and the log",
            "in flight",
            {"events/s", "bare events/s"},
            "events/s",
            {"sync"}}},
          run};
}

Report measure_engine(const EngineSettings& settings) {
  Report report{
      "engine",
      "rides through the queue, decide, projections, rendering and the log, in process, one thread "
      "besides the log's own; bare: the same bytes put into RocksDB event by event, each with an "
      "index entry, in batches of what all rides in flight write at once; " +
          std::to_string(settings.runs) + " runs of " + std::to_string(settings.measured.count()) +
          " ms after " + std::to_string(settings.warm_up.count()) + " ms of warm-up; log in " +
          settings.folder.string(),
      {}};
  const auto ride = lines_of_a_ride();
  for (const auto durability : {Durability::synced, Durability::unsynced}) {
    for (const auto in_flight : settings.rides_in_flight) {
      report.rows.push_back(measure_row(settings, ride, in_flight, durability));
    }
  }
  return report;
}

}  // namespace hansom::bench
