#pragma once

#include "events/event_log.hpp"
#include "projections/booking.hpp"

#include <cstddef>
#include <optional>
#include <vector>

namespace hansom::story {

/// A booking as it is, but for its chat, and when it last changed.
struct ListedBooking {
  Booking booking;
  Instant changed_at;
};

struct BookingPage {
  std::vector<ListedBooking> bookings;  ///< newest first
  /// The page after this one has what was requested before this position; nothing at the end.
  std::optional<Position> next_before;
};

/// So many events are looked at for one page: a log that is mostly chat or rooms gives short pages,
/// which are not the last for that.
constexpr std::uint64_t events_looked_at_max = 20'000;

/// The bookings that were requested before a position, at most `limit`. What is beyond `end` is not
/// looked at.
std::expected<BookingPage, LogError> list_bookings(const EventLog& log, Position before,
                                                   std::size_t limit, Position end);

/// The events of a stream up to `end`; none where there is no such stream.
std::expected<std::vector<Envelope>, LogError> events_of(const EventLog& log,
                                                         const StreamId& stream, Position end);

}  // namespace hansom::story
