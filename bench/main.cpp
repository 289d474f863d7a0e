// The benchmark harness: says what was measured, on what, how often, and how far apart the runs
// lay. A new mode is a line in `modes`.

#include "bench/echo_server.hpp"
#include "bench/engine_mode.hpp"
#include "bench/fanout_mode.hpp"
#include "bench/fill_mode.hpp"
#include "bench/grow_mode.hpp"
#include "bench/hostile_mode.hpp"
#include "bench/idle_mode.hpp"
#include "bench/overload_mode.hpp"
#include "bench/pick_mode.hpp"
#include "bench/raw_writer.hpp"
#include "bench/replay_mode.hpp"
#include "bench/server_process.hpp"
#include "bench/stalled_mode.hpp"
#include "bench/start_mode.hpp"
#include "bench/svg.hpp"
#include "bench/wire_mode.hpp"

#include <algorithm>
#include <fstream>
#include <iostream>
#include <unistd.h>

namespace hansom::bench {
namespace {

std::vector<Mode> modes() {
  return {engine_mode(),   fanout_mode(), fill_mode(),   grow_mode(),  hostile_mode(), idle_mode(),
          overload_mode(), pick_mode(),   replay_mode(), start_mode(), stalled_mode(), wire_mode()};
}

/// The options of a mode: its own, and the common ones.
std::vector<Option> options_of(const Mode& mode) {
  auto options = mode.options;
  if (!mode.runs.empty()) {
    options.push_back({"runs", "how often each setting is measured", mode.runs});
  }
  if (!mode.seconds.empty()) options.push_back({"seconds", "length of one run", mode.seconds});
  const auto folder = "hansom-bench-" + std::to_string(getpid());
  options.insert(options.end(), {{"folder", "where data is made and removed again",
                                  (std::filesystem::temp_directory_path() / folder).string()},
                                 {"json", "every run as JSON instead of a table", {}, true},
                                 {"svg", "also draw the figures into this file", {}}});
  return options;
}

std::string usage() {
  std::string text =
      "Measures Hansom, and makes logs to measure it with.\n\n"
      "Usage: hansom-bench MODE [OPTION...], where MODE is:\n";
  for (const auto& mode : modes()) {
    text += "  " + mode.name + std::string(9 - std::min<std::size_t>(8, mode.name.size()), ' ') +
            mode.summary + "\n";
  }
  return text +
         "\n'hansom-bench MODE --help' tells the options of one.\n\n"
         "Examples: hansom-bench engine --in-flight 1,64 --runs 3 --svg engine.svg\n"
         "          hansom-bench fanout --sockets 1000,10000\n"
         "          hansom-bench fill --data-dir big --events 1000000 --unsynced\n"
         "          hansom-bench replay --data-dir big\n";
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

/// Opened before anything is measured, so that a long run is not lost to a bad path.
std::ofstream drawing(const Mode& mode, const Arguments& given) {
  std::ofstream file;
  if (!given.has("svg")) return file;
  if (mode.plots.empty()) throw UsageError("--svg: " + mode.name + " draws nothing");
  file.open(given.text("svg"));
  if (!file) throw UsageError("--svg: can't write " + given.text("svg"));
  return file;
}

/// Whether an option is about what is measured, and not how that is shown.
bool measures(const std::string& option) { return option != "json" && option != "svg"; }

void run(const Mode& mode, const Arguments& given) {
  auto svg = drawing(mode, given);
  const Folder folder(given.folder());
  auto report = mode.run(given);
  std::ranges::copy_if(given.all(), std::back_inserter(report.options),
                       [](const auto& option) { return measures(option.first); });
  const auto machine = this_machine();
  std::cout << (given.has("json") ? as_json(report, machine) : as_table(report, machine));
  if (svg.is_open() && !(svg << as_svg(report, mode.plots, machine) << std::flush)) {
    throw std::runtime_error("can't write " + given.text("svg"));
  }
}

bool asks_for_help(const std::string& word) { return word == "--help" || word == "-h"; }

void run(const std::vector<std::string>& words) {
  if (words.empty()) throw UsageError("which mode?");
  if (words.front() == echo_server_mode) serve_echoes();
  if (words.front() == raw_writer_mode) write_raw();
  if (asks_for_help(words.front())) {
    std::cout << usage();
    return;
  }
  const auto known = modes();
  const auto mode = std::ranges::find(known, words.front(), &Mode::name);
  if (mode == known.end()) throw UsageError("there is no mode '" + words.front() + "'");
  const auto options = options_of(*mode);
  if (std::ranges::any_of(words, asks_for_help)) {
    std::cout << help(mode->name + " [OPTION...]", mode->summary, options);
    return;
  }
  run(*mode, Arguments(options, {words.begin() + 1, words.end()}));
}

int complain(const std::string& text, int exit_code) {
  std::cerr << "hansom-bench: " << text << std::endl;
  return exit_code;
}

}  // namespace
}  // namespace hansom::bench

int main(int argc, char** argv) {
  using namespace hansom::bench;
  try {
    run(std::vector<std::string>(argv + 1, argv + argc));
    return 0;
  } catch (const UsageError& error) {
    return complain(std::string(error.what()) + "; see --help", 2);
  } catch (const std::exception& error) {
    return complain(error.what(), 1);
  }
}
