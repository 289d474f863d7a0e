// The benchmark harness: says what was measured, on what, how often, and how far apart the runs
// lay.

#include "bench/engine_mode.hpp"
#include "bench/fanout_mode.hpp"
#include "bench/fill_mode.hpp"

#include <cxxopts.hpp>

#include <algorithm>
#include <iostream>
#include <optional>
#include <string>
#include <unistd.h>

namespace hansom::bench {
namespace {

cxxopts::Options options() {
  cxxopts::Options options(
      "hansom-bench",
      "Measures Hansom, and makes logs to measure it with.\n\n"
      "MODE is:\n"
      "  engine   whole rides through the engine and a log, in process\n"
      "  fanout   a chat room of the real server: every message to all its "
      "sockets,\n"
      "           with all of them reading, and with one more that does not\n"
      "  fill     makes a log by a random fleet, with everything in it that can be\n\n"
      "Examples: hansom-bench engine --in-flight 1,64 --runs 3\n"
      "          hansom-bench fanout --sockets 1000 --rate 20\n"
      "          hansom-bench fill --data-dir big --events 1000000 --unsynced\n");
  options.custom_help("MODE [OPTION...]");
  auto add = options.add_options();
  add("runs", "how often each setting is measured", cxxopts::value<int>()->default_value("5"));
  add("seconds", "length of one run (2; fanout, with all reading: 10)", cxxopts::value<double>());
  add("folder", "where logs are made and removed again (a new folder in the system's for such)",
      cxxopts::value<std::string>());
  add("json", "every run as JSON instead of a table");
  add("h,help", "say this");
  add("drivers", "how many there are (engine, fill)",
      cxxopts::value<std::size_t>()->default_value("100"));
  add("customers", "how many there are (engine, fill)",
      cxxopts::value<std::size_t>()->default_value("100"));
  add("in-flight",
      "rides in flight; engine: several with commas (1,64,1024,4096), fill: one number (32)",
      cxxopts::value<std::vector<std::size_t>>());
  add("mode", "", cxxopts::value<std::string>());
  options.parse_positional("mode");

  auto fanout = options.add_options("fanout");
  fanout("sockets", "sockets of the room, several with commas",
         cxxopts::value<std::vector<std::size_t>>()->default_value("10,100,1000"));
  fanout("rate", "messages a second", cxxopts::value<double>()->default_value("20"));
  fanout("bytes", "size of a text, 8 to " + std::to_string(spoken_bytes_max),
         cxxopts::value<std::size_t>()->default_value(std::to_string(spoken_bytes_max)));
  fanout("server", "the server's binary (the hansom beside this one)",
         cxxopts::value<std::string>());

  auto fill = options.add_options("fill");
  fill("data-dir", "where the log is made; it must not have one, and it is kept",
       cxxopts::value<std::string>());
  fill("events", "length of the log, exceeded by a batch at most", cxxopts::value<std::uint64_t>());
  fill("seed", "the same seed and numbers give the same records, byte for byte",
       cxxopts::value<std::uint64_t>()->default_value("1"));
  fill("unsynced", "sync once at the end, not each turn: much faster, but a power cut loses it");
  return options;
}

int complain(const std::string& text, int exit_code) {
  std::cerr << "hansom-bench: " << text << std::endl;
  return exit_code;
}

std::filesystem::path folder_of(const cxxopts::ParseResult& given) {
  if (given.count("folder")) return given["folder"].as<std::string>();
  return std::filesystem::temp_directory_path() / ("hansom-bench-" + std::to_string(getpid()));
}

std::chrono::milliseconds length_of(const cxxopts::ParseResult& given,
                                    std::chrono::milliseconds otherwise) {
  if (!given.count("seconds")) return otherwise;
  return std::chrono::milliseconds(static_cast<long>(given["seconds"].as<double>() * 1000));
}

bool all_above_0(const std::vector<std::size_t>& counts) {
  return !counts.empty() && std::count(counts.begin(), counts.end(), 0u) == 0;
}

std::vector<std::size_t> in_flight_of(const cxxopts::ParseResult& given,
                                      std::vector<std::size_t> otherwise) {
  if (!given.count("in-flight")) return otherwise;
  return given["in-flight"].as<std::vector<std::size_t>>();
}

/// The settings of the engine mode, or nothing where they make no sense.
std::optional<EngineSettings> engine_settings(const cxxopts::ParseResult& given) {
  EngineSettings settings;
  settings.rides_in_flight = in_flight_of(given, settings.rides_in_flight);
  settings.drivers = given["drivers"].as<std::size_t>();
  settings.customers = given["customers"].as<std::size_t>();
  settings.runs = given["runs"].as<int>();
  settings.measured = length_of(given, settings.measured);
  settings.folder = folder_of(given);
  const bool sensible = settings.drivers > 0 && settings.customers > 0 && settings.runs > 0 &&
                        settings.measured.count() > 0 && all_above_0(settings.rides_in_flight);
  return sensible ? std::optional(std::move(settings)) : std::nullopt;
}

/// The same for the fan-out mode.
std::optional<FanoutSettings> fanout_settings(const cxxopts::ParseResult& given) {
  FanoutSettings settings;
  settings.sockets = given["sockets"].as<std::vector<std::size_t>>();
  settings.speech = {given["rate"].as<double>(), given["bytes"].as<std::size_t>()};
  settings.runs = given["runs"].as<int>();
  settings.measured = length_of(given, settings.measured);
  settings.server =
      given.count("server")
          ? std::filesystem::path(given["server"].as<std::string>())
          : std::filesystem::read_symlink("/proc/self/exe").replace_filename("hansom");
  settings.folder = folder_of(given);
  const bool sensible = settings.speech.messages_per_s > 0 && settings.runs > 0 &&
                        settings.measured.count() > 0 && all_above_0(settings.sockets);
  return sensible ? std::optional(std::move(settings)) : std::nullopt;
}

/// The same for filling, once there is a folder.
std::optional<FillSettings> fill_settings(const cxxopts::ParseResult& given) {
  FillSettings settings;
  const auto in_flight = in_flight_of(given, {settings.sizes.in_flight});
  if (in_flight.size() != 1 || !given.count("events")) return std::nullopt;
  settings.events = given["events"].as<std::uint64_t>();
  settings.seed = given["seed"].as<std::uint64_t>();
  settings.sizes = {given["drivers"].as<std::size_t>(), given["customers"].as<std::size_t>(),
                    in_flight.front()};
  settings.synced = given.count("unsynced") == 0;
  settings.folder = given["data-dir"].as<std::string>();
  const bool sensible = settings.events > 0 && settings.sizes.drivers > 0 &&
                        settings.sizes.customers > 0 && settings.sizes.in_flight > 0;
  return sensible ? std::optional(std::move(settings)) : std::nullopt;
}

/// A folder that is removed at the end if nothing is in it: it may be the user's own.
struct Folder {
  explicit Folder(const std::filesystem::path& path) : path(path) {
    std::filesystem::create_directories(path);
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove(path, ignored);
  }
  const std::filesystem::path path;
};

/// Measures and prints.
template <typename Settings>
int report(const Settings& settings, Report (*measure)(const Settings&), bool json) {
  const Folder folder(settings.folder);
  const auto report = measure(settings);
  std::cout << (json ? as_json(report, this_machine()) : as_table(report, this_machine()));
  return 0;
}

int run(int argc, char** argv) {
  auto known = options();
  const auto given = known.parse(argc, argv);
  if (given.count("help")) {
    std::cout << known.help();
    return 0;
  }
  if (!given.count("mode")) return complain("which mode? see --help", 2);
  const auto mode = given["mode"].as<std::string>();
  const bool json = given.count("json") > 0;
  const std::string not_sensible = "every number must be above 0";
  if (mode == "engine") {
    const auto settings = engine_settings(given);
    return settings ? report(*settings, measure_engine, json) : complain(not_sensible, 2);
  }
  if (mode == "fanout") {
    const auto settings = fanout_settings(given);
    if (!settings) return complain(not_sensible, 2);
    if (const auto bytes = settings->speech.bytes;
        bytes < spoken_number_digits || bytes > spoken_bytes_max) {
      return complain("a text has " + std::to_string(spoken_number_digits) + " to " +
                          std::to_string(spoken_bytes_max) + " bytes",
                      2);
    }
    return report(*settings, measure_fanout, json);
  }
  if (mode == "fill") {
    if (!given.count("data-dir")) return complain("where to? give --data-dir", 2);
    const auto settings = fill_settings(given);
    if (!settings) return complain("--events and every other number must be one above 0", 2);
    return report(*settings, fill_log, json);
  }
  return complain("there is no mode '" + mode + "'; see --help", 2);
}

}  // namespace
}  // namespace hansom::bench

int main(int argc, char** argv) {
  using hansom::bench::complain;
  try {
    return hansom::bench::run(argc, argv);
  } catch (const cxxopts::exceptions::exception& error) {
    return complain(std::string(error.what()) + "; see --help", 2);
  } catch (const std::exception& error) {
    return complain(error.what(), 1);
  }
}
