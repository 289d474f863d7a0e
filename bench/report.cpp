#include "bench/report.hpp"

#include <rapidjson/prettywriter.h>
#include <rapidjson/stringbuffer.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <sys/utsname.h>
#include <thread>

namespace hansom::bench {
namespace {

/// Three significant digits, thousands set apart by a space.
std::string readable(double value) {
  if (value == 0) return "0";
  const int decimals = std::max(0, 2 - static_cast<int>(std::floor(std::log10(std::abs(value)))));
  std::array<char, 64> text;
  const int length = std::snprintf(text.data(), text.size(), "%.*f", decimals, value);
  return thousands_apart({text.data(), static_cast<std::size_t>(length)});
}

std::string padded(const std::string& text, std::size_t width) {
  return std::string(width > text.size() ? width - text.size() : 0, ' ') + text;
}

std::string range_of(const Sample& sample) {
  if (sample.runs.empty()) return "";
  return "(" + readable(sample.lowest()) + " .. " + readable(sample.highest()) + ")";
}

/// Whether a column has more than one run anywhere, and so ranges.
bool has_ranges(const Report& report, std::size_t column) {
  return std::ranges::any_of(
      report.rows, [&](const Row& row) { return row.results[column].second.runs.size() > 1; });
}

}  // namespace

double Sample::median() const {
  auto sorted = runs;
  std::sort(sorted.begin(), sorted.end());
  const auto middle = sorted.size() / 2;
  return sorted.size() % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

double Sample::lowest() const { return *std::min_element(runs.begin(), runs.end()); }

double Sample::highest() const { return *std::max_element(runs.begin(), runs.end()); }

double quantile(std::vector<double> values, double share) {
  const auto rank = std::ceil(share * static_cast<double>(values.size()));
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(rank) - 1;
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

Machine this_machine() {
  Machine machine;
  machine.cores = std::thread::hardware_concurrency();
  std::ifstream cpu_info("/proc/cpuinfo");
  for (std::string line; std::getline(cpu_info, line);) {
    if (line.starts_with("model name")) {
      machine.processor = line.substr(line.find(':') + 2);
      break;
    }
  }
  utsname names{};
  if (uname(&names) == 0) machine.kernel = std::string(names.sysname) + " " + names.release;
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  machine.build = "with sanitizers: the figures mean nothing";
#elif defined(__OPTIMIZE__)
  machine.build = "optimised";
#else
  machine.build = "not optimised: the figures mean nothing";
#endif
  machine.build += ", g++ " __VERSION__;
  return machine;
}

std::string command_line(const Report& report) {
  std::string line = report.mode;
  for (const auto& [name, value] : report.options) {
    line += " --" + name + (value == "yes" ? "" : " " + value);
  }
  return line;
}

std::string in_words(const Machine& machine) {
  return machine.processor + ", " + std::to_string(machine.cores) + " cores, " + machine.kernel +
         "; " + machine.build;
}

std::string as_table(const Report& report, const Machine& machine) {
  std::vector<std::vector<std::string>> lines(1);
  for (const auto& [name, value] : report.rows.front().settings) lines[0].push_back(name);
  const auto& columns = report.rows.front().results;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    lines[0].push_back(columns[i].first);
    if (has_ranges(report, i)) lines[0].push_back("(range)");
  }
  for (const auto& row : report.rows) {
    auto& line = lines.emplace_back();
    for (const auto& [name, value] : row.settings) line.push_back(value);
    for (std::size_t i = 0; i < row.results.size(); ++i) {
      const auto& sample = row.results[i].second;
      line.push_back(sample.runs.empty() ? "-" : readable(sample.median()));
      if (has_ranges(report, i)) line.push_back(range_of(sample));
    }
  }
  std::vector<std::size_t> widths(lines[0].size());
  for (const auto& line : lines) {
    for (std::size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], line[i].size());
  }

  std::string text = "hansom-bench " + report.mode + ": " + report.setup + "\nhansom-bench " +
                     command_line(report) + "\n" + in_words(machine) + "\n\n";
  for (const auto& line : lines) {
    for (std::size_t i = 0; i < line.size(); ++i)
      text += (i ? "  " : "") + padded(line[i], widths[i]);
    text += "\n";
  }
  return text;
}

std::string as_json(const Report& report, const Machine& machine) {
  rapidjson::StringBuffer buffer;
  rapidjson::PrettyWriter<rapidjson::StringBuffer> writer(buffer);
  writer.SetIndent(' ', 2);
  const auto member = [&](const char* name, const std::string& value) {
    writer.Key(name);
    writer.String(value);
  };
  writer.StartObject();
  member("mode", report.mode);
  member("setup", report.setup);
  writer.Key("options");
  writer.StartObject();
  for (const auto& [name, value] : report.options) member(name.c_str(), value);
  writer.EndObject();
  writer.Key("machine");
  writer.StartObject();
  member("processor", machine.processor);
  writer.Key("cores");
  writer.Uint(machine.cores);
  member("kernel", machine.kernel);
  member("build", machine.build);
  writer.EndObject();
  writer.Key("rows");
  writer.StartArray();
  for (const auto& row : report.rows) {
    writer.StartObject();
    for (const auto& [name, value] : row.settings) member(name.c_str(), value);
    for (const auto& [name, sample] : row.results) {
      if (sample.runs.empty()) continue;
      writer.Key(name);
      writer.StartObject();
      writer.Key("median");
      writer.Double(sample.median());
      writer.Key("runs");
      writer.StartArray();
      for (const double run : sample.runs) writer.Double(run);
      writer.EndArray();
      writer.EndObject();
    }
    writer.EndObject();
  }
  writer.EndArray();
  writer.EndObject();
  return std::string(buffer.GetString(), buffer.GetSize()) + "\n";
}

}  // namespace hansom::bench
