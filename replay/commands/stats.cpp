#include "replay/commands/commands.hpp"
#include "replay/reading.hpp"
#include "replay/statistics.hpp"
#include "replay/table.hpp"
#include "replay/times.hpp"
#include "story/describe.hpp"

#include <rapidjson/ostreamwrapper.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <cstdio>

namespace hansom::replay {
namespace {

using Tallies = std::map<std::string, Tally>;

/// As a heading: `timed out`.
std::string heading(std::string_view name) {
  std::string text(name);
  std::ranges::replace(text, '_', ' ');
  return text;
}

/// What a row is of, and what a driver is called.
std::string label_of(const Tallies::value_type& tally) {
  return tally.second.name.empty() ? tally.first : tally.first + " " + plain(tally.second.name, 24);
}

void print_counts(const Tallies& tallies, Console& console) {
  std::vector<std::string> headings{"events"};
  for (const auto& name : count_names) headings.push_back(heading(name));
  Table table(std::move(headings));
  for (const auto& tally : tallies) {
    std::vector<std::string> row{label_of(tally)};
    for (std::size_t i = 0; i < count_names.size(); ++i) {
      row.push_back(std::to_string(tally.second.of(static_cast<Count>(i))));
    }
    table.add(std::move(row));
  }
  table.print(console);
}

std::string in_seconds(double seconds) {
  char text[32];
  std::snprintf(text, sizeof text, seconds < 100 ? "%.2f" : "%.0f", seconds);
  return text;
}

void print_times(const Tallies& tallies, Console& console) {
  std::vector<std::string> headings{"seconds from the request, p50/p90/p99"};
  for (const auto& name : milestone_names) headings.push_back(heading(name));
  Table table(std::move(headings));
  for (const auto& tally : tallies) {
    std::vector<std::string> row{label_of(tally)};
    for (std::size_t i = 0; i < milestone_names.size(); ++i) {
      const auto milestone = static_cast<Milestone>(i);
      if (tally.second.timed(milestone) == 0) {
        row.push_back("-");
        continue;
      }
      const auto times = tally.second.percentiles(milestone);
      row.push_back(in_seconds(times.p50_s) + "/" + in_seconds(times.p90_s) + "/" +
                    in_seconds(times.p99_s));
    }
    table.add(std::move(row));
  }
  table.print(console);
}

/// What few figures are shown as: one below the other.
void print_all(const Tally& tally, Console& console) {
  Table counts({"events", ""});
  for (std::size_t i = 0; i < count_names.size(); ++i) {
    counts.add({heading(count_names[i]), std::to_string(tally.of(static_cast<Count>(i)))});
  }
  counts.print(console);
  Table times({"seconds from the request", "p50", "p90", "p99"});
  for (std::size_t i = 0; i < milestone_names.size(); ++i) {
    const auto milestone = static_cast<Milestone>(i);
    if (tally.timed(milestone) == 0) continue;
    const auto [p50_s, p90_s, p99_s] = tally.percentiles(milestone);
    times.add(
        {heading(milestone_names[i]), in_seconds(p50_s), in_seconds(p90_s), in_seconds(p99_s)});
  }
  console.out << '\n';
  times.print(console);
}

/// `{"of":"2026-11-20","requested":5,..,"seconds":{"assigned":{"n":5,"p50":0.1,..},..}}` a line.
void print_json(const Tallies& tallies, Console& console) {
  for (const auto& [label, tally] : tallies) {
    rapidjson::OStreamWrapper out(console.out);
    rapidjson::Writer<rapidjson::OStreamWrapper> json(out);
    const auto key = [&](std::string_view name) {
      json.Key(name.data(), static_cast<rapidjson::SizeType>(name.size()));
    };
    json.SetMaxDecimalPlaces(6);
    json.StartObject();
    json.Key("of");
    json.String(label);
    if (!tally.name.empty()) {
      json.Key("name");
      json.String(tally.name);
    }
    for (std::size_t i = 0; i < count_names.size(); ++i) {
      key(count_names[i]);
      json.Uint64(tally.of(static_cast<Count>(i)));
    }
    json.Key("seconds");
    json.StartObject();
    for (std::size_t i = 0; i < milestone_names.size(); ++i) {
      const auto milestone = static_cast<Milestone>(i);
      if (tally.timed(milestone) == 0) continue;
      const auto times = tally.percentiles(milestone);
      key(milestone_names[i]);
      json.StartObject();
      json.Key("n");
      json.Uint64(tally.timed(milestone));
      json.Key("p50");
      json.Double(times.p50_s);
      json.Key("p90");
      json.Double(times.p90_s);
      json.Key("p99");
      json.Double(times.p99_s);
      json.EndObject();
    }
    json.EndObject();
    json.EndObject();
    console.out << '\n';
  }
}

void print(const Tallies& tallies, Console& console) {
  if (tallies.size() == 1 && tallies.begin()->first == "all")
    return print_all(tallies.begin()->second, console);
  print_counts(tallies, console);
  console.out << '\n';
  print_times(tallies, console);
}

std::expected<SplitBy, Failure> split_of(const Invocation& invocation) {
  if (!invocation.has("by")) return SplitBy::nothing;
  const auto by = invocation.text("by");
  if (by == "hour") return SplitBy::hour;
  if (by == "day") return SplitBy::day;
  if (by == "driver") return SplitBy::driver;
  return wrong_use("--by is '" + by + "', but must be hour, day or driver");
}

Outcome run(const Invocation& invocation) {
  const auto split_by = split_of(invocation);
  if (!split_by) return std::unexpected(split_by.error());
  const auto since = time_option(invocation, "since");
  if (!since) return std::unexpected(since.error());
  const auto until = time_option(invocation, "until");
  if (!until) return std::unexpected(until.error());
  const auto log = open_log(invocation);
  if (!log) return std::unexpected(log.error());
  std::expected<Position, Failure> from = Position{1};
  if (*since) from = first_at(**log, **since);
  if (!from) return std::unexpected(from.error());

  auto& console = invocation.console;
  Statistics statistics(*split_by);
  const auto walked = walk(**log, *from, console, "counting", [&](const Envelope& envelope) {
    if (*until && envelope.at >= **until) return false;
    statistics.take(envelope);
    return true;
  });
  if (!walked) return walked;
  if (invocation.has("json")) {
    print_json(statistics.tallies(), console);
  } else {
    print(statistics.tallies(), console);
  }
  return {};
}

}  // namespace

Command stats_command() {
  return {
      "stats",
      "",
      "how many bookings went which way, and how long it took",
      "Counts what happened to bookings, and shows how long it took from the request until the\n"
      "first driver was asked (assigned), the first one answered (offered), the ride was on\n"
      "(accepted), the promised pickup (picked: the driver's arrival time or the scheduled one,\n"
      "as the protocols do not say when it really was), and the end (completed). An event counts\n"
      "in its own hour or day, or with its driver. Only bookings requested since --since count.\n",
      {"hansom-replay stats --by day --since 2026-11-01",
       "hansom-replay stats --by driver --json | jq 'select(.declined > 10)'"},
      [](cxxopts::OptionAdder&& add) {
        add("by", "a row for each: hour, day or driver", cxxopts::value<std::string>(), "WHAT");
        add("since", "from this time on", cxxopts::value<std::string>(), "TIME");
        add("until", "up to this time, and not at it", cxxopts::value<std::string>(), "TIME");
        add("json", "for machines: one JSON object a row");
      },
      run};
}

}  // namespace hansom::replay
