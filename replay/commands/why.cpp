#include "events/event_schema.hpp"
#include "replay/commands/commands.hpp"
#include "replay/reading.hpp"
#include "replay/times.hpp"
#include "story/describe.hpp"
#include "story/driver_choice.hpp"
#include "story/names.hpp"

#include <algorithm>

namespace hansom::replay {
namespace {

void print(const std::vector<Candidate>& candidates, const Names& names, Console& console) {
  const auto* chosen = chosen_of(candidates);
  const auto chosen_m = chosen ? chosen->distance_m : std::nullopt;
  for (const auto& candidate : candidates) {
    const bool is_chosen = candidate.verdict == Verdict::chosen;
    auto place = candidate.distance_m ? distance(*candidate.distance_m) : "no position";
    place.resize(std::max<std::size_t>(place.size(), 12), ' ');
    console.out << "    "
                << console.painted(is_chosen ? Colour::green : Colour::dim, is_chosen ? "* " : "  ")
                << to_string(candidate.driver) << "  " << place << ' ' << names.of(candidate.driver)
                << ", " << explanation(candidate, chosen_m) << '\n';
  }
}

/// Explains an event that came of a search for a driver. Whether it is one.
bool explain(const Envelope& envelope, const Names& names, Console& console) {
  const auto& event = std::get<BookingEvent>(envelope.event);
  const auto headline = [&](const std::string& words) {
    console.out << console.painted(Colour::dim, shown(envelope.at)) << "  #"
                << envelope.position.value << "  " << console.painted(Colour::bold, words) << '\n';
  };
  if (const auto* assigned = std::get_if<DriverAssigned>(&event)) {
    headline("attempt " + std::to_string(assigned->attempt) + ": " + plain(assigned->driver.name) +
             " was asked");
    print(assigned->candidates, names, console);
    return true;
  }
  if (const auto* cancelled = std::get_if<BookingCancelled>(&event)) {
    headline("given up, " + std::string(name_of(cancelled->reason_code)) + ": " +
             plain(cancelled->reason));
    if (cancelled->candidates.empty()) console.out << "    nobody was looked at\n";
    print(cancelled->candidates, names, console);
    return true;
  }
  if (const auto* accepted = std::get_if<OpenOfferAccepted>(&event)) {
    headline(plain(accepted->driver.name) + " was the first to accept");
    console.out << "    it was offered to all drivers at once, and nobody was chosen\n";
    return true;
  }
  return false;
}

Outcome run(const Invocation& invocation) {
  const auto log = open_log(invocation);
  if (!log) return std::unexpected(log.error());
  const auto events = booking_events(**log, invocation);
  if (!events) return std::unexpected(events.error());
  const Names names(**log, *events);
  bool explained = false;
  for (const auto& envelope : *events) {
    explained |= explain(envelope, names, invocation.console);
  }
  if (!explained) invocation.console.out << "nobody was assigned\n";
  return {};
}

}  // namespace

Command why_command() {
  return {"why",
          "BOOKING",
          "who was looked at for a booking, how far away they were, and why one was chosen",
          "For each assignment: the drivers who were looked at, the preferred ones first, how far\n"
          "from the pickup they were, who was asked, and why the others were not. The log has the\n"
          "chosen one and the next few; who was not connected is not among them.\n",
          {"hansom-replay why 0d8f1a52-6f0f-4a3e-8f6b-0b8a4f6b2c77"},
          [](cxxopts::OptionAdder&&) {},
          run};
}

}  // namespace hansom::replay
