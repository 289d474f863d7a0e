#pragma once

// RocksDB is named in the files of this name only. A data folder holds
//
//   log/       the database. Column family `default`: big-endian position of a record's last event
//              -> record (events/record.hpp). Column family `streams`: an index that can always be
//              made anew (rocksdb_index.cpp); it is written in the background.
//   log.mark   the high-water mark (events/high_water_mark.hpp)

#include "events/event_log.hpp"

#include <filesystem>
#include <functional>
#include <memory>

namespace hansom {

struct RocksDbSetup;

/// The embedded log: one writer a folder, each append written ahead and synced. What is handed over
/// is written by a thread of its own; what comes while that syncs waits for the next sync together.
///
/// `read`, `mark` and `holds` may be called by other threads than the one that it belongs to.
class RocksDbLog final : public EventLog {
 public:
  enum class Durability {
    synced,    ///< an append returns when it is on the disk
    unsynced,  ///< an append returns when the system has it: for the bench's comparison only
  };

  /// Opens the folder's log for writing, creating it where there is none. Refuses a log that ends
  /// below its high-water mark or has another record there; the message names the position and the
  /// tool to look with. A break further back is found by `read`.
  static std::expected<std::unique_ptr<RocksDbLog>, LogError> open(
      const std::filesystem::path& data_dir, Durability durability = Durability::synced);
  /// The same, for tests: see rocksdb_setup.hpp.
  static std::expected<std::unique_ptr<RocksDbLog>, LogError> open(
      const std::filesystem::path& data_dir, Durability durability, const RocksDbSetup& setup);

  /// Opens a log as it stands now, live or not, without taking its lock and without writing to it.
  /// Refused as damaged where it does not reach its mark. Of a live log it also shows what was
  /// written and not acknowledged yet.
  static std::expected<std::unique_ptr<RocksDbLog>, LogError> open_for_reading(
      const std::filesystem::path& data_dir);

  /// Opens for reading what can be read of a log that does not open otherwise and that nobody
  /// writes: what is damaged of it is passed over, so that reading finds out where.
  static std::expected<std::unique_ptr<RocksDbLog>, LogError> open_damaged(
      const std::filesystem::path& data_dir);

  /// Brings mark and index up to date and closes.
  ~RocksDbLog() override;

  LogResult append(Position expected_end, std::span<const Envelope> events) override;
  void begin_append(Position expected_end, std::span<const Envelope> events,
                    Appended then) override;
  void finish_appends() override;
  LogResult read(Position from, const Visit& visit) const override;
  LogResult read_stream(const StreamId& stream, const Visit& visit) const override;
  LogResult read_mentions(const Subject& subject, Position before,
                          const Visit& visit) const override;
  HighWaterMark mark() const override;
  std::expected<bool, LogError> holds(const HighWaterMark& record) const override;
  LogResult reopen() override;

  /// Shows what was written since the log was opened for reading, or since this was last called.
  LogResult catch_up();

  /// Called with each record as it is stored, named by the position of its last event.
  using VisitRecord = std::function<bool(Position last, std::string_view record)>;

  /// Visits all records from the one that holds `from` on. Each one's hash is checked against the
  /// one before; the events are not looked at.
  LogResult read_records(Position from, const VisitRecord& visit) const;

  /// Adds a record as another log has it, and visits its events. Refused as `damaged` where it does
  /// not follow on this log's last one or can't be read.
  LogResult append_record(std::string_view record, const Visit& visit = {});

  /// Whether the log reaches its high-water mark, as that was before the log was opened, with the
  /// record that the mark names. A log with events and without a mark does not, though it can be
  /// opened for reading.
  LogResult check_mark() const;

  class IndexAudit;

 private:
  class Impl;
  explicit RocksDbLog(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

/// Holds a log's index against its events, as far as it is written; what it lacks beyond that is
/// read from the log's end when it is needed. The log must stay open, and be the same, meanwhile.
class RocksDbLog::IndexAudit {
 public:
  explicit IndexAudit(const RocksDbLog& log);
  ~IndexAudit();

  /// REQUIRES: the log's first event, or the one behind that which was added last.
  void add(const Envelope& envelope);

  /// Once all events were added: whether all of the index can be read, and names the records that
  /// have an event of a stream, or mention a subject, and no others; and, where nobody writes the
  /// log, whether all files are there. Damaged at the first event that can't be found.
  LogResult check();

 private:
  class Sums;
  LogResult look_at(Position first, Position last) const;

  const Impl& log_;
  std::unique_ptr<Sums> sums_;
};

}  // namespace hansom
