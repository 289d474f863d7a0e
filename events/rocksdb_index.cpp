#include "events/rocksdb_index.hpp"

#include "events/rocksdb_database.hpp"

#include <rocksdb/write_batch.h>

#include <algorithm>

// An entry is what was noted under one key between two writings of the index. Its key: the kind of
// a stream or subject (1 byte), its id (16 bytes), and the position of the newest record (8 bytes).
// Its value: the positions of the other records, oldest first. After a crash a later entry may have
// again what an earlier one has; one with the same key takes its place, and must not have less. So
// no entry is of anything beyond what the index is then said to reach: what is read from the log
// again, from there on, is all that was in the entries that were written since.

namespace hansom {
namespace {

/// Sorts before all others, whose first byte is their kind; the second byte is the index's format,
/// so that one of an older format is made anew. Its value: the position to which the index reaches.
const std::string reach_key("\0\3", 2);

/// An entry is written together with so many others: no append waits for more of them.
constexpr int entries_at_once = 256;

constexpr std::size_t position_bytes = 8;

/// What an entry's key begins with; nothing where it says how far the index reaches.
std::optional<IndexKey> key_in(rocksdb::Slice entry_key) {
  Uuid id;
  if (entry_key.size() != 1 + sizeof id.data + position_bytes) return std::nullopt;
  std::copy_n(entry_key.data() + 1, sizeof id.data, id.begin());
  return IndexKey(static_cast<unsigned char>(entry_key[0]), id);
}

/// Calls `visit` with each record of an entry, oldest first.
template <typename Visit>
void for_each_record(const rocksdb::Iterator& entry, Visit visit) {
  auto value = entry.value();
  for (; value.size() >= position_bytes; value.remove_prefix(position_bytes)) {
    visit(position_at_end({value.data(), position_bytes}));
  }
  visit(position_at_end(entry.key()));
}

}  // namespace

std::string prefix_of(const IndexKey& key) {
  std::string prefix(1, static_cast<char>(key.kind));
  prefix.append(key.id.begin(), key.id.end());
  return prefix;
}

std::string key_of(Position position) {
  std::string key;
  for (int shift = 56; shift >= 0; shift -= 8) {
    key.push_back(static_cast<char>(position.value >> shift & 0xff));
  }
  return key;
}

Position position_at_end(rocksdb::Slice key) {
  Position position;
  key.remove_prefix(key.size() - position_bytes);
  for (std::size_t i = 0; i < position_bytes; ++i) {
    position.value = position.value << 8 | static_cast<unsigned char>(key[i]);
  }
  return position;
}

rocksdb::ColumnFamilyOptions RocksDbIndex::options(const RocksDbSetup& setup) {
  rocksdb::ColumnFamilyOptions options;
  options.write_buffer_size = setup.index_buffer_bytes;
  options.compression = rocksdb::kLZ4Compression;
  return options;
}

std::expected<Position, rocksdb::Status> RocksDbIndex::reach() const {
  std::string value;
  const auto status = db_.Get({}, family_.get(), reach_key, &value);
  if (status.ok() && value.size() == position_bytes) return position_at_end(value);
  if (status.ok() || status.IsNotFound()) return Position{};
  return std::unexpected(status);
}

std::expected<std::set<Position>, rocksdb::Status> RocksDbIndex::records_of(
    const StreamId& stream) const {
  // First what is in memory: what is written meanwhile is then seen twice, not missed.
  std::set<Position> places;
  tail_.look_up(stream, places);
  const auto prefix = prefix_of(stream);
  const std::unique_ptr<rocksdb::Iterator> entry(
      db_.NewIterator(iterator_options(), family_.get()));
  for (entry->Seek(prefix); entry->Valid() && entry->key().starts_with(prefix); entry->Next()) {
    for_each_record(*entry, [&](Position place) { places.insert(place); });
  }
  if (!entry->status().ok()) return std::unexpected(entry->status());
  return places;
}

rocksdb::Status RocksDbIndex::read_all(const std::function<void(const IndexNote&)>& visit) const {
  auto options = iterator_options();
  options.fill_cache = false;
  const std::unique_ptr<rocksdb::Iterator> entry(db_.NewIterator(options, family_.get()));
  for (entry->SeekToFirst(); entry->Valid(); entry->Next()) {
    const auto key = key_in(entry->key());
    if (key) for_each_record(*entry, [&](Position record) { visit({*key, record}); });
  }
  return entry->status();
}

void RocksDbIndex::write() {
  const auto notes = tail_.leave();
  if (notes.empty()) return;
  const auto reached = std::ranges::max(notes, {}, &IndexNote::record).record;
  rocksdb::WriteOptions options;
  options.disableWAL = true;
  rocksdb::WriteBatch batch;
  for (auto note = notes.begin(); note != notes.end();) {
    const auto& key = note->key;
    std::string others;
    for (; std::next(note) != notes.end() && std::next(note)->key == key; ++note) {
      others += key_of(note->record);
    }
    batch.Put(family_.get(), prefix_of(key) + key_of(note->record), others);
    ++note;
    // How far the index reaches is said by the last entries only.
    if (note == notes.end()) batch.Put(family_.get(), reach_key, key_of(reached));
    if (note != notes.end() && batch.Count() < entries_at_once) continue;
    if (!db_.Write(options, &batch).ok()) return;
    batch.Clear();
  }
  tail_.written();
}

RocksDbIndex::Backwards::Backwards(const RocksDbIndex& index, const IndexKey& key, Position from)
    : prefix_(prefix_of(key)) {
  // As above, what is in memory first: the iterator sees what is written by then.
  index.tail_.look_up(key, tail_);
  entry_.reset(index.db_.NewIterator(iterator_options(), index.family_.get()));
  const auto place = prefix_ + key_of(from);
  entry_->Seek(place);
  if (!is_under_key()) entry_->SeekForPrev(place);
  load_entry();
  // A record is named by its last event, so the one that holds `from` comes at it or after it.
  const auto drop_beyond = [&](std::set<Position>& places) {
    const auto beyond = places.upper_bound(from);
    if (beyond != places.end()) places.erase(std::next(beyond), places.end());
  };
  drop_beyond(tail_);
  drop_beyond(of_entry_);
}

std::optional<Position> RocksDbIndex::Backwards::next() {
  while (of_entry_.empty() && is_under_key()) load_entry();
  auto* places = &tail_;
  if (tail_.empty() || (!of_entry_.empty() && *of_entry_.rbegin() > *tail_.rbegin())) {
    places = &of_entry_;
  }
  if (places->empty()) return std::nullopt;
  const auto place = *places->rbegin();
  for (auto* each : {&tail_, &of_entry_}) each->erase(place);
  return last_ = place;
}

/// Takes what the entry has that did not come yet, and goes to the one before it.
void RocksDbIndex::Backwards::load_entry() {
  if (!is_under_key()) return;
  for_each_record(*entry_, [&](Position place) {
    if (place < last_) of_entry_.insert(place);
  });
  entry_->Prev();
}

bool RocksDbIndex::Backwards::is_under_key() const {
  return entry_->Valid() && entry_->key().starts_with(prefix_);
}

}  // namespace hansom
