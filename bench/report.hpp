#pragma once

#include "bench/axis.hpp"

#include <string>
#include <utility>
#include <vector>

namespace hansom::bench {

/// Several runs of one measurement, or none where a row does not have it.
struct Sample {
  std::vector<double> runs;

  double median() const;
  double lowest() const;
  double highest() const;
};

/// The value that `share` (above 0, 1 at most) of the values do not exceed. REQUIRES: there are
/// some.
double quantile(std::vector<double> values, double share);

/// The machine and the build, which every report names.
struct Machine {
  std::string processor;
  unsigned cores = 0;
  std::string kernel;
  std::string build;
};
Machine this_machine();

/// One measured setting: what was set, and what came of it.
struct Row {
  std::vector<std::pair<std::string, std::string>> settings;
  std::vector<std::pair<std::string, Sample>> results;
};

struct Report {
  std::string mode;
  std::string setup;  ///< one line, for people
  std::vector<Row> rows;
  /// The command line's options as they were in force; `main.cpp` notes them.
  std::vector<std::pair<std::string, std::string>> options = {};
};

/// How some figures of a report are drawn. A row is a point where the setting `x` has a number on
/// it, or any word if there are categories; rows without the result are not drawn.
struct Plot {
  std::string title;
  std::string x;                         ///< the setting along the horizontal axis
  std::vector<std::string> results;      ///< the columns that are drawn, all of one unit
  std::string unit;                      ///< theirs
  std::vector<std::string> series = {};  ///< the settings that tell the lines apart
  Scale x_scale = Scale::logarithmic;
  Scale y_scale = Scale::linear;
};

/// The mode and its options, as they would be given again.
std::string command_line(const Report& report);
/// The machine in one line.
std::string in_words(const Machine& machine);

/// A table of medians with their ranges, where there was more than one run.
std::string as_table(const Report& report, const Machine& machine);
/// The same with every run, as one JSON object.
std::string as_json(const Report& report, const Machine& machine);

}  // namespace hansom::bench
