#pragma once

#include "events/event_log.hpp"
#include "projections/booking.hpp"

#include <expected>
#include <functional>
#include <map>
#include <optional>
#include <vector>

namespace hansom {

/// Goes through the events of several bookings once more, in the order of the log: after one
/// position and up to another. A booking's stream is read when its turn comes, and once.
class Replay {
 public:
  /// A booking, and where it begins to matter.
  struct Start {
    Position from;
    BookingId booking;
  };
  using ReadStream = std::function<LogResult(const StreamId&, const EventLog::Visit&)>;

  /// What happened, and the booking as it was then. Both hold until the next call of `next`.
  struct Step {
    const Envelope& envelope;
    const Booking& booking;
  };

  Replay(std::vector<Start> starts, Position since, Position until);

  /// The next event; nothing at the end.
  std::expected<std::optional<Step>, LogError> next(const ReadStream& read_stream);

  Position until() const { return until_; }

 private:
  /// A booking on its way.
  struct Course {
    Booking booking;
    std::vector<Envelope> events;  // what is to be gone through
    std::size_t next = 0;
  };

  LogResult load(BookingId id, const ReadStream& read_stream);
  void keep(Course course);

  std::vector<Start> starts_;  // those to come, the next one last
  Position since_;
  Position until_;
  std::map<Position, Course> courses_;  // by their next event
  std::optional<Course> current_;
};

}  // namespace hansom
