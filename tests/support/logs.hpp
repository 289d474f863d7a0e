#pragma once

// Logs and what is in them.

#include "events/event_log.hpp"
#include "events/high_water_mark.hpp"
#include "events/rocksdb_log.hpp"
#include "tests/support/files.hpp"
#include "tests/support/printing.hpp"
#include "tests/support/story.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <memory>
#include <vector>

namespace hansom {

using Envelopes = std::vector<Envelope>;

inline Envelopes read_from(const EventLog& log, Position from) {
  Envelopes events;
  REQUIRE(log.read(from, [&](const Envelope& envelope) {
    events.push_back(envelope);
    return true;
  }));
  return events;
}

inline Envelopes read_all(const EventLog& log) { return read_from(log, {1}); }

inline Envelopes read_stream(const EventLog& log, const StreamId& stream) {
  Envelopes events;
  REQUIRE(log.read_stream(stream, [&](const Envelope& envelope) {
    events.push_back(envelope);
    return true;
  }));
  return events;
}

/// Appends the story's events from the log's end to `end`, in records of `size`.
inline void append(EventLog& log, const Story& story, std::size_t end, std::size_t size = 2) {
  while (log.end().value < end) {
    const auto from = log.end().value;
    REQUIRE(log.append({from}, story.events().subspan(from, std::min(size, end - from))));
  }
}

/// A log in front of another, to which it passes on all that is asked of it.
class LogInFront : public EventLog {
 public:
  explicit LogInFront(EventLog& behind) : behind_(behind) {}

  // `append` comes here, too.
  void begin_append(Position expected_end, std::span<const Envelope> events,
                    Appended then) override {
    behind_.begin_append(expected_end, events, std::move(then));
  }
  void finish_appends() override { behind_.finish_appends(); }
  LogResult read(Position from, const Visit& visit) const override {
    return behind_.read(from, visit);
  }
  LogResult read_stream(const StreamId& stream, const Visit& visit) const override {
    return behind_.read_stream(stream, visit);
  }
  LogResult read_mentions(const Subject& subject, Position before,
                          const Visit& visit) const override {
    return behind_.read_mentions(subject, before, visit);
  }
  HighWaterMark mark() const override { return behind_.mark(); }
  std::expected<bool, LogError> holds(const HighWaterMark& record) const override {
    return behind_.holds(record);
  }
  LogResult reopen() override { return behind_.reopen(); }

 private:
  EventLog& behind_;
};

/// Notes from which positions on it is read, and where each append ends.
class NotingLog final : public LogInFront {
 public:
  using LogInFront::LogInFront;

  void begin_append(Position expected_end, std::span<const Envelope> events,
                    Appended then) override {
    LogInFront::begin_append(expected_end, events,
                             [this, then = std::move(then)](const LogResult& appended) {
                               if (appended) marks.push_back(mark());
                               then(appended);
                             });
  }
  LogResult read(Position from, const Visit& visit) const override {
    read_from.push_back(from);
    return LogInFront::read(from, visit);
  }

  std::vector<HighWaterMark> marks;
  mutable std::vector<Position> read_from;
};

/// Opens the folder's log, which must be in good order.
inline std::unique_ptr<RocksDbLog> open_log(const fs::path& folder) {
  auto log = RocksDbLog::open(folder);
  INFO((log ? "" : log.error().message));
  REQUIRE(log);
  return std::move(*log);
}

/// The same, for a log whose durability does not matter: its appends are quick.
inline std::unique_ptr<RocksDbLog> open_unsynced(const fs::path& folder) {
  return RocksDbLog::open(folder, RocksDbLog::Durability::unsynced).value();
}

/// Why the folder's log does not open.
inline LogError refusal_of(const fs::path& folder) {
  const auto log = RocksDbLog::open(folder);
  REQUIRE_FALSE(log);
  return log.error();
}

/// How far the folder's log has come, by its mark.
inline Position marked(const fs::path& folder) {
  const auto mark = load_mark(folder / "log.mark");
  return mark && *mark ? (*mark)->position : Position{};
}

/// The mark is written a second after an append at the latest; a busy machine gets some more.
inline bool is_marked_soon(const fs::path& folder, Position position) {
  FolderWatch watch(folder);
  return watch.wait_until([&] { return marked(folder) == position; }, 3s);
}

inline void wait_for_mark(const fs::path& folder, Position position) {
  REQUIRE(is_marked_soon(folder, position));
}

/// Each stream of a `chatter` has its share of a log of `end` events.
inline void check_chatter_streams(const EventLog& log, std::size_t end) {
  for (unsigned i = 1; i <= chatter_streams; ++i) {
    const auto events = read_stream(log, StreamId(BookingId{uuid(i)}));
    CHECK(events.size() == (end + chatter_streams - i) / chatter_streams);
    CHECK(std::is_sorted(events.begin(), events.end(),
                         [](const auto& a, const auto& b) { return a.position < b.position; }));
  }
}

}  // namespace hansom
