#pragma once

#include <stdexcept>

namespace hansom::simulation {

/// Something that must never be. The message is one line.
struct Violation : std::runtime_error {
  using runtime_error::runtime_error;
};

}  // namespace hansom::simulation
