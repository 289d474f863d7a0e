#include "replay/times.hpp"

#include <regex>

namespace hansom::replay {

std::optional<Instant> read_time(std::string_view text) {
  static const std::regex form(
      R"((\d{4}-\d\d-\d\d))"
      R"((?:T(\d\d:\d\d)(:\d\d)?(?:[.,](\d{1,9}))?(Z|([+-])([01]\d|2[0-3])(?::?([0-5]\d))?))?)");
  std::match_results<std::string_view::const_iterator> part;
  if (!std::regex_match(text.begin(), text.end(), part, form)) return std::nullopt;
  const auto given = [&](int group, const char* otherwise) {
    return part[group].matched ? part[group].str() : otherwise;
  };
  const auto time = parse_iso(part[1].str() + "T" + given(2, "00:00") + given(3, ":00") + "." +
                              given(4, "0").substr(0, 6) + "Z");
  if (!time || !part[6].matched) return time;
  const auto offset =
      std::chrono::hours(std::stoi(part[7])) + std::chrono::minutes(std::stoi(given(8, "0")));
  return part[6] == "+" ? *time - offset : *time + offset;
}

std::expected<std::optional<Instant>, Failure> time_option(const Invocation& invocation,
                                                           const std::string& option) {
  if (!invocation.has(option)) return std::nullopt;
  const auto text = invocation.text(option);
  const auto time = read_time(text);
  if (time) return time;
  return wrong_use("--" + option + " is '" + text +
                   "', but must be ISO 8601 with its zone, as 2026-11-20T12:30:00Z");
}

}  // namespace hansom::replay
