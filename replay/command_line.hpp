#pragma once

#include "replay/command.hpp"

#include <string>

namespace hansom::replay {

/// The options of a command, those that all share among them.
cxxopts::Options options_of(const Command& command);

/// Which commands there are.
std::string help();
/// What one command does, and an example.
std::string help(const Command& command);

/// Reads the command line and does what it says. Returns the process's exit code; what went wrong
/// is one line on standard error.
int run(int argc, const char* const* argv, Console& console);

}  // namespace hansom::replay
