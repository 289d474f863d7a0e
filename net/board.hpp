#pragma once

#include "engine/commands.hpp"
#include "engine/output.hpp"
#include "engine/refusal.hpp"
#include "events/event_log.hpp"
#include "projections/bookings.hpp"

#include <array>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <span>

namespace hansom::net {

/// What goes on, in numbers, for operators who watch (net/admin-api.md, Live board): counted event
/// by event, each in constant time. From any thread.
class Board {
 public:
  /// What a frame showed; the next one is due once this has changed.
  struct Seen {
    std::uint64_t changes = 0;
    std::int64_t minute = 0;
  };

  explicit Board(Instant started) : started_(started) {}

  /// The log was folded to `end` at the start, where these are in progress.
  void start(const Bookings& bookings, Position end);
  /// These became durable. What was told of already is passed over.
  void appended(std::span<const Envelope> events);
  /// The log was reopened and may have more than it was known to have.
  void recovered(const EventLog& log);
  /// Without a side only what the server itself fell short of is an error to show.
  void refused(RefusalCode code, std::optional<Side> side, Instant at);
  void drivers_connected(std::size_t taxi, std::size_t campus);

  /// Whether there is more to show than was seen.
  bool has_news(const Seen& seen, Instant now) const;
  /// All of it as one message, and that it was seen.
  Frame frame(Instant now, Seen& seen) const;

 private:
  static constexpr std::size_t statuses = static_cast<std::size_t>(BookingStatus::cancelled) + 1;
  static constexpr std::size_t minutes = 60;
  using ByStatus = std::array<std::int64_t, statuses>;

  struct Tracked {
    BookingStatus status = BookingStatus::requested;
    bool is_open = false;
    bool was_taken = false;  ///< by a driver, once
    Instant requested_at;
  };
  struct Error {
    Instant at;
    RefusalCode code;
    std::optional<Side> side;
  };

  void fold(const Envelope& envelope);
  void count_assignment(Instant at);
  void count_taken(Tracked& booking, Instant at);
  ByStatus& counts_of(bool is_open) { return is_open ? campus_ : taxi_; }
  static std::int64_t minute_of(Instant at);
  bool has_assignments() const;

  mutable std::mutex mutex_;
  const Instant started_;
  std::uint64_t changes_ = 1;
  Position end_;
  FlatMap<BookingId, Tracked> in_progress_;
  ByStatus taxi_{};
  ByStatus campus_{};
  std::size_t taxi_drivers_ = 0;
  std::size_t campus_drivers_ = 0;
  std::array<std::uint64_t, minutes> assignments_{};  // of the minutes up to the last, by number
  std::int64_t last_minute_ = 0;
  std::deque<double> seconds_to_accept_;
  std::deque<Error> errors_;  // newest first
};

}  // namespace hansom::net
