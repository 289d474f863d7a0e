#include "bench/start_mode.hpp"

#include "bench/bare_log.hpp"
#include "bench/history.hpp"
#include "bench/process_usage.hpp"
#include "bench/server_process.hpp"
#include "projections/checkpoint.hpp"

#include <chrono>
#include <fcntl.h>
#include <optional>
#include <string>
#include <system_error>
#include <unistd.h>

namespace hansom::bench {
namespace {

using Clock = std::chrono::steady_clock;
namespace fs = std::filesystem;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// Has the system forget what it keeps of the folder's files, as far as it does on request: what is
/// on the disk already and not in use.
void forget_files(const fs::path& folder) {
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    const int file = open(entry.path().c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) throw std::system_error(errno, std::generic_category(), entry.path().string());
    fdatasync(file);
    posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED);
    close(file);
  }
}

/// A data folder like another one. Tables, which are never changed, are the same files.
void copy_data(const fs::path& from, const fs::path& to) {
  fs::remove_all(to);
  fs::create_directories(to / "log");
  fs::copy_file(from / "log.mark", to / "log.mark");
  for (const auto& file : fs::directory_iterator(from / "log")) {
    const auto copy = to / "log" / file.path().filename();
    if (file.path().extension() == ".sst") {
      fs::create_hard_link(file.path(), copy);
    } else {
      fs::copy_file(file.path(), copy);
    }
  }
}

/// Where a start begins: so many events behind the log's end, or nowhere.
using Behind = std::optional<std::uint64_t>;

struct Start {
  double elapsed_s = 0;
  double cpu_s = 0;
  double resident_mib = 0;
};

Start start_once(const StartSettings& settings, const History& history, Behind behind, bool cold) {
  const auto data = settings.folder / "data-of-this-run";
  copy_data(history.folder(), data);
  if (behind) fs::copy_file(checkpoint_behind(history.folder(), *behind), checkpoint_file(data));
  if (cold) forget_files(data);
  const auto start = Clock::now();
  const auto server =
      ServerProcess::start_on(settings.server, settings.folder / "server-of-this-run", data);
  const Start measured{seconds_since(start), cpu_s(server->process()),
                       static_cast<double>(resident_bytes(server->process())) / 1048576};
  return measured;
}

Row measure_row(const StartSettings& settings, const History& history, std::size_t events,
                Behind behind, bool cold) {
  Sample elapsed, cpu, resident;
  // Without a checkpoint it takes its time, and that is all reading and folding.
  const int runs = behind ? settings.runs : 1;
  if (!cold && behind) start_once(settings, history, behind, cold);  // so that the files are there
  for (int i = 0; i < runs; ++i) {
    const auto start = start_once(settings, history, behind, cold);
    elapsed.runs.push_back(start.elapsed_s);
    cpu.runs.push_back(start.cpu_s);
    resident.runs.push_back(start.resident_mib);
  }
  fs::remove_all(settings.folder / "data-of-this-run");
  return {{{"events", std::to_string(events)},
           {"checkpoint", !behind        ? "none"
                          : *behind == 0 ? "newest"
                                         : std::to_string(*behind) + " behind"},
           {"files", cold ? "cold" : "warm"}},
          {{"start s", elapsed}, {"cpu s", cpu}, {"RSS MiB", resident}}};
}

/// RocksDB alone, through all records.
Row bare_row(const History& history, std::size_t events) {
  forget_files(history.folder());
  const auto start = Clock::now();
  bare_bytes(history.folder());
  return {{{"events", std::to_string(events)}, {"checkpoint", "RocksDB alone"}, {"files", "cold"}},
          {{"start s", {{seconds_since(start)}}}, {"cpu s", {}}, {"RSS MiB", {}}}};
}

Report run(const Arguments& given) {
  return measure_start({server_binary(given), given.counts("events"), given.count("live"),
                        given.count("behind"), given.has("without-checkpoint"), given.runs(),
                        given.has("keep"), given.folder()});
}

}  // namespace

Mode start_mode() {
  return {"start",
          "how soon the server serves, by the length of its log",
          {server_option(),
           {"events", "length of the log, several with commas", "100000,1000000"},
           {"live", "bookings in progress", "10000"},
           {"behind", "events since the older checkpoint", "250000"},
           {"without-checkpoint", "fold the whole log, too; once each", {}, true},
           {"keep", "keep the logs, and use those that were kept", {}, true}},
          "5",
          {},
          {{"From the start to serving",
            "events",
            {"start s"},
            "s",
            {"checkpoint", "files"},
            Scale::logarithmic,
            Scale::logarithmic}},
          run};
}

Report measure_start(const StartSettings& settings) {
  Report report{"start",
                "the server's start until it listens; cold: the system was asked to forget the "
                "log's files; " +
                    std::to_string(settings.runs) + " runs, without a checkpoint one; log in " +
                    settings.folder.string(),
                {}};
  for (const auto events : settings.events) {
    const History history(settings.folder, {settings.live, events, {0, settings.behind}},
                          settings.keep);
    for (const bool cold : {true, false}) {
      for (const Behind behind : {Behind(0), Behind(settings.behind)}) {
        report.rows.push_back(measure_row(settings, history, events, behind, cold));
      }
    }
    if (settings.without_checkpoint) {
      report.rows.push_back(measure_row(settings, history, events, std::nullopt, true));
    }
    report.rows.push_back(bare_row(history, events));
  }
  return report;
}

}  // namespace hansom::bench
