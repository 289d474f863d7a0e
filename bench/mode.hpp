#pragma once

#include "bench/arguments.hpp"
#include "bench/report.hpp"

#include <string>
#include <vector>

namespace hansom::bench {

/// One thing that the bench can do. Each mode is a pair of files whose header declares a function
/// that returns its description; `main.cpp` holds the table of them, and adds the options that all
/// have.
struct Mode {
  std::string name;
  std::string summary;          ///< one line
  std::vector<Option> options;  ///< its own
  std::string runs;             ///< what `--runs` is by default; empty: nothing is repeated
  std::string seconds;          ///< the same of `--seconds`; empty: it takes as long as it takes
  std::vector<Plot> plots;      ///< for `--svg`; none: there is nothing to draw
  /// Checks what was given, throwing `UsageError`, then measures. Throws another `std::exception`
  /// where that fails.
  Report (*run)(const Arguments& given);
};

}  // namespace hansom::bench
