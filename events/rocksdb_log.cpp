#include "events/rocksdb_log.hpp"

#include "events/files.hpp"
#include "events/high_water_mark.hpp"
#include "events/record.hpp"
#include "events/rocksdb_index.hpp"

#include <rocksdb/db.h>
#include <rocksdb/options.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

namespace hansom {
namespace {

/// How long mark and index may lag: half of the promised second, the rest is for the writing.
constexpr std::chrono::milliseconds upkeep_interval{500};

/// A record of more events is made several, so that reading one event looks through little.
constexpr std::size_t record_events_max = 256;

/// The events of each record that a batch is written as.
template <typename Visit>
void for_each_record(std::span<const Envelope> batch, Visit visit) {
  while (!batch.empty()) {
    const auto events = batch.first(std::min(batch.size(), record_events_max));
    visit(events);
    batch = batch.subspan(events.size());
  }
}

std::string_view view(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }

std::string one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

/// RocksDB's own diary is of no use to operators, and is not written.
class NoDiary final : public rocksdb::Logger {
 public:
  using rocksdb::Logger::Logv;
  void Logv(const char*, va_list) override {}
};

/// `fresh`: there was no log yet. Where there was one, a new one may not take its place and clear
/// away what is left of it.
rocksdb::DBOptions database_options(bool fresh) {
  rocksdb::DBOptions options;
  options.create_if_missing = fresh;
  options.create_missing_column_families = fresh;
  options.info_log = std::make_shared<NoDiary>();
  // A cut at the very end of the write-ahead log is an append that nobody was told of. Damage
  // before that is refused by RocksDB, or found by the mark and the chain.
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  options.recycle_log_file_num = 0;  // would have old records stand behind new ones
  options.manual_wal_flush = false;
  options.avoid_flush_during_recovery = true;  // a log that is then refused keeps its evidence
  options.max_open_files = 512;                // of the process's 20,000, most are for sockets
  return options;
}

/// Keys only ever grow: files never overlap, so compaction just moves them down.
rocksdb::ColumnFamilyOptions append_only_options() {
  rocksdb::ColumnFamilyOptions options;
  options.write_buffer_size = 64u << 20;
  options.max_write_buffer_number = 4;
  options.compression = rocksdb::kLZ4Compression;
  options.level0_file_num_compaction_trigger = 4;
  return options;
}

}  // namespace

class RocksDbLog::Impl {
 public:
  /// Reads the high-water mark, before the log moves on.
  Impl(std::filesystem::path data_dir, Durability durability, bool writable);
  ~Impl();

  /// Opens the database and finds out where the log ends. A writer's log must reach what was
  /// acknowledged, and all of it is made durable before any of it is shown.
  LogResult open();
  LogResult check_mark() const;
  void start_upkeep();

  LogResult append(Position expected_end, std::span<const Envelope> events);
  LogResult read(Position from, const Visit& visit) const;
  LogResult read_stream(const StreamId& stream, const Visit& visit) const;
  LogResult read_mentions(const Subject& subject, Position before, const Visit& visit) const;
  Position end() const { return end_.position; }
  LogResult reopen();

 private:
  bool has_history() const { return !mark_error_.empty() || acknowledged_.position > Position{}; }
  LogResult open_database();
  void close();
  LogResult find_end();
  LogResult make_durable();
  LogResult load_index_tail();
  void acknowledge();
  template <typename Decode>
  std::expected<bool, LogError> visit_record(Position place, Decode decode) const;
  void keep_up();

  std::filesystem::path folder() const { return data_dir_ / "log"; }
  std::filesystem::path mark_file() const { return data_dir_ / "log.mark"; }
  std::unexpected<LogError> failed(const rocksdb::Status& status) const;
  std::unexpected<LogError> damaged(Position position, const std::string& why) const;

  const std::filesystem::path data_dir_;
  const Durability durability_;
  const bool writable_;

  std::unique_ptr<rocksdb::DB> db_;
  std::unique_ptr<rocksdb::ColumnFamilyHandle> records_;
  std::unique_ptr<RocksDbIndex> index_;

  HighWaterMark end_;  // the last record there is
  bool failed_ = false;
  std::string buffer_;

  mutable std::mutex mutex_;  // guards the following
  /// What the log must have: as the mark said at first, then all that was appended. Outlives a
  /// reopening, which so can't forget what this process acknowledged.
  HighWaterMark acknowledged_;
  std::string mark_error_;  // why the mark could not be read

