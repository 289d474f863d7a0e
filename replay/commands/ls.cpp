#include "projections/booking_schema.hpp"
#include "replay/commands/commands.hpp"
#include "replay/reading.hpp"
#include "replay/stream_list.hpp"
#include "replay/times.hpp"
#include "story/describe.hpp"

#include <algorithm>
#include <array>
#include <iomanip>

namespace hansom::replay {
namespace {

struct NamedKind {
  std::string_view name;
  StreamKind kind;
};
constexpr std::array<NamedKind, 4> kinds{{{"booking", StreamKind::booking},
                                          {"account", StreamKind::account},
                                          {"template", StreamKind::cancellation_template},
                                          {"room", StreamKind::room}}};

/// What the options say is wanted.
std::expected<StreamFilter, Failure> filter_of(const Invocation& invocation) {
  StreamFilter filter;
  if (invocation.has("kind")) {
    const auto text = invocation.text("kind");
    const auto kind = std::ranges::find(kinds, text, &NamedKind::name);
    if (kind == kinds.end()) {
      return wrong_use("--kind is '" + text + "', but must be booking, account, template or room");
    }
    filter.kind = kind->kind;
  }
  if (invocation.has("status")) {
    filter.status = invocation.text("status");
    if (enum_named<BookingStatus>(*filter.status).value_or(BookingStatus::none) ==
        BookingStatus::none) {
      return wrong_use("--status is '" + *filter.status +
                       "', but must be requested, confirmation, on_the_way, completed or "
                       "cancelled");
    }
  }
  const auto since = time_option(invocation, "since");
  if (!since) return std::unexpected(since.error());
  filter.since = *since;
  for (const auto& [option, member] : {std::pair("driver", &StreamFilter::driver),
                                       std::pair("customer", &StreamFilter::customer)}) {
    const auto account = account_option(invocation, option);
    if (!account) return std::unexpected(account.error());
    filter.*member = *account;
  }
  const bool of_bookings = filter.status || filter.driver || filter.customer;
  if (of_bookings && filter.kind.value_or(StreamKind::booking) != StreamKind::booking) {
    return wrong_use("--status, --driver and --customer are about bookings");
  }
  if (of_bookings) filter.kind = StreamKind::booking;
  return filter;
}

Colour colour_of(std::string_view status) {
  if (status == "completed" || status == "active") return Colour::green;
  if (status == "cancelled" || status == "blocked" || status == "deleted") return Colour::red;
  return Colour::yellow;
}

void print(const StreamEntry& entry, Console& console) {
  auto status = entry.status;
  status.resize(std::max<std::size_t>(status.size(), 12), ' ');
  console.out << std::left << std::setw(45) << to_string(entry.stream) << ' '
              << console.painted(colour_of(entry.status), status) << ' ' << std::right
              << std::setw(5) << entry.events.value << "  " << shown(entry.began) << "  "
              << shown(entry.last) << "  " << entry.about << '\n';
}

Outcome run(const Invocation& invocation) {
  const auto filter = filter_of(invocation);
  if (!filter) return std::unexpected(filter.error());
  const auto log = open_log(invocation);
  if (!log) return std::unexpected(log.error());
  const auto entries = list_streams(**log, *filter, invocation.console);
  if (!entries) return std::unexpected(entries.error());
  for (const auto& entry : *entries) print(entry, invocation.console);
  return {};
}

}  // namespace

Command ls_command() {
  return {
      "ls",
      "",
      "the streams, one a line, newest first",
      "Lists bookings, accounts, templates and rooms, the one with the newest event first. The\n"
      "columns: stream, status, number of events, time of the first and of the last event, and\n"
      "what it is about (of a booking: type, customer, driver).\n",
      {"hansom-replay ls --status on_the_way --since 2026-11-20T08:00Z",
       "hansom-replay ls --driver 6f1c8f0e-5f0a-4c39-9d3a-0a4b7c2f9d11"},
      [](cxxopts::OptionAdder&& add) {
        add("kind", "only these: booking, account, template or room", cxxopts::value<std::string>(),
            "KIND");
        add("status",
            "only bookings that are so now: requested, confirmation, on_the_way, completed or "
            "cancelled",
            cxxopts::value<std::string>(), "STATUS");
        add("since", "only those with an event at this time or later",
            cxxopts::value<std::string>(), "TIME");
        add("driver", "only bookings that this driver was asked to take",
            cxxopts::value<std::string>(), "ID");
        add("customer", "only bookings of this customer", cxxopts::value<std::string>(), "ID");
      },
      run};
}

}  // namespace hansom::replay
