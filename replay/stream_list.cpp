#include "replay/stream_list.hpp"

#include "events/event_schema.hpp"
#include "projections/booking_schema.hpp"
#include "replay/reading.hpp"
#include "story/describe.hpp"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

namespace hansom::replay {
namespace {

std::string person(const std::string& name, AccountId id) {
  return plain(name) + " (" + to_string(id) + ")";
}

/// What an event of an account, a template or a room makes of its entry.
struct Note {
  StreamEntry& entry;

  void operator()(const AccountRegistered& event) {
    entry.status = name_of(AccountStatus::active);
    entry.about = describe(Event(AccountEvent(event)));
  }
  void operator()(const ProfileChanged& event) {
    entry.about = describe(Event(AccountEvent(event)));
  }
  void operator()(const AccountStatusChanged& event) { entry.status = name_of(event.status); }
  void operator()(const SessionsEnded&) {}
  void operator()(const DeviceSeen&) {}
  void operator()(const TemplateAdded& event) {
    entry.status = "active";
    entry.about = describe(Event(TemplateEvent(event)));
  }
  void operator()(const TemplateDeleted&) { entry.status = "deleted"; }
  void operator()(const RoomOpened& event) {
    entry.status = "open";
    entry.about = describe(Event(RoomEvent(event)));
  }
  template <typename Other>
  void operator()(const Other&) {}
};

/// Collects streams from events that come in order, all events of a stream or its last ones.
class Streams {
 public:
  explicit Streams(const EventLog& log) : log_(log) {}

  LogResult take(const Envelope& envelope) {
    const auto found = entries_.find(envelope.stream);
    if (found == entries_.end() && envelope.revision > Revision{1}) return take_all(envelope);
    note(envelope);
    return {};
  }

  std::vector<StreamEntry> newest_first(const StreamFilter& filter) && {
    std::vector<StreamEntry> sorted;
    for (auto& [stream, entry] : entries_) {
      if (!filter.status || entry.status == *filter.status) sorted.push_back(std::move(entry));
    }
    std::ranges::sort(sorted, std::greater{}, &StreamEntry::last_position);
    return sorted;
  }

 private:
  /// What came before the first event that was met is read from the stream.
  LogResult take_all(const Envelope& until) {
    const auto read = log_.read_stream(until.stream, [&](const Envelope& envelope) {
      if (envelope.position < until.position) note(envelope);
      return envelope.position < until.position;
    });
    note(until);
    return read;
  }

  void note(const Envelope& envelope) {
    auto& entry = entries_[envelope.stream];
    if (entry.events == Revision{}) entry.began = envelope.at;
    entry.stream = envelope.stream;
    entry.events = envelope.revision;
    entry.last = envelope.at;
    entry.last_position = envelope.position;
    if (envelope.stream.kind == StreamKind::booking) {
      note_booking(entry, envelope);
    } else {
      std::visit(
          [&](const auto& kind) {
            std::visit([&](const auto& event) { Note{entry}(event); }, kind);
          },
          envelope.event);
    }
  }

  /// Bookings in progress are kept whole; what is shown of one that ended is its last word.
  void note_booking(StreamEntry& entry, const Envelope& envelope) {
    auto& booking = in_progress_[BookingId{envelope.stream.id}];
    apply(booking, envelope);
    entry.status = name_of(booking.status);
    entry.about = std::string(name_of(booking.type)) + ", " +
                  person(booking.customer.name, booking.customer.account);
    if (booking.driver) {
      entry.about += ", " + person(booking.driver->name, booking.driver->account);
    }
    if (!is_in_progress(booking.status)) in_progress_.erase(booking.id);
  }

  const EventLog& log_;
  std::unordered_map<StreamId, StreamEntry> entries_;
  std::unordered_map<BookingId, Booking> in_progress_;
};

/// The bookings that an account was in on the side that the filter says.
std::expected<std::vector<StreamId>, LogError> bookings_of(const EventLog& log,
                                                           const StreamFilter& filter) {
  std::vector<StreamId> bookings;
  std::unordered_set<StreamId> known;
  const auto account = filter.driver ? *filter.driver : *filter.customer;
  const auto read = log.read_mentions(account, beyond_all, [&](const Envelope& envelope) {
    if (known.insert(envelope.stream).second) bookings.push_back(envelope.stream);
    return true;
  });
  if (!read) return std::unexpected(read.error());
  return bookings;
}

bool is_of_customer(const Envelope& envelope, AccountId customer) {
  const auto* event = std::get_if<BookingRequested>(&std::get<BookingEvent>(envelope.event));
  return event && event->customer.account == customer;
}

bool is_of_driver(const Envelope& envelope, AccountId driver) {
  const auto& event = std::get<BookingEvent>(envelope.event);
  if (const auto* asked = std::get_if<DriverAssigned>(&event)) {
    return asked->driver.account == driver;
  }
  const auto* accepted = std::get_if<OpenOfferAccepted>(&event);
  return accepted && accepted->driver.account == driver;
}

/// Whether a booking is one that the filter lets through, but for its status.
bool fits(const std::vector<Envelope>& events, const StreamFilter& filter) {
  if (filter.since && events.back().at < *filter.since) return false;
  if (filter.customer && !is_of_customer(events.front(), *filter.customer)) return false;
  return !filter.driver || std::ranges::any_of(events, [&](const Envelope& envelope) {
    return is_of_driver(envelope, *filter.driver);
  });
}

std::expected<std::vector<StreamEntry>, Failure> list_bookings_of(const EventLog& log,
                                                                  const StreamFilter& filter) {
  const auto bookings = bookings_of(log, filter);
  if (!bookings) return fail(bookings.error());
  Streams streams(log);
  for (const auto& stream : *bookings) {
    const auto events = events_of(log, stream);
    if (!events) return std::unexpected(events.error());
    if (!fits(*events, filter)) continue;
    for (const auto& envelope : *events) {
      if (const auto taken = streams.take(envelope); !taken) return fail(taken.error());
    }
  }
  return std::move(streams).newest_first(filter);
}

}  // namespace

std::expected<std::vector<StreamEntry>, Failure> list_streams(const EventLog& log,
                                                              const StreamFilter& filter,
                                                              Console& console) {
  if (filter.driver || filter.customer) return list_bookings_of(log, filter);
  std::expected<Position, Failure> from = Position{1};
  if (filter.since) from = first_at(log, *filter.since);
  if (!from) return std::unexpected(from.error());
  Streams streams(log);
  LogResult taken;
  const auto walked = walk(log, *from, console, "reading", [&](const Envelope& envelope) {
    if (!filter.kind || envelope.stream.kind == *filter.kind) taken = streams.take(envelope);
    return taken.has_value();
  });
  if (!walked) return std::unexpected(walked.error());
  if (!taken) return fail(taken.error());
  return std::move(streams).newest_first(filter);
}

}  // namespace hansom::replay