  std::mutex upkeep_mutex_;  // held while upkeep uses the database, so that `reopen` can't close it
  HighWaterMark marked_;     // what the file says; upkeep's own
  std::condition_variable_any upkeep_wake_;
  std::jthread upkeep_thread_;
};

RocksDbLog::Impl::Impl(std::filesystem::path data_dir, Durability durability, bool writable)
    : data_dir_(std::move(data_dir)), durability_(durability), writable_(writable) {
  auto mark = load_mark(mark_file());
  if (!mark) {
    mark_error_ = std::move(mark.error());
  } else if (*mark) {
    acknowledged_ = **mark;
  }
}

RocksDbLog::Impl::~Impl() {
  // A log that was refused keeps its mark: only one that was opened in good order is kept up.
  if (upkeep_thread_.joinable()) {
    upkeep_thread_ = {};  // requests the stop and joins
    if (db_) keep_up();
  }
  close();
}

/// What a failure of the database means. Where in the log the damage lies, RocksDB can't say; how
/// far the log had come, the mark can.
std::unexpected<LogError> RocksDbLog::Impl::failed(const rocksdb::Status& status) const {
  const bool files_missing = status.IsPathNotFound() || status.IsInvalidArgument();
  if (status.IsCorruption() || (files_missing && has_history())) {
    return damaged(acknowledged_.position,
                   "the database can't be read, and the log had reached this position (" +
                       one_line(status.ToString()) + ")");
  }
  return std::unexpected(
      LogError{LogError::Kind::unavailable,
               "the log in " + folder().string() + " failed: " + one_line(status.ToString())});
}

std::unexpected<LogError> RocksDbLog::Impl::damaged(Position position,
                                                    const std::string& why) const {
  return std::unexpected(LogError{
      LogError::Kind::damaged, "the log in " + folder().string() + " is damaged at position " +
                                   std::to_string(position.value) + ": " + why +
                                   "; look with: hansom-replay --data-dir " + data_dir_.string() +
                                   " verify"});
}

LogResult RocksDbLog::Impl::open() {
  auto opened = open_database();
  if (opened) opened = find_end();
  if (opened && writable_) opened = check_mark();
  if (opened && writable_) opened = make_durable();
  if (opened) opened = load_index_tail();
  if (opened && writable_) acknowledge();
  failed_ = !opened;
  return opened;
}

LogResult RocksDbLog::Impl::open_database() {
  if (writable_) {
    std::error_code error;
    std::filesystem::create_directories(folder(), error);
    if (error) {
      return std::unexpected(
          LogError{LogError::Kind::unavailable,
                   "can't create " + folder().string() + ": " + error.message()});
    }
  } else if (std::error_code error; !std::filesystem::is_directory(folder(), error)) {
    return std::unexpected(
        LogError{LogError::Kind::unavailable, "there is no log in " + data_dir_.string()});
  }
  const std::vector<rocksdb::ColumnFamilyDescriptor> families = {
      {rocksdb::kDefaultColumnFamilyName, append_only_options()},
      {"streams", RocksDbIndex::options()}};
  const auto options = database_options(!has_history());
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* db = nullptr;
  const auto status =
      writable_ ? rocksdb::DB::Open(options, folder(), families, &handles, &db)
                : rocksdb::DB::OpenForReadOnly(options, folder(), families, &handles, &db);
  if (!status.ok()) {
    const auto text = status.ToString();
    // RocksDB has no code of its own for a lock that someone else holds.
    if (text.find("While lock file") != std::string::npos &&
        text.find("temporarily unavailable") != std::string::npos) {
      return std::unexpected(
          LogError{LogError::Kind::in_use,
                   "the data folder " + data_dir_.string() + " is in use by another process"});
    }
    return failed(status);
  }
  db_.reset(db);
  records_.reset(handles[0]);
  index_ = std::make_unique<RocksDbIndex>(*db_, handles[1]);
  return {};
}

void RocksDbLog::Impl::close() {
  records_.reset();
  index_.reset();
  db_.reset();
}

LogResult RocksDbLog::Impl::find_end() {
  end_ = {};
  const std::unique_ptr<rocksdb::Iterator> last(db_->NewIterator({}, records_.get()));
  last->SeekToLast();
  if (last->Valid()) {
    end_.position = position_at_end(last->key());
    const auto hash = hash_of_record(view(last->value()));
    if (!hash) return damaged(end_.position, "the last record has no known format");
    end_.hash = *hash;
  }
  if (!last->status().ok()) return failed(last->status());
  return {};
}

LogResult RocksDbLog::Impl::check_mark() const {
  if (!mark_error_.empty()) {
    return damaged(end_.position, mark_error_ + ", so whether the log goes on is unknown");
  }
  const auto& [position, hash] = acknowledged_;
  if (position == Position{}) return {};
  if (end_.position < position) {
    return damaged({end_.position.value + 1}, "events up to " + std::to_string(position.value) +
                                                  " were acknowledged and are missing");
  }
  rocksdb::PinnableSlice record;
  const auto status = db_->Get({}, records_.get(), key_of(position), &record);
  if (status.ok() && hash_of_record(view(record)) == hash) return {};
  if (status.ok() || status.IsNotFound()) {
    return damaged(position, "the record is not the one that was acknowledged");
  }
  return failed(status);
}

/// What was found may stand in the system's memory only, from a write whose sync never came; it is
/// shown from now on, so it has to be on the disk. So have the names of new folders.
LogResult RocksDbLog::Impl::make_durable() {
  if (const auto status = db_->Flush({}, records_.get()); !status.ok()) return failed(status);
  if (has_history()) return {};
  const auto parent = std::filesystem::absolute(data_dir_).lexically_normal().parent_path();
  for (const auto& each : {data_dir_, parent}) {
    if (const auto synced = sync_folder(each); !synced) {
      return std::unexpected(LogError{LogError::Kind::unavailable, synced.error()});
    }
  }
  return {};
}

/// What the index lacks, after a crash say, is read from the log's end.
LogResult RocksDbLog::Impl::load_index_tail() {
  const auto reach = index_->reach();
  if (!reach) return failed(reach.error());
  const std::unique_ptr<rocksdb::Iterator> record(db_->NewIterator({}, records_.get()));
  for (record->Seek(key_of(Position{reach->value + 1})); record->Valid(); record->Next()) {
    const auto position = position_at_end(record->key());
    const auto noted = decode_events(view(record->value()), [&](const Envelope& envelope) {
      index_->note(envelope, position);
      return true;
    });
    if (!noted) return damaged(position, noted.error());
  }
  if (!record->status().ok()) return failed(record->status());
  return {};
}

/// From now on the log must have what it has.
void RocksDbLog::Impl::acknowledge() {
  const std::lock_guard lock(mutex_);
  acknowledged_ = end_;
}

LogResult RocksDbLog::Impl::append(Position expected_end, std::span<const Envelope> events) {
  if (!writable_ || failed_) {
    return std::unexpected(
        LogError{LogError::Kind::unavailable, writable_ ? "the log has failed and was not reopened"
                                                        : "the log was opened for reading"});
  }
  if (expected_end != end_.position) {
    return std::unexpected(LogError{LogError::Kind::conflict,
                                    "the log ends at " + std::to_string(end_.position.value) +
                                        ", not at " + std::to_string(expected_end.value)});
  }
  auto chain = end_.hash;
  rocksdb::WriteBatch batch;
  for_each_record(events, [&](std::span<const Envelope> of_record) {
    buffer_.clear();
    encode_record(of_record, chain, buffer_);
    batch.Put(records_.get(), key_of(of_record.back().position), buffer_);
  });

  rocksdb::WriteOptions options;
  options.sync = durability_ == Durability::synced;
  const auto status = db_->Write(options, &batch);
  if (!status.ok()) {
    failed_ = true;
    return failed(status);
  }
  end_ = {events.back().position, chain};
  for_each_record(events, [&](std::span<const Envelope> of_record) {
    for (const auto& envelope : of_record) index_->note(envelope, of_record.back().position);
  });
  acknowledge();
  return {};
}

LogResult RocksDbLog::Impl::read(Position from, const Visit& visit) const {
  if (!db_) return std::unexpected(LogError{LogError::Kind::unavailable, "the log is closed"});
  rocksdb::ReadOptions options;
  options.fill_cache = false;
  options.readahead_size = 2u << 20;
  const std::unique_ptr<rocksdb::Iterator> record(db_->NewIterator(options, records_.get()));
  Position end;
  Digest chain{};
  if (from.value > 1) {
    // The chain is picked up at the record before the one that holds `from`.
    record->SeekForPrev(key_of({from.value - 1}));
    if (record->Valid()) {
      end = position_at_end(record->key());
      const auto hash = hash_of_record(view(record->value()));
      if (!hash) return damaged(end, "no record of a known format");
      chain = *hash;
      record->Next();
    } else {
      record->SeekToFirst();
    }
  } else {
    record->SeekToFirst();
  }
  for (; record->Valid(); record->Next()) {
    const auto more = decode_record(
        view(record->value()), chain, end,
        [&](const Envelope& envelope) { return envelope.position < from || visit(envelope); });
    if (!more) return damaged({end.value + 1}, more.error());
    if (!*more) return {};
    if (end != position_at_end(record->key())) return damaged(end, "the record has another key");
  }
  if (record->status().IsCorruption()) {
    return damaged({end.value + 1}, one_line(record->status().ToString()));
  }
  if (!record->status().ok()) return failed(record->status());
  return {};
}

LogResult RocksDbLog::Impl::read_stream(const StreamId& stream, const Visit& visit) const {
  if (!db_) return std::unexpected(LogError{LogError::Kind::unavailable, "the log is closed"});
  const auto places = index_->records_of(stream);
  if (!places) return failed(places.error());
  for (const auto place : *places) {
    const auto more = visit_record(
        place, [&](std::string_view record) { return decode_stream(record, stream, visit); });
    if (!more) return std::unexpected(more.error());
    if (!*more) break;
  }
  return {};
}

LogResult RocksDbLog::Impl::read_mentions(const Subject& subject, Position before,
                                          const Visit& visit) const {
  if (!db_) return std::unexpected(LogError{LogError::Kind::unavailable, "the log is closed"});
  RocksDbIndex::Backwards places(*index_, subject, before);
  while (const auto place = places.next()) {
    const auto more = visit_record(*place, [&](std::string_view record) {
      return decode_mentions(record, subject, [&](const Envelope& envelope) {
        return envelope.position >= before || visit(envelope);
      });
    });
    if (!more) return std::unexpected(more.error());
    if (!*more) return {};
  }
  if (!places.status().ok()) return failed(places.status());
  return {};
}

/// Reads one record, named by its last position.
template <typename Decode>
std::expected<bool, LogError> RocksDbLog::Impl::visit_record(Position place, Decode decode) const {
  rocksdb::PinnableSlice record;
  const auto status = db_->Get({}, records_.get(), key_of(place), &record);
  if (status.IsNotFound()) return damaged(place, "the record is missing");
  if (!status.ok()) return failed(status);
  const auto more = decode(view(record));
  if (!more) return damaged(place, more.error());
  return *more;
}

LogResult RocksDbLog::Impl::reopen() {
  const std::lock_guard upkeep(upkeep_mutex_);
  close();
  auto opened = open();
  if (!opened) close();
  return opened;
}

void RocksDbLog::Impl::start_upkeep() {
  upkeep_thread_ = std::jthread([this](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      std::unique_lock lock(upkeep_mutex_);
      upkeep_wake_.wait_for(lock, stop, upkeep_interval, [] { return false; });
      if (db_) keep_up();
    }
  });
}

