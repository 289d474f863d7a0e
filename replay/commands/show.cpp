#include "events/event_schema.hpp"
#include "net/dialects/wire_renderer.hpp"
#include "replay/commands/commands.hpp"
#include "replay/diagram.hpp"
#include "replay/reading.hpp"
#include "replay/times.hpp"
#include "story/describe.hpp"
#include "story/names.hpp"
#include "story/sent_json.hpp"
#include "story/story.hpp"

#include <iomanip>

namespace hansom::replay {
namespace {

std::string receiver_text(const Receiver& to, const Names& names) {
  if (!to.account) return to.other_than ? "every other connected driver" : "every connected driver";
  return std::string(name_of(to.side)) + " " + names.of(*to.account);
}

void print(const Moment& moment, Instant began, const Names& names, Console& console) {
  const auto& envelope = moment.envelope;
  const auto since_s = std::chrono::duration<double>(envelope.at - began).count();
  auto& out = console.out;
  out << console.painted(Colour::dim, shown(envelope.at)) << "  +" << std::fixed
      << std::setprecision(3) << since_s << " s  #" << envelope.position.value << "  "
      << console.painted(Colour::bold, type_of(envelope.event)) << "  by "
      << names.of(envelope.actor) << '\n';
  if (const auto words = describe(envelope.event); !words.empty()) out << "    " << words << '\n';
  for (const auto& [to, frame] : moment.sent) {
    out << "    " << console.painted(Colour::blue, "-> " + type_of_frame(*frame)) << " to "
        << receiver_text(to, names) << '\n';
  }
}

/// An event that is not a booking's.
void print(const Envelope& envelope, const Names& names, Console& console) {
  console.out << console.painted(Colour::dim, shown(envelope.at)) << "  #"
              << envelope.position.value << "  "
              << console.painted(Colour::bold, type_of(envelope.event)) << "  by "
              << names.of(envelope.actor) << "  " << describe(envelope.event) << '\n';
}

Outcome run(const Invocation& invocation) {
  auto& console = invocation.console;
  const auto stream = stream_argument(invocation);
  if (!stream) return std::unexpected(stream.error());
  if (invocation.has("diagram") && invocation.has("json")) {
    return wrong_use("show gives either --json or --diagram");
  }
  const auto log = open_log(invocation);
  if (!log) return std::unexpected(log.error());
  const auto events = events_of(**log, *stream);
  if (!events) return std::unexpected(events.error());
  const bool is_booking = stream->kind == StreamKind::booking;
  if (invocation.has("diagram") && !is_booking) return wrong_use("only bookings have a diagram");
  const net::WireRenderer renderer(public_url(invocation));
  const Names names(**log, *events);
  if (invocation.has("diagram")) {
    console.out << mermaid_diagram(*events, renderer, names);
    return {};
  }
  const bool json = invocation.has("json");
  if (is_booking) {
    tell(*events, renderer, [&](const Moment& moment) {
      if (json) {
        console.out << event_as_json(moment.envelope, moment.sent) << '\n';
      } else {
        print(moment, events->front().at, names, console);
      }
      return !interrupted();
    });
    return unless_interrupted();
  }
  for (const auto& envelope : *events) {
    if (interrupted()) break;
    if (json) {
      console.out << event_as_json(envelope, {}) << '\n';
    } else {
      print(envelope, names, console);
    }
  }
  return unless_interrupted();
}

}  // namespace

Command show_command() {
  return {
      "show",
      "BOOKING",
      "a booking's story: each event, who caused it, what was sent to whom",
      "Tells what happened to a booking in the order of time: each event with its position in\n"
      "the log, who caused it, and the frames that were sent because of it. Takes any other\n"
      "stream, too, as ls names it.\n",
      {"hansom-replay show 0d8f1a52-6f0f-4a3e-8f6b-0b8a4f6b2c77",
       "hansom-replay show booking-0d8f1a52-6f0f-4a3e-8f6b-0b8a4f6b2c77 --json | jq .event.type"},
      [](cxxopts::OptionAdder&& add) {
        add("json", "for machines: one JSON object for each event, with event and frames whole");
        add("diagram", "the same as a sequence diagram, in the language of Mermaid");
      },
      run};
}

}  // namespace hansom::replay
