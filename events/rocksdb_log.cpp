#include "events/rocksdb_log.hpp"

#include "events/files.hpp"
#include "events/high_water_mark.hpp"
#include "events/record.hpp"
#include "events/rocksdb_database.hpp"
#include "events/rocksdb_index.hpp"

#include <rocksdb/write_batch.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <shared_mutex>
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

/// Whether a folder has files in which a database keeps data, be it one that can't be opened.
bool has_data(const std::filesystem::path& folder) {
  std::error_code error;
  const std::filesystem::directory_iterator files(folder, error);
  return std::any_of(begin(files), end(files), [&](const auto& file) {
    const auto kind = file.path().extension();
    return kind == ".sst" || (kind == ".log" && file.file_size(error) > 0);
  });
}

std::string_view view(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }

std::string one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

}  // namespace

class RocksDbLog::Impl {
 public:
  enum class Use { write, follow, salvage };

  /// Reads the high-water mark, before the log moves on.
  Impl(std::filesystem::path data_dir, Durability durability, Use use);
  ~Impl();

  /// Opens the database and finds out where the log ends. A writer's log must reach what was
  /// acknowledged, and all of it is made durable before any of it is shown.
  LogResult open();
  LogResult check_mark() const;
  LogResult check_index() const;
  void start_upkeep();

