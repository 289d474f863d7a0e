#pragma once

// What rocksdb_log.cpp (appending, reading) and rocksdb_log_open.cpp (opening, checking, upkeep)
// share; for nobody else.

#include "events/high_water_mark.hpp"
#include "events/rocksdb_index.hpp"
#include "events/rocksdb_log.hpp"
#include "events/rocksdb_setup.hpp"
#include "events/serial_worker.hpp"

#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace hansom {

inline std::string_view view(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }

/// RocksDB's words on one line.
inline std::string one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

class RocksDbLog::Impl {
 public:
  enum class Use { write, follow, salvage };

  /// Reads the high-water mark, before the log moves on.
  Impl(std::filesystem::path data_dir, Durability durability, Use use,
       const RocksDbSetup& setup = {});
  ~Impl();

  /// Opens the database and finds out where the log ends. A writer's log must reach what was
  /// acknowledged, and all of it is made durable before any of it is shown.
  LogResult open();
  LogResult check_mark() const;
  LogResult check_index_files() const;
  void start_upkeep();

  LogResult append(Position expected_end, std::span<const Envelope> events);
  void begin_append(Position expected_end, std::span<const Envelope> events, Appended then);
  void finish_appends() { writer_.wait(); }
  LogResult append_record(std::string_view record, const Visit& visit);
  LogResult read(Position from, const Visit& visit) const;
  LogResult read_records(Position from, const VisitRecord& visit) const;
  LogResult read_stream(const StreamId& stream, const Visit& visit) const;
  LogResult read_mentions(const Subject& subject, Position before, const Visit& visit) const;
  HighWaterMark mark() const;
  std::expected<bool, LogError> holds(const HighWaterMark& record) const;
  LogResult catch_up();
  LogResult reopen();

 private:
  friend class IndexAudit;

  bool writable() const { return use_ == Use::write; }
  /// What the log must have; from any thread.
  HighWaterMark acknowledged() const {
    const std::lock_guard lock(mutex_);
    return acknowledged_;
  }
  bool has_history() const {
    return had_data_ || !mark_error_.empty() || acknowledged().position > Position{};
  }
  LogResult open_database();
  void close();
  LogResult find_end();
  LogResult check_reach() const;
  std::expected<bool, LogError> has_record(const HighWaterMark& record) const;
  LogResult make_durable();
  LogResult load_index_tail() const;
  /// What is appended is noted at once; a reader notes what it finds.
  LogResult complete_index() const { return writable() ? LogResult{} : load_index_tail(); }
  LogResult may_append() const;
  LogResult write(rocksdb::WriteBatch& batch);

  /// Events that were handed over, and who is told of them.
  struct Handed {
    Position expected_end;
    std::span<const Envelope> events;
    Appended then;
  };
  /// What is written of a group of them.
  struct Writing {
    HighWaterMark end;
    rocksdb::WriteBatch batch;  // not written yet
    std::vector<IndexNote> notes;
    std::string record;
  };
  void append_all(std::span<const Handed> handed);
  void append_handed();
  std::span<const Handed> next_group(std::span<const Handed> handed) const;
  LogResult refuse(const Handed& handed);
  LogResult write_group(std::span<const Handed> group);
  void acknowledge(const HighWaterMark& end);
  template <typename Check>
  LogResult walk(Position from, Check check) const;
  LogResult read_ahead(Position from, const Visit& visit) const;
  template <typename Decode>
  std::expected<bool, LogError> visit_record(Position place, Decode decode) const;
  void keep_up();

  std::filesystem::path folder() const { return data_dir_ / "log"; }
  std::filesystem::path mark_file() const { return data_dir_ / "log.mark"; }
  static std::unexpected<LogError> closed();
  std::unexpected<LogError> failed(const rocksdb::Status& status) const;
  std::unexpected<LogError> damaged(Position position, const std::string& why) const;

  const std::filesystem::path data_dir_;
  const Durability durability_;
  const Use use_;
  const RocksDbSetup setup_;
  const bool had_data_;  // whether there were files that a log leaves

  // Held, shared, while another thread than the log's own uses the database, so that `reopen` can't
  // close it then.
  mutable std::shared_mutex database_mutex_;
  std::unique_ptr<rocksdb::DB> db_;
  std::unique_ptr<rocksdb::ColumnFamilyHandle> records_;
  std::unique_ptr<RocksDbIndex> index_;
  mutable Position noted_;  // up to where the index was completed

  bool failed_ = false;
  Writing writing_;  // of whoever appends

  std::mutex handed_mutex_;     // guards the following
  std::vector<Handed> handed_;  // and not taken yet

  mutable std::mutex mutex_;  // guards the following
  HighWaterMark end_;         // the last record there is
  /// What the log must have: as the mark said at first, then all that was appended. Outlives a
  /// reopening, which so can't forget what this process acknowledged.
  HighWaterMark acknowledged_;

  std::string mark_error_;               // why the mark could not be read
  std::optional<HighWaterMark> marked_;  // what the file says; from `open` on upkeep's own
  std::jthread upkeep_thread_;

  SerialWorker writer_;  // appends what was handed over
};

}  // namespace hansom
