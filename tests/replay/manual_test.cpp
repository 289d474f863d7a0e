#include "replay/manual.hpp"

#include "replay/command_line.hpp"
#include "tests/support/tool.hpp"

#include <catch2/catch.hpp>

#include <regex>

namespace hansom::replay {
namespace {

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// A word as roff has it.
std::string in_roff(const std::string& word) {
  return std::regex_replace(word, std::regex("-"), "\\-");
}

std::vector<std::string> options_of_command(const Command& command) {
  std::vector<std::string> names;
  const auto known = options_of(command);
  for (const auto& option : known.group_help("").options) {
    names.push_back("--" + option.l.front());
  }
  return names;
}

/// The part of a text from one mark to the next one of these.
std::string section(const std::string& text, const std::string& begin, const std::string& end) {
  const auto from = text.find(begin);
  REQUIRE(from != std::string::npos);
  return text.substr(from, text.find(end, from + begin.size()) - from);
}

}  // namespace

TEST_CASE("every command says what it is about, with an example of itself", "[replay]") {
  REQUIRE(commands().size() == 13);
  for (const auto& command : commands()) {
    INFO(command.name);
    CHECK_FALSE(command.summary.empty());
    CHECK(command.description.ends_with(".\n"));
    REQUIRE_FALSE(command.examples.empty());
    for (const auto& example : command.examples) {
      CHECK(has(example, "hansom-replay"));
      CHECK(has(example, command.name));
    }
    std::istringstream lines(help(command));
    for (std::string line; std::getline(lines, line);) CHECK(line.size() <= 100);
  }
}

TEST_CASE("the help names every command, and a command's help every option", "[replay]") {
  const auto all = help();
  for (const auto& command : commands()) {
    INFO(command.name);
    CHECK(has(all, "\n  " + command.name + " "));
    CHECK(has(all, command.summary));
    const auto text = help(command);
    const auto options = options_of_command(command);
    CHECK(options.size() >= 2);
    for (const auto& option : options) CHECK(has(text, option));
    CHECK(has(text, command.description));
    if (!command.argument.empty()) CHECK(has(text, command.name + " " + command.argument));
  }
}

TEST_CASE("the manual names every command with every option", "[replay]") {
  const auto manual = manual_page();
  CHECK(manual.starts_with(".TH HANSOM\\-REPLAY 1 "));
  for (const auto& command : commands()) {
    INFO(command.name);
    const auto text = section(manual, "\n.SS " + in_roff(command.name), "\n.S");
    for (const auto& option : options_of_command(command)) CHECK(has(text, in_roff(option)));
    for (const auto& example : command.examples) {
      CHECK(has(text, ".EX\n" + in_roff(example) + "\n.EE"));
    }
  }
  for (const auto* code : {"0", "1", "2", "130"}) {
    CHECK(has(manual, ".TP\n.B " + std::string(code) + "\n"));
  }
  for (const auto* variable : {"HANSOM_DATA_DIR", "HANSOM_PUBLIC_URL", "NO_COLOR"}) {
    CHECK(has(manual, std::string(".B ") + variable + "\n"));
  }
}

TEST_CASE("a line of the manual is a request only where it is one of ours", "[replay]") {
  std::istringstream lines(manual_page());
  const std::regex request(R"(\.(TH|SH|SS|TP|B|PP|EX|EE)( .*)?)");
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with('.') && !line.starts_with('\'')) continue;
    INFO(line);
    CHECK(std::regex_match(line, request));
  }
}

TEST_CASE("the completion knows every command with every option", "[replay]") {
  const auto script = bash_completion();
  const auto first_words = section(script, "'') words='", "' ;;") + " ";
  for (const auto& command : commands()) {
    INFO(command.name);
    CHECK(has(first_words.substr(11) + " ", command.name + " "));
    const auto words = section(script, "    " + command.name + ") words='", "' ;;") + " ";
    for (const auto& option : options_of_command(command)) {
      CHECK((has(words, "'" + option + " ") || has(words, " " + option + " ")));
    }
  }
  for (const auto* word : {"--data-dir", "--help", "--version", "--manual", "--completion"}) {
    CHECK(has(first_words, std::string(" ") + word));
  }
}

TEST_CASE("the completion completes in a shell", "[replay]") {
  const TempFolder folder;
  write_file(folder / "completion", bash_completion());
  const auto complete = [&](const std::string& words) {
    const auto script = ". " + (folder / "completion").string() + "; COMP_WORDS=(" + words +
                        "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _hansom_replay; "
                        "echo ${COMPREPLY[@]} > " +
                        (folder / "said").string();
    REQUIRE(std::system(("bash -c '" + script + "'").c_str()) == 0);
    auto said = read_file(folder / "said");
    said.pop_back();
    return said;
  };
  CHECK(complete("hansom-replay ver") == "verify");
  CHECK(complete("hansom-replay re") == "rebuild restore");
  CHECK(complete("hansom-replay --data-dir x ls --st") == "--status");
  CHECK(complete("hansom-replay ls --status on") == "on_the_way");
  CHECK(complete("hansom-replay stats --by d") == "day driver");
  CHECK(complete("hansom-replay seen --by d") == "driver");
  CHECK(complete("hansom-replay export --format c") == "csv");
}

}  // namespace hansom::replay
