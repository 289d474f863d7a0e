#include "bench/fill_mode.hpp"

#include "events/event_schema.hpp"
#include "events/rocksdb_log.hpp"
#include "net/dialects/wire_renderer.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <stdexcept>

namespace hansom::bench {
namespace {

using Clock = std::chrono::steady_clock;
using Durability = RocksDbLog::Durability;

/// Runs the fleet; the result is how long that took, until the log was closed.
double fill(const FillSettings& settings) {
  const auto start = Clock::now();
  const auto log = expect(RocksDbLog::open(
      settings.folder, settings.synced ? Durability::synced : Durability::unsynced));
  const net::WireRenderer renderer;
  FleetLoad load(*log, settings.seed, settings.sizes, renderer);
  while (load.events() < settings.events) load.turn();
  return std::chrono::duration<double>(Clock::now() - start).count();
}

struct Contents {
  std::uint64_t events = 0;
  std::uint64_t streams = 0;
  std::map<std::string_view, std::uint64_t> types;
  Instant last_at;
};

Contents contents_of(const EventLog& log) {
  Contents contents;
  expect(log.read({1}, [&](const Envelope& envelope) {
    ++contents.events;
    if (envelope.revision == Revision{1}) ++contents.streams;
    ++contents.types[type_of(envelope.event)];
    contents.last_at = envelope.at;
    return true;
  }));
  return contents;
}

std::uint64_t bytes_in(const std::filesystem::path& folder) {
  std::uint64_t bytes = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) bytes += entry.file_size();
  }
  return bytes;
}

Report run(const Arguments& given) {
  FillSettings settings;
  settings.folder = given.text("data-dir");
  settings.events = given.count("events");
  settings.seed = given.number("seed");
  settings.sizes = {given.count("drivers"), given.count("customers"), given.count("in-flight")};
  settings.synced = !given.has("unsynced");
  return fill_log(settings);
}

Sample one(std::uint64_t value) { return {{static_cast<double>(value)}}; }

}  // namespace

Mode fill_mode() {
  return {"fill",
          "makes a log by a random fleet, with everything in it that can be",
          {{"data-dir", "where the log is made; it must not have one, and it is kept", {}},
           {"events", "length of the log, exceeded by a batch at most", {}},
           {"seed", "the same seed and numbers give the same records, byte for byte", "1"},
           {"unsynced",
            "sync once at the end, not each turn: much faster, but a power cut loses it",
            {},
            true},
           {"drivers", "how many there are", "100"},
           {"customers", "how many there are", "100"},
           {"in-flight", "bookings in progress at a time", "32"}},
          {},
          {},
          {},
          run};
}

Report fill_log(const FillSettings& settings) {
  if (std::filesystem::exists(settings.folder / "log")) {
    throw std::runtime_error("there is a log in " + settings.folder.string() + " already");
  }
  const double elapsed_s = fill(settings);
  // Opening makes durable what was not yet.
  const auto contents = contents_of(*expect(RocksDbLog::open(settings.folder)));
  Report report{"fill",
                "a random fleet with seed " + std::to_string(settings.seed) + ", " +
                    std::to_string(settings.sizes.drivers) + " drivers, " +
                    std::to_string(settings.sizes.customers) + " customers, " +
                    std::to_string(settings.sizes.in_flight) + " bookings in flight, until " +
                    to_iso(contents.last_at, Fraction::milliseconds) + "; " +
                    (settings.synced ? "synced" : "unsynced") + "; log in " +
                    settings.folder.string(),
                {}};
  report.rows.push_back({{{"type", "all"}},
                         {{"events", one(contents.events)},
                          {"streams", one(contents.streams)},
                          {"events/s", {{static_cast<double>(contents.events) / elapsed_s}}},
                          {"bytes", one(bytes_in(settings.folder))}}});
  for (const auto& [type, count] : contents.types) {
    report.rows.push_back(
        {{{"type", std::string(type)}},
         {{"events", one(count)}, {"streams", {}}, {"events/s", {}}, {"bytes", {}}}});
  }
  std::ranges::sort(report.rows, std::greater(),
                    [](const Row& row) { return row.results.front().second.runs.front(); });
  return report;
}

}  // namespace hansom::bench
