// The audit tool. It reads a data folder, live or not, and never writes to it.

#include "replay/verify.hpp"

#include <cxxopts.hpp>

#include <iostream>
#include <string>

namespace hansom::replay {
namespace {

cxxopts::Options options() {
  cxxopts::Options options(
      "hansom-replay",
      "Explains and checks a Hansom log.\n\n"
      "COMMAND is:\n"
      "  verify   walks the whole log: hashes, numbers, every event; exit 1 and "
      "the first bad\n           position where something is wrong\n\n"
      "Example: hansom-replay --data-dir ./data verify\n");
  options.custom_help("[--data-dir DIR] COMMAND");
  auto add = options.add_options();
  add("data-dir", "the server's data folder",
      cxxopts::value<std::string>()->default_value("./data"));
  add("h,help", "say this");
  add("command", "", cxxopts::value<std::string>());
  options.parse_positional("command");
  return options;
}

int complain(const std::string& text, int exit_code) {
  std::cerr << "hansom-replay: " << text << std::endl;
  return exit_code;
}

int run(int argc, char** argv) {
  auto known = options();
  const auto given = known.parse(argc, argv);
  if (given.count("help")) {
    std::cout << known.help();
    return 0;
  }
  if (!given.unmatched().empty()) {
    return complain("'" + given.unmatched().front() + "' is one word too many; see --help", 2);
  }
  if (!given.count("command")) return complain("which command? see --help", 2);
  const auto command = given["command"].as<std::string>();
  if (command != "verify") return complain("there is no command '" + command + "'; see --help", 2);

  const auto verified = verify(given["data-dir"].as<std::string>());
  if (!verified) return complain(verified.error(), 1);
  std::cout << "verified: " << verified->events << " events in " << verified->streams
            << " streams\n";
  return 0;
}

}  // namespace
}  // namespace hansom::replay

int main(int argc, char** argv) {
  using hansom::replay::complain;
  try {
    return hansom::replay::run(argc, argv);
  } catch (const cxxopts::exceptions::exception& error) {
    return complain(std::string(error.what()) + "; see --help", 2);
  }
}
