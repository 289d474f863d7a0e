#include "story/booking_list.hpp"

#include <algorithm>

namespace hansom::story {
namespace {

/// A log is read forwards only, so that it is gone through backwards in pieces of this size.
constexpr std::uint64_t events_read_at_once = 1'000;

struct Request {
  Position position;
  BookingId booking;
};

std::expected<std::vector<Request>, LogError> requests_between(const EventLog& log, Position from,
                                                               Position before) {
  std::vector<Request> found;
  const auto read = log.read(from, [&](const Envelope& envelope) {
    if (envelope.position >= before) return false;
    const auto* event = std::get_if<BookingEvent>(&envelope.event);
    if (event && std::holds_alternative<BookingRequested>(*event)) {
      found.push_back({envelope.position, BookingId{envelope.stream.id}});
    }
    return true;
  });
  if (!read) return std::unexpected(read.error());
  return found;
}

}  // namespace

std::expected<std::vector<Envelope>, LogError> events_of(const EventLog& log,
                                                         const StreamId& stream, Position end) {
  std::vector<Envelope> events;
  const auto read = log.read_stream(stream, [&](const Envelope& envelope) {
    if (envelope.position > end) return false;
    events.push_back(envelope);
    return true;
  });
  if (!read) return std::unexpected(read.error());
  return events;
}

std::expected<BookingPage, LogError> list_bookings(const EventLog& log, Position before,
                                                   std::size_t limit, Position end) {
  BookingPage page;
  before = std::min(before, Position{end.value + 1});
  const auto lowest = before.value > events_looked_at_max ? before.value - events_looked_at_max : 1;
  while (before.value > lowest && page.bookings.size() < limit) {
    const auto from = std::max(lowest, before.value - std::min(before.value, events_read_at_once));
    auto requests = requests_between(log, {from}, before);
    if (!requests) return std::unexpected(requests.error());
    before = {from};
    for (auto request = requests->rbegin(); request != requests->rend(); ++request) {
      ListedBooking listed;
      const auto read = log.read_stream(StreamId(request->booking), [&](const Envelope& envelope) {
        if (envelope.position > end) return false;
        apply(listed.booking, envelope);
        listed.booking.chat.clear();  // which may be long, for each of a page
        listed.changed_at = envelope.at;
        return true;
      });
      if (!read) return std::unexpected(read.error());
      page.bookings.push_back(std::move(listed));
      before = request->position;
      if (page.bookings.size() == limit) break;
      before = {from};
    }
  }
  if (before.value > 1) page.next_before = before;
  return page;
}

}  // namespace hansom::story
