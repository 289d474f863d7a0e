#include "net/dialects/wire_renderer.hpp"
#include "replay/commands/commands.hpp"
#include "replay/reading.hpp"
#include "replay/times.hpp"
#include "story/story.hpp"

namespace hansom::replay {
namespace {

Outcome run(const Invocation& invocation) {
  const auto by = invocation.has("by") ? invocation.text("by") : "";
  if (by != "driver" && by != "customer") {
    return wrong_use("seen needs --by driver or --by customer");
  }
  const auto account = account_option(invocation, "account");
  if (!account) return std::unexpected(account.error());
  const auto log = open_log(invocation);
  if (!log) return std::unexpected(log.error());
  const auto events = booking_events(**log, invocation);
  if (!events) return std::unexpected(events.error());
  const net::WireRenderer renderer(public_url(invocation));
  tell(*events, renderer, [&](const Moment& moment) {
    for (const auto& [to, frame] : moment.sent) {
      const bool wanted = !*account || to.includes(**account);
      if (name_of(to.side) != by || !wanted) continue;
      invocation.console.out << shown(moment.envelope.at) << '\t' << to.text() << '\t' << *frame
                             << '\n';
    }
    return !interrupted();
  });
  return unless_interrupted();
}

}  // namespace

Command seen_command() {
  return {
      "seen",
      "BOOKING",
      "the frames that one side was sent about a booking, byte for byte, with times",
      "Prints the pushes and acks that a side was sent, or was brought again by resync with since\n"
      "if it was not connected. A line each, separated by tabs: the time, the account (several\n"
      "drivers may have been asked; * is every other connected driver of campus), the frame.\n"
      "What is about a connection and not a booking (connected, errors, snapshots, pongs) is not\n"
      "in the log. Links begin with the address that the server noted last.\n",
      {"hansom-replay seen 0d8f1a52-6f0f-4a3e-8f6b-0b8a4f6b2c77 --by customer",
       "hansom-replay seen 0d8f1a52-6f0f-4a3e-8f6b-0b8a4f6b2c77 --by driver | cut -f3 | jq .type"},
      [](cxxopts::OptionAdder&& add) {
        add("by", "whose eyes: driver or customer", cxxopts::value<std::string>(), "SIDE");
        add("account", "only what this account was sent", cxxopts::value<std::string>(), "ID");
      },
      run};
}

}  // namespace hansom::replay
