// The benchmark harness: says what was measured, on what, how often, and how far apart the runs
// lay.

#include "bench/engine_mode.hpp"

#include <cxxopts.hpp>

#include <iostream>
#include <string>
#include <unistd.h>

namespace hansom::bench {
namespace {

cxxopts::Options options() {
  cxxopts::Options options("hansom-bench",
                           "Measures Hansom.\n\n"
                           "MODE is:\n"
                           "  engine   whole rides through the engine and a log, in process\n\n"
                           "Example: hansom-bench engine --in-flight 1,64 --runs 3\n");
  options.custom_help("MODE [OPTION...]");
  auto add = options.add_options();
  add("in-flight", "rides in flight, several with commas",
      cxxopts::value<std::vector<std::size_t>>()->default_value("1,64,1024,4096"));
  add("drivers", "connected drivers", cxxopts::value<std::size_t>()->default_value("100"));
  add("customers", "connected customers", cxxopts::value<std::size_t>()->default_value("100"));
  add("runs", "how often each setting is measured", cxxopts::value<int>()->default_value("5"));
  add("seconds", "length of one run", cxxopts::value<double>()->default_value("2"));
  add("folder", "where logs are made and removed again (a new folder in the system's for such)",
      cxxopts::value<std::string>());
  add("json", "every run as JSON instead of a table");
  add("h,help", "say this");
  add("mode", "", cxxopts::value<std::string>());
  options.parse_positional("mode");
  return options;
}

int complain(const std::string& text, int exit_code) {
  std::cerr << "hansom-bench: " << text << std::endl;
  return exit_code;
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
  if (mode != "engine") return complain("there is no mode '" + mode + "'; see --help", 2);

  EngineSettings settings;
  settings.rides_in_flight = given["in-flight"].as<std::vector<std::size_t>>();
  settings.drivers = given["drivers"].as<std::size_t>();
  settings.customers = given["customers"].as<std::size_t>();
  settings.runs = given["runs"].as<int>();
  settings.measured =
      std::chrono::milliseconds(static_cast<long>(given["seconds"].as<double>() * 1000));
  const bool sensible =
      settings.drivers > 0 && settings.customers > 0 && settings.runs > 0 &&
      settings.measured.count() > 0 && !settings.rides_in_flight.empty() &&
      std::count(settings.rides_in_flight.begin(), settings.rides_in_flight.end(), 0u) == 0;
  if (!sensible) return complain("every number must be above 0", 2);
  settings.folder = given.count("folder") ? std::filesystem::path(given["folder"].as<std::string>())
                                          : std::filesystem::temp_directory_path() /
                                                ("hansom-bench-" + std::to_string(getpid()));

  std::filesystem::create_directories(settings.folder);
  const auto report = measure_engine(settings);
  std::cout << (given.count("json") ? as_json(report, this_machine())
                                    : as_table(report, this_machine()));
  std::filesystem::remove(settings.folder);  // only if it is empty: it may be the user's own
  return 0;
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