/// Brings index and mark up to what is acknowledged. What can't be written (a full disk) is written
/// the next time round.
void RocksDbLog::Impl::keep_up() {
  HighWaterMark reached;
  {
    const std::lock_guard lock(mutex_);
    reached = acknowledged_;
  }
  index_->write(reached.position);
  if (reached != marked_ && store_mark(mark_file(), reached)) marked_ = reached;
}

RocksDbLog::RocksDbLog(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
RocksDbLog::~RocksDbLog() = default;

std::expected<std::unique_ptr<RocksDbLog>, LogError> RocksDbLog::open(
    const std::filesystem::path& data_dir, Durability durability) {
  auto impl = std::make_unique<Impl>(data_dir, durability, true);
  if (auto opened = impl->open(); !opened) return std::unexpected(opened.error());
  impl->start_upkeep();
  return std::unique_ptr<RocksDbLog>(new RocksDbLog(std::move(impl)));
}

std::expected<std::unique_ptr<RocksDbLog>, LogError> RocksDbLog::open_for_reading(
    const std::filesystem::path& data_dir) {
  auto impl = std::make_unique<Impl>(data_dir, Durability::synced, false);
  if (auto opened = impl->open(); !opened) return std::unexpected(opened.error());
  return std::unique_ptr<RocksDbLog>(new RocksDbLog(std::move(impl)));
}

LogResult RocksDbLog::append(Position expected_end, std::span<const Envelope> events) {
  return impl_->append(expected_end, events);
}
LogResult RocksDbLog::read(Position from, const Visit& visit) const {
  return impl_->read(from, visit);
}
LogResult RocksDbLog::read_stream(const StreamId& stream, const Visit& visit) const {
  return impl_->read_stream(stream, visit);
}
LogResult RocksDbLog::read_mentions(const Subject& subject, Position before,
                                    const Visit& visit) const {
  return impl_->read_mentions(subject, before, visit);
}
Position RocksDbLog::end() const { return impl_->end(); }
LogResult RocksDbLog::reopen() { return impl_->reopen(); }
LogResult RocksDbLog::check_mark() const { return impl_->check_mark(); }

}  // namespace hansom
