#include "events/rocksdb_index.hpp"

#include <rocksdb/write_batch.h>

#include <algorithm>

// A key is the kind of a stream or subject (1 byte) and its id (16 bytes), and a record's position
// (8 bytes); it has no value.

namespace hansom {
namespace {

/// Sorts before all others, whose first byte is their kind; the second byte is the index's format,
/// so that one of an older format is made anew. Its value: the position to which the index reaches.
const std::string reach_key("\0\3", 2);

std::string prefix_of(const IndexKey& key) {
  std::string prefix(1, static_cast<char>(key.kind));
  prefix.append(key.id.begin(), key.id.end());
  return prefix;
}

}  // namespace

std::string key_of(Position position) {
  std::string key;
  for (int shift = 56; shift >= 0; shift -= 8) {
    key.push_back(static_cast<char>(position.value >> shift & 0xff));
  }
  return key;
}

Position position_at_end(rocksdb::Slice key) {
  Position position;
  key.remove_prefix(key.size() - 8);
  for (std::size_t i = 0; i < 8; ++i) {
    position.value = position.value << 8 | static_cast<unsigned char>(key[i]);
  }
  return position;
}

rocksdb::ColumnFamilyOptions RocksDbIndex::options() {
  rocksdb::ColumnFamilyOptions options;
  options.write_buffer_size = 16u << 20;
  options.compression = rocksdb::kLZ4Compression;
  return options;
}

std::expected<Position, rocksdb::Status> RocksDbIndex::reach() const {
  std::string value;
  const auto status = db_.Get({}, family_.get(), reach_key, &value);
  if (status.ok() && value.size() == 8) return position_at_end(value);
  if (status.ok() || status.IsNotFound()) return Position{};
  return std::unexpected(status);
}

std::expected<std::set<Position>, rocksdb::Status> RocksDbIndex::records_of(
    const StreamId& stream) const {
  // First what is in memory: what is written meanwhile is then seen twice, not missed.
  std::set<Position> places;
  tail_.look_up(stream, places);
  const auto prefix = prefix_of(stream);
  const std::unique_ptr<rocksdb::Iterator> entry(db_.NewIterator({}, family_.get()));
  for (entry->Seek(prefix); entry->Valid() && entry->key().starts_with(prefix); entry->Next()) {
    places.insert(position_at_end(entry->key()));
  }
  if (!entry->status().ok()) return std::unexpected(entry->status());
  return places;
}

rocksdb::Status RocksDbIndex::read_all() const {
  rocksdb::ReadOptions options;
  options.fill_cache = false;
  const std::unique_ptr<rocksdb::Iterator> entry(db_.NewIterator(options, family_.get()));
  for (entry->SeekToFirst(); entry->Valid();) entry->Next();
  return entry->status();
}

void RocksDbIndex::write(Position reached) {
  rocksdb::WriteBatch batch;
  for (const auto& [key, places] : tail_.leave()) {
    for (const auto place : places) {
      batch.Put(family_.get(), prefix_of(key) + key_of(place), {});
    }
  }
  if (batch.Count() == 0) return;
  batch.Put(family_.get(), reach_key, key_of(reached));
  rocksdb::WriteOptions options;
  options.disableWAL = true;
  if (db_.Write(options, &batch).ok()) tail_.written();
}

RocksDbIndex::Backwards::Backwards(const RocksDbIndex& index, const IndexKey& key, Position from)
    : prefix_(prefix_of(key)) {
  // As above, what is in memory first: the iterator sees what is written by then.
  index.tail_.look_up(key, tail_);
  entry_.reset(index.db_.NewIterator({}, index.family_.get()));
  // A record is named by its last event, so the one that holds `from` comes at it or after it.
  const auto beyond = tail_.upper_bound(from);
  if (beyond != tail_.end()) tail_.erase(std::next(beyond), tail_.end());
  const auto place = prefix_ + key_of(from);
  entry_->Seek(place);
  if (!is_under_key()) entry_->SeekForPrev(place);
}

std::optional<Position> RocksDbIndex::Backwards::next() {
  std::optional<Position> place;
  if (is_under_key()) place = position_at_end(entry_->key());
  if (!tail_.empty()) place = std::max(place.value_or(Position{}), *tail_.rbegin());
  if (!place) return std::nullopt;
  if (is_under_key() && position_at_end(entry_->key()) == *place) entry_->Prev();
  tail_.erase(*place);
  return place;
}

bool RocksDbIndex::Backwards::is_under_key() const {
  return entry_->Valid() && entry_->key().starts_with(prefix_);
}

}  // namespace hansom
