#include "replay/command_line.hpp"

#include "replay/manual.hpp"
#include "story/describe.hpp"

#include <algorithm>
#include <cstdlib>

namespace hansom::replay {
namespace {

constexpr std::string_view data_dir_flag = "--data-dir";

/// The server's own default, or what its environment says.
std::string default_data_dir() {
  const char* value = std::getenv("HANSOM_DATA_DIR");
  return value && *value ? value : "./data";
}

std::string usage(const Command& command) {
  return command.name + (command.argument.empty() ? "" : " " + command.argument) + " [OPTION...]";
}

int complain(Console& console, const std::string& text, int exit_code) {
  constexpr std::size_t characters_max = 2'000;
  console.err << "hansom-replay: " << plain(text, characters_max) << std::endl;
  return exit_code;
}

/// The place of the first word that is neither an option nor one's value: the command.
int place_of_command(int argc, const char* const* argv) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == data_dir_flag) {
      ++i;
    } else if (!word.starts_with('-')) {
      return i;
    }
  }
  return argc;
}

Outcome run(const Command& command, int argc, const char* const* argv, Console& console) {
  auto known = options_of(command);
  const auto given = known.parse(argc, argv);
  if (given.count("help")) {
    console.out << help(command);
    return {};
  }
  if (!given.unmatched().empty()) {
    return wrong_use("'" + given.unmatched().front() + "' is one word too many; see " +
                     command.name + " --help");
  }
  if (!command.argument.empty() && !given.count("argument")) {
    return wrong_use(command.name + " needs a " + command.argument + "; see " + command.name +
                     " --help");
  }
  if (given["data-dir"].as<std::string>().empty()) return wrong_use("--data-dir is empty");
  if (given.count("argument") && given["argument"].as<std::string>().empty()) {
    return wrong_use("the " + command.argument + " is empty");
  }
  catch_interrupts();
  auto outcome = command.run({given["data-dir"].as<std::string>(), given, console});
  if (outcome && !console.out.flush()) {
    return interrupted() ? was_interrupted() : fail("the output can't be written");
  }
  return outcome;
}

}  // namespace

cxxopts::Options options_of(const Command& command) {
  cxxopts::Options options("hansom-replay", "");
  options.custom_help(usage(command));
  options.positional_help("");
  command.add_options(options.add_options());
  auto add = options.add_options();
  add("data-dir", "the server's data folder [HANSOM_DATA_DIR]",
      cxxopts::value<std::string>()->default_value(default_data_dir()), "DIR");
  add("h,help", "say this");
  if (!command.argument.empty()) {
    options.add_options("argument")("argument", "", cxxopts::value<std::string>());
    options.parse_positional("argument");
  }
  return options;
}

std::string help() {
  std::size_t widest = 0;
  for (const auto& command : commands()) {
    widest = std::max(widest, command.name.size() + command.argument.size());
  }
  std::string text =
      "Explains and checks a Hansom log, also one that a server is writing.\n\n"
      "Usage:\n  hansom-replay [--data-dir DIR] COMMAND [OPTION...]\n\n"
      "COMMAND is one of these; each has a --help of its own:\n";
  for (const auto& command : commands()) {
    const auto call = command.name + " " + command.argument;
    text += "  " + call + std::string(widest + 3 - call.size(), ' ') + command.summary + "\n";
  }
  text +=
      "\nOptions:\n"
      "      --data-dir DIR  the server's data folder [HANSOM_DATA_DIR] (" +
      default_data_dir() +
      ")\n"
      "      --manual        print the manual page, for man(1)\n"
      "      --completion    print the completion, for bash\n"
      "      --version       say the version\n"
      "  -h, --help          say this\n\n"
      "Example: hansom-replay --data-dir ./data ls --status on_the_way\n";
  return text;
}

std::string help(const Command& command) {
  auto text = command.description + options_of(command).help({""});
  text += command.examples.size() > 1 ? "\nExamples:\n" : "\nExample:\n";
  for (const auto& example : command.examples) text += "  " + example + "\n";
  return text;
}

int run(int argc, const char* const* argv, Console& console) {
  const int place = place_of_command(argc, argv);
  if (place == argc) {
    const std::vector<std::string_view> words(argv + 1, argv + argc);
    const auto says = [&](std::string_view word) { return std::ranges::count(words, word) > 0; };
    if (says("--help") || says("-h")) {
      console.out << help();
    } else if (says("--version")) {
      console.out << "hansom-replay " HANSOM_VERSION "\n";
    } else if (says("--manual")) {
      console.out << manual_page();
    } else if (says("--completion")) {
      console.out << bash_completion();
    } else {
      return complain(console, "which command? see --help", 2);
    }
    return 0;
  }
  const auto& known = commands();
  const auto command = std::ranges::find(known, argv[place], &Command::name);
  if (command == known.end()) {
    return complain(console, "there is no command '" + std::string(argv[place]) + "'; see --help",
                    2);
  }
  // What stands before the command belongs to it, too.
  std::vector<const char*> words(argv, argv + argc);
  words.erase(words.begin() + place);
  try {
    const auto outcome = run(*command, static_cast<int>(words.size()), words.data(), console);
    return outcome ? 0 : complain(console, outcome.error().message, outcome.error().exit_code);
  } catch (const cxxopts::exceptions::exception& error) {
    return complain(console, std::string(error.what()) + "; see " + command->name + " --help", 2);
  }
}

}  // namespace hansom::replay
