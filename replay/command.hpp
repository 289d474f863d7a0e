#pragma once

#include "replay/console.hpp"
#include "story/describe.hpp"

#include <cxxopts.hpp>

#include <expected>
#include <filesystem>
#include <string>
#include <vector>

namespace hansom::replay {

using namespace story;  // what the tool shows is told by the floor below

/// Why a command did not do what was asked: one line, and the process's exit code.
struct Failure {
  std::string message;
  int exit_code = 1;  ///< 1: it failed, or found something wrong; 2: wrong use; 130: interrupted
};

using Outcome = std::expected<void, Failure>;

inline std::unexpected<Failure> fail(std::string message) {
  return std::unexpected(Failure{std::move(message)});
}
inline std::unexpected<Failure> wrong_use(std::string message) {
  return std::unexpected(Failure{std::move(message), 2});
}

/// The user wants no more of it.
inline std::unexpected<Failure> was_interrupted() {
  return std::unexpected(Failure{"interrupted", 130});
}

/// The end of work that stops when the user wants no more of it.
inline Outcome unless_interrupted() {
  if (interrupted()) return was_interrupted();
  return {};
}

/// What a command was called with.
struct Invocation {
  std::filesystem::path data_dir;
  const cxxopts::ParseResult& given;
  Console& console;

  bool has(const std::string& option) const { return given.count(option) > 0; }
  /// REQUIRES: the option was given.
  std::string text(const std::string& option) const { return given[option].as<std::string>(); }
  /// The command's own argument, where it has one.
  std::string argument() const { return text("argument"); }
};

/// One of the tool's commands. From this its help, its part of the manual and its completion are
/// made.
struct Command {
  std::string name;
  std::string argument;     ///< what it is about, as `BOOKING`; empty where it takes none
  std::string summary;      ///< for the list of commands
  std::string description;  ///< for its help; paragraphs
  std::vector<std::string> examples;
  void (*add_options)(cxxopts::OptionAdder&& add);
  Outcome (*run)(const Invocation& invocation);
};

/// All commands, in the order in which they are listed.
const std::vector<Command>& commands();

}  // namespace hansom::replay
