#pragma once

#include "events/event.hpp"
#include "events/index_tail.hpp"
#include "events/rocksdb_setup.hpp"

#include <rocksdb/db.h>
#include <rocksdb/options.h>

#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>

namespace hansom {

/// A position as a key: eight bytes, the highest first, so that their order is the database's.
std::string key_of(Position position);
Position position_at_end(rocksdb::Slice key);
/// What the keys of all entries under a stream or subject begin with.
std::string prefix_of(const IndexKey& key);

/// In which records of a RocksDB log a stream has events, or a subject is mentioned. A record is
/// named by the position of its last event. Written now and then, without a write-ahead log: what
/// is not written yet stands in memory, and after a crash is read from the log.
///
/// `write` may be called by another thread than the rest.
class RocksDbIndex {
 public:
  class Backwards;

  /// `db` must outlive the index, whose family it is.
  RocksDbIndex(rocksdb::DB& db, std::unique_ptr<rocksdb::ColumnFamilyHandle> family)
      : db_(db), family_(std::move(family)) {}

  static rocksdb::ColumnFamilyOptions options(const RocksDbSetup& setup);

  /// How far the log's events are in the written part; 0 for none, and for an older format.
  std::expected<Position, rocksdb::Status> reach() const;

  /// REQUIRES: the records are durable; they are whole, and in the log's order.
  void note(std::span<const IndexNote> notes) { tail_.note(notes); }

  /// All records of a stream, oldest first.
  std::expected<std::set<Position>, rocksdb::Status> records_of(const StreamId& stream) const;

  /// Visits all that is written, key by key; a note may come again under its key. Says whether all
  /// could be read.
  rocksdb::Status read_all(const std::function<void(const IndexNote&)>& visit) const;

  /// Writes what was noted, to the last record of it: all before that must have been noted. What
  /// can't be written is written the next time.
  void write();

 private:
  rocksdb::DB& db_;
  const std::unique_ptr<rocksdb::ColumnFamilyHandle> family_;
  IndexTail tail_;
};

/// Goes through the records under a key from the one that holds a position, or would, to the first.
/// Reads no more of the index than it is asked for.
class RocksDbIndex::Backwards {
 public:
  Backwards(const RocksDbIndex& index, const IndexKey& key, Position from);

  /// Nothing at the end, and where the index can't be read.
  std::optional<Position> next();
  /// Whether the end was the end.
  rocksdb::Status status() const { return entry_->status(); }

 private:
  bool is_under_key() const;
  void load_entry();

  const std::string prefix_;
  std::unique_ptr<rocksdb::Iterator> entry_;  // the next one to take
  // What is to come: of what is not written yet, and of the entry that was taken last.
  std::set<Position> tail_;
  std::set<Position> of_entry_;
  Position last_ = beyond_all;
};

}  // namespace hansom
