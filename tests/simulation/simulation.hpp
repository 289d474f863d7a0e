#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace hansom::simulation {

/// What one seed came to.
struct Run {
  std::optional<std::string> violation;  ///< one line
  std::uint64_t trace_hash = 0;
  std::chrono::microseconds simulated{};
  std::uint64_t events = 0;
  std::uint64_t frames = 0;
  std::uint64_t crashes = 0;
  std::uint64_t log_failures = 0;
  std::uint64_t refusals = 0;  ///< as SERVER_BUSY
};

/// Lets people ride, talk, misbehave, drop and come back on a server whose disk, network and power
/// fail, all as the seed has it; then lets all calm down, and looks whether anything is missing.
/// With `traced` all that happens is printed.
Run run(std::uint64_t seed, bool traced = false);

}  // namespace hansom::simulation
