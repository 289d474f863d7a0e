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

  /// Adds all events or none; durable once it returns. Refused as a conflict when `expected_end` is
  /// not the log's end (or that of the batch's parts so far). After any failure it is unknown
  /// whether the events were written: call `reopen` and read. REQUIRES: events are numbered
  /// gaplessly from `expected_end` + 1, and there are some, be it in the batch's parts.
  virtual LogResult append(Position expected_end, std::span<const Envelope> events) = 0;

  /// Adds the first events of a batch of which `append` brings the last ones: all of it is there
  /// or, until that `append` has returned, any beginning of it, and none is durable or to be relied
  /// on. What goes wrong is said by that `append`, of which the same is required as of this. The
  /// events must stay where they are until then: they may be written by another thread meanwhile.
  virtual void append_part(Position expected_end, std::span<const Envelope> events) = 0;

  /// Visits all events from `from` on. Each record's hash is checked against the one before.
  virtual LogResult read(Position from, const Visit& visit) const = 0;

  /// Visits all events of one stream, oldest first.
  virtual LogResult read_stream(const StreamId& stream, const Visit& visit) const = 0;

  /// Visits the events before `before` that mention the subject (see mentions.hpp), newest first.
  virtual LogResult read_mentions(const Subject& subject, Position before,
                                  const Visit& visit) const = 0;

  /// The last record there is: its last position (0 for an empty log) and its hash.
  virtual HighWaterMark mark() const = 0;

  /// Whether the log has a record that ends at this position with this hash.
  virtual std::expected<bool, LogError> holds(const HighWaterMark& record) const = 0;

  /// Closes and opens anew, after which `end` and all reading show what is really there.
  virtual LogResult reopen() = 0;

  /// The position of the last event; 0 for an empty log.
  Position end() const { return mark().position; }
};

}  // namespace hansom
