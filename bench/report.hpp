#pragma once

#include <string>
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
};

/// A table of medians with their ranges, where there was more than one run.
std::string as_table(const Report& report, const Machine& machine);
/// The same with every run, as one JSON object.
std::string as_json(const Report& report, const Machine& machine);

}  // namespace hansom::bench
