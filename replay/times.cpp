#include "replay/times.hpp"

#include <regex>

namespace hansom::replay {

std::optional<Instant> read_time(std::string_view text) {
  static const std::regex form(
      R"((\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d)(:\d\d(?:[.,]\d{1,6})?)?(Z|([+-])(\d\d):?(\d\d)))?)");
  std::match_results<std::string_view::const_iterator> part;
  if (!std::regex_match(text.begin(), text.end(), part, form)) return std::nullopt;
  const auto given = [&](int group, const char* otherwise) {
    return part[group].matched ? part[group].str() : otherwise;
  };
  auto seconds = given(3, ":00");
  if (const auto comma = seconds.find(','); comma != std::string::npos) seconds[comma] = '.';
  auto time = parse_iso(part[1].str() + "T" + given(2, "00:00") + seconds + "Z");
  if (!time || !part[5].matched) return time;
  const int hours = std::stoi(part[6]), minutes = std::stoi(part[7]);
  if (hours > 23 || minutes > 59) return std::nullopt;
  const auto offset = std::chrono::hours(hours) + std::chrono::minutes(minutes);
  return part[5] == "+" ? *time - offset : *time + offset;
}

std::expected<std::optional<Instant>, Failure> time_option(const Invocation& invocation,
                                                           const std::string& option) {
  if (!invocation.has(option)) return std::nullopt;
  const auto text = invocation.text(option);
  const auto time = read_time(text);
  if (time) return time;
  return wrong_use("--" + option + " is '" + text +
                   "', but must be ISO 8601, as 2026-11-20T12:30:00Z");
}

}  // namespace hansom::replay
