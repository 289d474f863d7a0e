#include "events/event_codec.hpp"
#include "events/event_schema.hpp"
#include "replay/commands/commands.hpp"
#include "replay/reading.hpp"
#include "replay/times.hpp"
#include "story/describe.hpp"

#include <algorithm>
#include <thread>

namespace hansom::replay {
namespace {

/// How soon an event that was written is shown.
constexpr std::chrono::milliseconds look_interval{100};
constexpr std::uint64_t shown_at_first = 10;

void print(const Envelope& envelope, bool json, Console& console) {
  if (json) {
    std::string line;
    encode(envelope, line);
    console.out << line << '\n';
    return;
  }
  console.out << console.painted(Colour::dim, shown(envelope.at)) << "  #"
              << envelope.position.value << "  " << to_string(envelope.stream) << "  "
              << console.painted(Colour::bold, type_of(envelope.event)) << "  by "
              << to_string(envelope.actor) << "  " << describe(envelope.event) << '\n';
}

Outcome run(const Invocation& invocation) {
  const auto lines = number_option(invocation, "lines");
  if (!lines) return std::unexpected(lines.error());
  const auto log = open_log(invocation);
  if (!log) return std::unexpected(log.error());
  auto& console = invocation.console;
  const bool json = invocation.has("json");
  const auto end = (*log)->end().value;
  Position next{end - std::min(lines->value_or(shown_at_first), end) + 1};
  const auto print_new = [&]() -> Outcome {
    const auto read = (*log)->read(next, [&](const Envelope& envelope) {
      print(envelope, json, console);
      next = {envelope.position.value + 1};
      return !interrupted();
    });
    console.out.flush();
    if (!read) return fail(read.error());
    if (interrupted() && !invocation.has("follow")) return was_interrupted();
    return {};
  };
  auto printed = print_new();
  while (printed && invocation.has("follow") && !interrupted() && console.out) {
    std::this_thread::sleep_for(look_interval);
    if (const auto caught_up = (*log)->catch_up(); !caught_up) return fail(caught_up.error());
    printed = print_new();
  }
  return printed;
}

}  // namespace

Command tail_command() {
  return {
      "tail",
      "",
      "the last events, and those to come as they are written",
      "Prints the last events of the log, a line each; with --follow those that come, too,\n"
      "until it is interrupted. Of a live log an event may be shown a moment before the server\n"
      "has told anybody.\n",
      {"hansom-replay tail --follow", "hansom-replay tail -n 1000 --json | jq -r .type"},
      [](cxxopts::OptionAdder&& add) {
        add("f,follow", "go on with what is written from now on");
        add("n,lines", "how many of the last events to begin with (10)",
            cxxopts::value<std::string>(), "N");
        add("json", "the events as they stand in the log");
      },
      run};
}

}  // namespace hansom::replay
