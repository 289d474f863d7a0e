#include "bench/replay_mode.hpp"

#include "bench/bare_log.hpp"
#include "bench/load_parts.hpp"
#include "events/rocksdb_log.hpp"
#include "projections/projections.hpp"
#include "replay/verify.hpp"

#include <chrono>
#include <functional>
#include <sstream>
#include <stdexcept>

namespace hansom::bench {
namespace {

using Clock = std::chrono::steady_clock;

std::unique_ptr<RocksDbLog> open(const std::filesystem::path& folder) {
  return expect(RocksDbLog::open_for_reading(folder));
}

void read(const std::filesystem::path& folder) {
  expect(open(folder)->read({1}, [](const Envelope&) { return true; }));
}

void fold(const std::filesystem::path& folder) {
  Projections state;
  expect(open(folder)->read({1}, [&](const Envelope& envelope) {
    state.fold(envelope);
    return true;
  }));
}

void verify(const std::filesystem::path& folder) {
  std::ostringstream nowhere;
  replay::Console console(nowhere, nowhere, false, false);
  const auto verified = replay::verify(folder, console);
  if (!verified) throw std::runtime_error(verified.error().message);
}

double seconds_of(const std::function<void()>& work) {
  const auto start = Clock::now();
  work();
  return std::chrono::duration<double>(Clock::now() - start).count();
}

Report run(const Arguments& given) {
  return measure_replay({given.runs(), given.text("data-dir")});
}

}  // namespace

Mode replay_mode() {
  return {"replay",
          "how fast a log is read, folded and verified, beside RocksDB alone",
          {{"data-dir", "of the log, which stays as it is", {}}},
          "5",
          {},
          {{"Going through a log", "way", {"events/s"}, "events/s", {}, Scale::categories}},
          run};
}

Report measure_replay(const ReplaySettings& settings) {
  const auto& folder = settings.folder;
  const auto events = static_cast<double>(open(folder)->end().value);
  const auto bytes = static_cast<double>(bare_bytes(folder));
  Report report{"replay",
                std::to_string(static_cast<std::uint64_t>(events)) + " events in " +
                    folder.string() + ", one thread; " + std::to_string(settings.runs) +
                    " runs of each, opening included, after one that is not counted",
                {}};
  const std::pair<const char*, std::function<void()>> ways[] = {
      {"RocksDB alone", [&] { bare_bytes(folder); }},
      {"reading", [&] { read(folder); }},
      {"folding", [&] { fold(folder); }},
      {"verify", [&] { verify(folder); }},
  };
  for (const auto& [name, work] : ways) {
    Sample events_per_s, bytes_per_s;
    work();
    for (int i = 0; i < settings.runs; ++i) {
      const double elapsed_s = seconds_of(work);
      events_per_s.runs.push_back(events / elapsed_s);
      bytes_per_s.runs.push_back(bytes / elapsed_s / 1e6);
    }
    report.rows.push_back(
        {{{"way", name}}, {{"events/s", events_per_s}, {"MB/s of records", bytes_per_s}}});
  }
  return report;
}

}  // namespace hansom::bench
