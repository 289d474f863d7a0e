#include "engine/booking_lists.hpp"
#include "net/dialects/wire_renderer.hpp"
#include "replay/commands/commands.hpp"
#include "replay/reading.hpp"
#include "replay/times.hpp"
#include "story/snapshots.hpp"
#include "story/story.hpp"

namespace hansom::replay {
namespace {

/// The position that the options mean.
std::expected<Position, Failure> wanted_position(const Invocation& invocation,
                                                 std::span<const Envelope> events) {
  const auto position = number_option(invocation, "position");
  if (!position) return std::unexpected(position.error());
  const auto time = time_option(invocation, "time");
  if (!time) return std::unexpected(time.error());
  if (position->has_value() == time->has_value()) {
    return wrong_use("at needs either --time or --position");
  }
  if (*position) return Position{**position};
  Position last;
  for (const auto& envelope : events) {
    if (envelope.at <= **time) last = envelope.position;
  }
  return last;
}

Outcome run(const Invocation& invocation) {
  const auto log = open_log(invocation);
  if (!log) return std::unexpected(log.error());
  const auto events = booking_events(**log, invocation);
  if (!events) return std::unexpected(events.error());
  const auto position = wanted_position(invocation, *events);
  if (!position) return std::unexpected(position.error());
  if (invocation.has("position") && *position > (*log)->end()) {
    return fail("the log ends at position " + std::to_string((*log)->end().value));
  }
  const auto booking = booking_at(*events, *position);
  if (booking.status == BookingStatus::none) {
    return fail("there was no such booking then: it was requested at " + shown(events->front().at) +
                ", position " + std::to_string(events->front().position.value));
  }
  const net::WireRenderer renderer(public_url(invocation));
  const auto shown_then = snapshots(booking, renderer);
  for (const auto& [to, frame] : shown_then) {
    invocation.console.out << name_of(to.side) << '\t' << to.text() << '\t' << *frame << '\n';
  }
  if (shown_then.empty()) {
    invocation.console.err << "the ride was over then, and nobody was shown it any more\n";
  }
  return {};
}

}  // namespace

Command at_command() {
  return {
      "at",
      "BOOKING",
      "the snapshot of a booking as it was then, as each side would have been answered",
      "Prints what each side would have been shown of the booking at that moment: in the taxi\n"
      "protocol the answer to resync with its booking_id, on campus what a socket is greeted\n"
      "with while the ride is pending or accepted. A line for each side that has to do with it,\n"
      "separated by tabs: driver or customer, the account (* is every connected driver), the\n"
      "frame.\n",
      {"hansom-replay at 0d8f1a52-6f0f-4a3e-8f6b-0b8a4f6b2c77 --time 2026-11-20T08:31:07Z",
       "hansom-replay at 0d8f1a52-6f0f-4a3e-8f6b-0b8a4f6b2c77 --position 98 | cut -f3"},
      [](cxxopts::OptionAdder&& add) {
        add("time", "after all events up to this time", cxxopts::value<std::string>(), "TIME");
        add("position", "after the event at this position of the log, or the last one before it",
            cxxopts::value<std::string>(), "N");
      },
      run};
}

}  // namespace hansom::replay
