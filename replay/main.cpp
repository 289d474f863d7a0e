// The audit tool: what happened to a booking, why, and whether the log is whole.

#include "replay/command_line.hpp"

#include <exception>
#include <iostream>

int main(int argc, char** argv) {
  auto console = hansom::replay::Console::standard();
  try {
    return hansom::replay::run(argc, argv, console);
  } catch (const std::exception& error) {
    std::cerr << "hansom-replay: " << error.what() << std::endl;
    return 1;
  }
}
