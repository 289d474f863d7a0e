#include "bench/arguments.hpp"

#include <cxxopts.hpp>

#include <charconv>
#include <cmath>

namespace hansom::bench {
namespace {

constexpr int runs_max = 1'000;
constexpr double seconds_max = 86'400;

cxxopts::Options described(const std::string& usage, const std::string& intro,
                           const std::vector<Option>& options) {
  cxxopts::Options described("hansom-bench", intro);
  described.custom_help(usage);
  auto add = described.add_options();
  for (const auto& option : options) {
    const auto value = cxxopts::value<std::string>();
    if (option.flag) {
      add(option.name, option.help);
    } else if (option.otherwise.empty()) {
      add(option.name, option.help, value);
    } else {
      add(option.name, option.help, value->default_value(option.otherwise));
    }
  }
  return described;
}

[[noreturn]] void refuse(const std::string& name, const std::string& expected,
                         const std::string& given) {
  throw UsageError("--" + name + " takes " + expected + ", not '" + given + "'");
}

/// All of the text as a number, which lies above `over` and can be told from infinity.
template <typename Number>
Number parsed(const std::string& name, const std::string& text, const char* expected,
              Number least) {
  Number value{};
  const auto end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  bool good = error == std::errc() && stop == end && value >= least;
  if constexpr (std::is_floating_point_v<Number>) good = good && std::isfinite(value) && value > 0;
  if (!good) refuse(name, expected, text);
  return value;
}

std::vector<std::string> parts(const std::string& text) {
  std::vector<std::string> parts(1);
  for (const char next : text) {
    if (next == ',') {
      parts.emplace_back();
    } else {
      parts.back() += next;
    }
  }
  return parts;
}

constexpr const char* whole = "a whole number above 0";
constexpr const char* above_0 = "a number above 0";

}  // namespace

Arguments::Arguments(const std::vector<Option>& options,
                     const std::vector<std::string>& words) try {
  std::vector<const char*> pointers{"hansom-bench"};
  for (const auto& word : words) pointers.push_back(word.c_str());
  auto known = described({}, {}, options);
  const auto given = known.parse(static_cast<int>(pointers.size()), pointers.data());
  if (!given.unmatched().empty()) {
    throw UsageError("'" + given.unmatched().front() + "' is no option");
  }
  for (const auto& [name, help, otherwise, flag] : options) {
    if (!given.count(name) && otherwise.empty()) continue;
    values_[name] = flag ? "yes" : given[name].as<std::string>();
    all_.emplace_back(name, values_[name]);
  }
} catch (const cxxopts::exceptions::exception& error) {
  throw UsageError(error.what());
}

std::string Arguments::text(const std::string& name) const {
  const auto value = values_.find(name);
  if (value == values_.end() || value->second.empty())
    throw UsageError("--" + name + " is missing");
  return value->second;
}

std::uint64_t Arguments::number(const std::string& name) const {
  return parsed<std::uint64_t>(name, text(name), "a whole number", 0);
}

std::size_t Arguments::count(const std::string& name) const {
  return parsed<std::size_t>(name, text(name), whole, 1);
}

std::vector<std::size_t> Arguments::counts(const std::string& name) const {
  std::vector<std::size_t> counts;
  for (const auto& part : parts(text(name)))
    counts.push_back(parsed<std::size_t>(name, part, whole, 1));
  return counts;
}

double Arguments::amount(const std::string& name) const {
  return parsed<double>(name, text(name), above_0, 0);
}

std::vector<double> Arguments::amounts(const std::string& name) const {
  std::vector<double> amounts;
  for (const auto& part : parts(text(name)))
    amounts.push_back(parsed<double>(name, part, above_0, 0));
  return amounts;
}

int Arguments::runs() const {
  const auto runs = count("runs");
  if (runs > runs_max) refuse("runs", "at most " + std::to_string(runs_max), text("runs"));
  return static_cast<int>(runs);
}

std::chrono::milliseconds Arguments::measured() const {
  const double seconds = amount("seconds");
  if (seconds < 0.001 || seconds > seconds_max) {
    refuse("seconds", "0.001 to " + std::to_string(static_cast<int>(seconds_max)), text("seconds"));
  }
  return std::chrono::milliseconds(std::lround(seconds * 1000));
}

std::filesystem::path Arguments::folder() const { return text("folder"); }

std::string help(const std::string& usage, const std::string& intro,
                 const std::vector<Option>& options) {
  return described(usage, intro, options).help();
}

}  // namespace hansom::bench