  LogResult append(Position expected_end, std::span<const Envelope> events);
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
  bool writable() const { return use_ == Use::write; }
  bool has_history() const {
    return had_data_ || !mark_error_.empty() || acknowledged_.position > Position{};
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
  LogResult may_append(Position expected_end) const;
  LogResult write(rocksdb::WriteBatch& batch);
  void acknowledge(const HighWaterMark& end);
  template <typename Check>
  LogResult walk(Position from, Check check) const;
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
  const bool had_data_;  // whether there were files that a log leaves

  // Held, shared, while another thread than the log's own uses the database, so that `reopen` can't
  // close it then.
  mutable std::shared_mutex database_mutex_;
  std::unique_ptr<rocksdb::DB> db_;
  std::unique_ptr<rocksdb::ColumnFamilyHandle> records_;
  std::unique_ptr<RocksDbIndex> index_;
  mutable Position noted_;  // up to where the index was completed

  bool failed_ = false;
  std::string buffer_;

  mutable std::mutex mutex_;  // guards the following
  HighWaterMark end_;         // the last record there is
  /// What the log must have: as the mark said at first, then all that was appended. Outlives a
  /// reopening, which so can't forget what this process acknowledged.
  HighWaterMark acknowledged_;

  std::string mark_error_;               // why the mark could not be read
  std::optional<HighWaterMark> marked_;  // what the file says; from `open` on upkeep's own
  std::jthread upkeep_thread_;
};

RocksDbLog::Impl::Impl(std::filesystem::path data_dir, Durability durability, Use use)
    : data_dir_(std::move(data_dir)),
      durability_(durability),
      use_(use),
      had_data_(has_data(folder())) {
  auto mark = load_mark(mark_file());
  if (!mark) {
    mark_error_ = std::move(mark.error());
  } else if (*mark) {
    acknowledged_ = **mark;
    marked_ = **mark;
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

std::unexpected<LogError> RocksDbLog::Impl::closed() {
  return std::unexpected(LogError{LogError::Kind::unavailable, "the log is closed"});
}

/// What a failure of the database means. Where in the log the damage lies, RocksDB can't say; how
/// far the log had come, the mark can.
std::unexpected<LogError> RocksDbLog::Impl::failed(const rocksdb::Status& status) const {
  Position reached;
  {
    const std::lock_guard lock(mutex_);
    reached = acknowledged_.position;
  }
  const bool has_history = had_data_ || !mark_error_.empty() || reached > Position{};
  const bool files_missing =
      status.IsPathNotFound() || status.IsInvalidArgument() || status.IsTryAgain();
  if (status.IsCorruption() || (files_missing && has_history)) {
    return damaged({std::max<std::uint64_t>(reached.value, 1)},
                   "the database can't be read, and the log had reached position " +
                       std::to_string(reached.value) + " at least (" + one_line(status.ToString()) +
                       ")");
  }
  return std::unexpected(
      LogError{LogError::Kind::unavailable,
               "the log in " + folder().string() + " failed: " + one_line(status.ToString())});
}

std::unexpected<LogError> RocksDbLog::Impl::damaged(Position position,
                                                    const std::string& why) const {
  return std::unexpected(LogError{LogError::Kind::damaged,
                                  "the log in " + folder().string() + " is damaged at position " +
                                      std::to_string(position.value) + ": " + why +
                                      "; look with: hansom-replay --data-dir " +
                                      data_dir_.string() + " verify",
                                  LogError::Damage{position, why}});
}

LogResult RocksDbLog::Impl::open() {
  auto opened = open_database();
  if (opened) opened = find_end();
  if (opened && writable()) opened = check_mark();
  if (opened && writable()) opened = make_durable();
  if (opened && writable()) opened = load_index_tail();
  if (opened && writable()) acknowledge(end_);
  // A follower of files that are gone shows what there was before them, and does not say so.
  if (opened && use_ == Use::follow) opened = check_reach();
  failed_ = !opened;
  return opened;
}

LogResult RocksDbLog::Impl::open_database() {
  if (writable()) {
    std::error_code error;
    std::filesystem::create_directories(folder(), error);
    if (error) {
      return std::unexpected(
          LogError{LogError::Kind::unavailable,
                   "can't create " + folder().string() + ": " + error.message()});
    }
  } else if (std::error_code error; !std::filesystem::is_directory(folder(), error)) {
    const bool is_hidden = error && error != std::errc::no_such_file_or_directory;
    return std::unexpected(LogError{
        LogError::Kind::unavailable,
        "there is no log in " + data_dir_.string() + (is_hidden ? ": " + error.message() : "")});
  }
  const auto access = use_ == Use::follow    ? Access::follow
                      : use_ == Use::salvage ? Access::salvage
                      : has_history()        ? Access::write
                                             : Access::create;
  auto opened = hansom::open_database(folder(), access);
  if (!opened && is_locked(opened.error())) {
    return std::unexpected(
        LogError{LogError::Kind::in_use,
                 "the data folder " + data_dir_.string() + " is in use by another process"});
  }
  if (!opened) return failed(opened.error());
  db_ = std::move(opened->db);
  records_ = std::move(opened->records);
  index_ = std::make_unique<RocksDbIndex>(*db_, std::move(opened->streams));
  noted_ = {};
  return {};
}

void RocksDbLog::Impl::close() {
  records_.reset();
  index_.reset();
  db_.reset();
}

LogResult RocksDbLog::Impl::find_end() {
  HighWaterMark end;
  const std::unique_ptr<rocksdb::Iterator> last(db_->NewIterator({}, records_.get()));
  last->SeekToLast();
  if (last->Valid()) {
    end.position = position_at_end(last->key());
    const auto hash = hash_of_record(view(last->value()));
    if (!hash && use_ != Use::salvage) {
      return damaged(end.position, "the last record has no known format");
    }
    end.hash = hash.value_or(Digest{});
  }
  if (!last->status().ok() && use_ != Use::salvage) return failed(last->status());
  const std::lock_guard lock(mutex_);
  end_ = end;
  return {};
}

/// A writer that is being reopened has what it acknowledged: what else is found may be gone again
/// until it is made durable.
HighWaterMark RocksDbLog::Impl::mark() const {
  const std::lock_guard lock(mutex_);
  return writable() ? acknowledged_ : end_;
}

LogResult RocksDbLog::Impl::check_mark() const {
  if (!marked_ && mark_error_.empty() && end_.position > Position{}) {
    return damaged(end_.position,
                   mark_file().string() + " is missing, so whether the log goes on is unknown");
  }
  return check_reach();
}

/// Whether all is there that the mark says, where there is a mark.
LogResult RocksDbLog::Impl::check_reach() const {
  if (!mark_error_.empty()) {
    return damaged(end_.position, mark_error_ + ", so whether the log goes on is unknown");
  }
  const auto& position = acknowledged_.position;
  if (end_.position < position) {
    return damaged({end_.position.value + 1}, "events up to " + std::to_string(position.value) +
                                                  " were acknowledged and are missing");
  }
  const auto held = has_record(acknowledged_);
  if (!held) return std::unexpected(held.error());
  if (!*held) return damaged(position, "the record is not the one that was acknowledged");
  return {};
}

LogResult RocksDbLog::Impl::check_index() const {
  if (!db_) return closed();
  if (const auto status = index_->read_all(); !status.ok()) return failed(status);
  if (use_ != Use::follow || is_locked_by_another_process(folder() / "LOCK")) return {};
  // A follower passes over files that are missing.
  auto strict = hansom::open_database(folder(), Access::inspect);
  if (!strict) return failed(strict.error());
  const RocksDbIndex index(*strict->db, std::move(strict->streams));
  if (const auto status = index.read_all(); !status.ok()) return failed(status);
  return {};
}

std::expected<bool, LogError> RocksDbLog::Impl::holds(const HighWaterMark& record) const {
  const std::shared_lock lock(database_mutex_);
  return has_record(record);
}

/// REQUIRES: the log's own thread, or the lock on the database.
std::expected<bool, LogError> RocksDbLog::Impl::has_record(const HighWaterMark& record) const {
  if (record.position == Position{}) return record.hash == Digest{};
  if (!db_) return closed();
  rocksdb::PinnableSlice stored;
  const auto status = db_->Get({}, records_.get(), key_of(record.position), &stored);
  if (status.IsNotFound()) return false;
  if (!status.ok()) return failed(status);
  return hash_of_record(view(stored)) == record.hash;
}

/// What was found may stand in the system's memory only, from a write whose sync never came; it is
/// shown from now on, so it has to be on the disk. So have the names of new folders. A log has its
/// mark from the beginning, so that one without it is known to have lost it.
LogResult RocksDbLog::Impl::make_durable() {
  if (const auto status = db_->Flush({}, records_.get()); !status.ok()) return failed(status);
  if (marked_) return {};
  if (const auto stored = store_mark(mark_file(), end_); !stored) {
    return std::unexpected(LogError{LogError::Kind::unavailable, stored.error()});
  }
  marked_ = end_;
  const auto parent = std::filesystem::absolute(data_dir_).lexically_normal().parent_path();
  for (const auto& each : {data_dir_, parent}) {
    if (const auto synced = sync_folder(each); !synced) {
      return std::unexpected(LogError{LogError::Kind::unavailable, synced.error()});
    }
  }
  return {};
}

/// What the index lacks, after a crash say, is read from the log's end. A reader does so once it
/// needs the index.
LogResult RocksDbLog::Impl::load_index_tail() const {
  if (noted_ == end_.position) return {};
  const auto reach = index_->reach();
  if (!reach) return failed(reach.error());
  const std::unique_ptr<rocksdb::Iterator> record(db_->NewIterator({}, records_.get()));
  const Position first{std::max(reach->value, noted_.value) + 1};
  for (record->Seek(key_of(first)); record->Valid(); record->Next()) {
    const auto position = position_at_end(record->key());
    const auto noted = decode_events(view(record->value()), [&](const Envelope& envelope) {
      index_->note(envelope, position);
      return true;
    });
    if (!noted && use_ != Use::salvage) return damaged(position, noted.error());
  }
  if (!record->status().ok() && use_ != Use::salvage) return failed(record->status());
  noted_ = end_.position;
  return {};
}

/// From now on the log must have what it has.
void RocksDbLog::Impl::acknowledge(const HighWaterMark& end) {
  const std::lock_guard lock(mutex_);
  end_ = acknowledged_ = end;
}

LogResult RocksDbLog::Impl::may_append(Position expected_end) const {
  if (!writable() || failed_) {
    return std::unexpected(
        LogError{LogError::Kind::unavailable, writable() ? "the log has failed and was not reopened"
                                                         : "the log was opened for reading"});
  }
  if (expected_end == end_.position) return {};
  return std::unexpected(
      LogError{LogError::Kind::conflict, "the log ends at " + std::to_string(end_.position.value) +
                                             ", not at " + std::to_string(expected_end.value)});
}

/// What was written is then to be noted in the index, and only then acknowledged: upkeep takes it
/// that the index reaches as far.
LogResult RocksDbLog::Impl::write(rocksdb::WriteBatch& batch) {
  rocksdb::WriteOptions options;
  options.sync = durability_ == Durability::synced;
  const auto status = db_->Write(options, &batch);
  if (!status.ok()) {
    failed_ = true;
    return failed(status);
  }
  return {};
}

LogResult RocksDbLog::Impl::append(Position expected_end, std::span<const Envelope> events) {
  if (const auto may = may_append(expected_end); !may) return may;
  auto chain = end_.hash;
  rocksdb::WriteBatch batch;
  for_each_record(events, [&](std::span<const Envelope> of_record) {
    buffer_.clear();
    encode_record(of_record, chain, buffer_);
    batch.Put(records_.get(), key_of(of_record.back().position), buffer_);
  });
  if (const auto written = write(batch); !written) return written;
  for_each_record(events, [&](std::span<const Envelope> of_record) {
    for (const auto& envelope : of_record) index_->note(envelope, of_record.back().position);
  });
  acknowledge({events.back().position, chain});
  return {};
}

LogResult RocksDbLog::Impl::append_record(std::string_view record, const Visit& visit) {
  if (const auto may = may_append(end_.position); !may) return may;
  auto end = end_;
  std::vector<Envelope> events;
  const auto decoded = decode_record(record, end.hash, end.position, [&](const Envelope& envelope) {
    events.push_back(envelope);
    return true;
  });
  if (!decoded) return damaged({end.position.value + 1}, decoded.error());
  rocksdb::WriteBatch batch;
  batch.Put(records_.get(), key_of(end.position), {record.data(), record.size()});
  if (const auto written = write(batch); !written) return written;
  for (const auto& envelope : events) {
    index_->note(envelope, end.position);
    if (visit) visit(envelope);
  }
  acknowledge(end);
  return {};
}

/// Goes through the records from the one that holds `from` on. `check(record, chain, end)` takes
/// hash and last position of the record before, and makes them this one's.
template <typename Check>
LogResult RocksDbLog::Impl::walk(Position from, Check check) const {
  const std::shared_lock lock(database_mutex_);
  if (!db_) return closed();
  rocksdb::ReadOptions options;
  options.fill_cache = false;
  options.readahead_size = 2u << 20;
  const std::unique_ptr<rocksdb::Iterator> record(db_->NewIterator(options, records_.get()));
  HighWaterMark end;
  if (from.value > 1) {
    // The chain is picked up at the record before the one that holds `from`.
    record->SeekForPrev(key_of({from.value - 1}));
  } else {
    record->SeekToFirst();
  }
  if (from.value > 1 && record->Valid()) {
    end.position = position_at_end(record->key());
    const auto hash = hash_of_record(view(record->value()));
    if (!hash) return damaged(end.position, "no record of a known format");
    end.hash = *hash;
    record->Next();
  } else if (record->status().ok()) {
    record->SeekToFirst();
  }
  for (; record->Valid(); record->Next()) {
    const auto named = position_at_end(record->key());
    const std::expected<bool, std::string> more =
        check(view(record->value()), end.hash, end.position, named);
    if (!more) return damaged({end.position.value + 1}, more.error());
    if (!*more) return {};
    if (end.position != named) return damaged(end.position, "the record has another key");
  }
  if (record->status().IsCorruption() || (!record->status().ok() && use_ == Use::salvage)) {
    return damaged({end.position.value + 1}, one_line(record->status().ToString()));
  }
  if (!record->status().ok()) return failed(record->status());
  return {};
}

LogResult RocksDbLog::Impl::read(Position from, const Visit& visit) const {
  return walk(from, [&](std::string_view record, Digest& chain, Position& end, Position) {
    return decode_record(record, chain, end, [&](const Envelope& envelope) {
      return envelope.position < from || visit(envelope);
    });
  });
}

LogResult RocksDbLog::Impl::read_records(Position from, const VisitRecord& visit) const {
  return walk(from,
              [&](std::string_view record, Digest& chain, Position& end,
                  Position named) -> std::expected<bool, std::string> {
                if (const auto checked = check_record(record, chain); !checked) {
                  return std::unexpected(checked.error());
                }
                end = named;
                return visit(named, record);
              });
}

LogResult RocksDbLog::Impl::read_stream(const StreamId& stream, const Visit& visit) const {
  if (!db_) return closed();
  if (const auto loaded = complete_index(); !loaded) return loaded;
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
  if (!db_) return closed();
  if (const auto loaded = complete_index(); !loaded) return loaded;
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

LogResult RocksDbLog::Impl::catch_up() {
  if (!db_) return closed();
  if (const auto status = db_->TryCatchUpWithPrimary(); !status.ok()) return failed(status);
  return find_end();
}

LogResult RocksDbLog::Impl::reopen() {
  const std::unique_lock lock(database_mutex_);
  close();
  auto opened = open();
  if (!opened) {
    close();
    // What was found and not made durable may be gone the next time.
    const std::lock_guard end_lock(mutex_);
    end_ = acknowledged_;
  }
  return opened;
}

void RocksDbLog::Impl::start_upkeep() {
  upkeep_thread_ = std::jthread([this](const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any wake;
    while (!stop.stop_requested()) {
      std::unique_lock waiting(mutex);
      wake.wait_for(waiting, stop, upkeep_interval, [] { return false; });
      const std::shared_lock lock(database_mutex_);
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
  auto impl = std::make_unique<Impl>(data_dir, durability, Impl::Use::write);
  if (auto opened = impl->open(); !opened) return std::unexpected(opened.error());
  impl->start_upkeep();
  return std::unique_ptr<RocksDbLog>(new RocksDbLog(std::move(impl)));
}

std::expected<std::unique_ptr<RocksDbLog>, LogError> RocksDbLog::open_for_reading(
    const std::filesystem::path& data_dir) {
  auto impl = std::make_unique<Impl>(data_dir, Durability::synced, Impl::Use::follow);
  if (auto opened = impl->open(); !opened) return std::unexpected(opened.error());
  return std::unique_ptr<RocksDbLog>(new RocksDbLog(std::move(impl)));
}

std::expected<std::unique_ptr<RocksDbLog>, LogError> RocksDbLog::open_damaged(
    const std::filesystem::path& data_dir) {
  auto impl = std::make_unique<Impl>(data_dir, Durability::synced, Impl::Use::salvage);
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
HighWaterMark RocksDbLog::mark() const { return impl_->mark(); }
std::expected<bool, LogError> RocksDbLog::holds(const HighWaterMark& record) const {
  return impl_->holds(record);
}
LogResult RocksDbLog::catch_up() { return impl_->catch_up(); }
LogResult RocksDbLog::read_records(Position from, const VisitRecord& visit) const {
  return impl_->read_records(from, visit);
}
LogResult RocksDbLog::append_record(std::string_view record, const Visit& visit) {
  return impl_->append_record(record, visit);
}
LogResult RocksDbLog::reopen() { return impl_->reopen(); }
LogResult RocksDbLog::check_mark() const { return impl_->check_mark(); }
LogResult RocksDbLog::check_index() const { return impl_->check_index(); }

}  // namespace hansom
