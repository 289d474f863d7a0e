#pragma once

#include "events/event.hpp"
#include "events/high_water_mark.hpp"
#include "events/mentions.hpp"

#include <expected>
#include <functional>
#include <optional>
#include <span>
#include <string>

namespace hansom {

/// Why the log did not do what was asked.
struct LogError {
  enum class Kind {
    unavailable,  ///< the disk or the database failed; `reopen` may mend it
    conflict,     ///< someone else appended meanwhile: what was decided is stale
    in_use,       ///< another process has the log open
    damaged,      ///< what was once acknowledged is missing or changed; only a person can judge
  };
  Kind kind = Kind::unavailable;
  std::string message;  ///< one line, fit for an operator

  /// Of a damaged log: where it is that, and what is wrong there; both are in the message, too.
  struct Damage {
    Position position;
    std::string what;
  };
  std::optional<Damage> damage{};
};

using LogResult = std::expected<void, LogError>;

/// The one truth: an append-only sequence of events, in total and in streams.
///
/// Belongs to one thread.
class EventLog {
 public:
  /// Called with each event in order; returning false ends the reading early.
  using Visit = std::function<bool(const Envelope&)>;

  virtual ~EventLog() = default;

  /// Told what became of events that were handed over: on the log's own thread, or on the owner's
  /// before `begin_append` or `finish_appends` returns. One is told after the other, in the order
  /// of their events.
  using Appended = std::function<void(const LogResult&)>;

  /// Hands over events to be added after all that were handed over before, all of them or none.
  /// They are durable once `then` hears so; several batches may wait for one sync. Refused as a
  /// conflict when `expected_end` is not the log's end by then. After any failure it is unknown
  /// whether the events were written, and all that is handed over fails until `reopen`: call that,
  /// and read. Without any events, `then` hears once all before is durable.
  /// REQUIRES: events are numbered gaplessly from `expected_end` + 1, and stay where they are until
  /// `then` was told.
  virtual void begin_append(Position expected_end, std::span<const Envelope> events,
                            Appended then) = 0;

  /// Returns once all that was handed over was told of.
  virtual void finish_appends() = 0;

  /// The same, but returns once that is known: on the calling thread, where that is possible.
  virtual LogResult append(Position expected_end, std::span<const Envelope> events) {
    LogResult result;
    begin_append(expected_end, events, [&](const LogResult& appended) { result = appended; });
    finish_appends();
    return result;
  }

  /// Visits all events from `from` on. Each record's hash is checked against the one before.
  virtual LogResult read(Position from, const Visit& visit) const = 0;

  /// Visits all events of one stream, oldest first. REQUIRES, as the next: appends are finished.
  virtual LogResult read_stream(const StreamId& stream, const Visit& visit) const = 0;

  /// Visits the events before `before` that mention the subject (see mentions.hpp), newest first.
  virtual LogResult read_mentions(const Subject& subject, Position before,
                                  const Visit& visit) const = 0;

  /// The last record there is: its last position (0 for an empty log) and its hash.
  virtual HighWaterMark mark() const = 0;

  /// Whether the log has a record that ends at this position with this hash.
  virtual std::expected<bool, LogError> holds(const HighWaterMark& record) const = 0;

  /// Finishes the appends, closes and opens anew, after which `end` and all reading show what is
  /// really there.
  virtual LogResult reopen() = 0;

  /// The position of the last event; 0 for an empty log.
  Position end() const { return mark().position; }
};

}  // namespace hansom
