#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hansom::bench {

/// What was asked for makes no sense: one line that names the option. The bench ends with 2.
struct UsageError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// An option of the command line, `--name VALUE`, or a flag, `--name`.
struct Option {
  std::string name;
  std::string help;
  std::string otherwise;  ///< its value where none is given; empty: it may be missing
  bool flag = false;
};

/// What was given on the command line, checked as it is asked for: each function throws
/// `UsageError` where the option is missing or is not what it has to be.
class Arguments {
 public:
  /// Takes apart what follows the mode's name. Throws `UsageError` for what is no option.
  Arguments(const std::vector<Option>& options, const std::vector<std::string>& words);

  /// Whether the option was given, or has a value all the same.
  bool has(const std::string& name) const { return values_.contains(name); }
  std::string text(const std::string& name) const;
  /// A whole number, 0 or above.
  std::uint64_t number(const std::string& name) const;
  /// A whole number above 0, or several with commas.
  std::size_t count(const std::string& name) const;
  std::vector<std::size_t> counts(const std::string& name) const;
  /// A number above 0, decimals allowed, or several with commas.
  double amount(const std::string& name) const;
  std::vector<double> amounts(const std::string& name) const;

  // The options that every mode has.

  int runs() const;
  /// How long one run is: `--seconds`, a millisecond at least.
  std::chrono::milliseconds measured() const;
  /// Where logs and servers' data are made, and removed again.
  std::filesystem::path folder() const;

  /// Every option that has a value, in the order in which the options are described.
  const std::vector<std::pair<std::string, std::string>>& all() const { return all_; }

 private:
  std::map<std::string, std::string> values_;
  std::vector<std::pair<std::string, std::string>> all_;
};

/// The options as `--help` shows them, behind `intro`.
std::string help(const std::string& usage, const std::string& intro,
                 const std::vector<Option>& options);

}  // namespace hansom::bench
