#pragma once

#include "events/event_log.hpp"
#include "projections/booking.hpp"

#include <expected>
#include <functional>
#include <map>
#include <optional>
#include <unordered_map>
#include <vector>

namespace hansom {

/// Goes through the events of several bookings once more, in the order of the log: after one
/// position and up to another. First the bookings are to be found, backwards from there; then a
/// booking's stream is read when its turn comes, and once.
class Replay {
 public:
  using ReadStream = std::function<LogResult(const StreamId&, const EventLog::Visit&)>;

  /// What happened, and the booking as it was then. Both hold until the next call of `next`.
  struct Step {
    const Envelope& envelope;
    const Booking& booking;
  };

  Replay(Position since, Position until);

  /// Where a booking begins to matter; what is said of it later holds.
  void begin(BookingId booking, Position from) { found_[booking] = from; }
  /// Before which position there may be more to be found; `since` once all is.
  Position unsearched_before() const { return unsearched_before_; }
  void searched(Position from) { unsearched_before_ = from; }
  bool is_found() const { return unsearched_before_ <= since_; }

  /// The next event; nothing at the end. REQUIRES: all is found.
  std::expected<std::optional<Step>, LogError> next(const ReadStream& read_stream);

  Position since() const { return since_; }
  Position until() const { return until_; }

 private:
  /// A booking on its way.
  struct Course {
    Booking booking;
    std::vector<Envelope> events;  // what is to be gone through
    std::size_t next = 0;
  };

  struct Start {
    Position from;
    BookingId booking;
  };

  void put_in_order();
  LogResult load(BookingId id, const ReadStream& read_stream);
  void keep(Course course);

  Position unsearched_before_;
  std::unordered_map<BookingId, Position> found_;
  std::vector<Start> starts_;  // those to come, the next one last
  Position since_;
  Position until_;
  std::map<Position, Course> courses_;  // by their next event
  std::optional<Course> current_;
};

}  // namespace hansom
