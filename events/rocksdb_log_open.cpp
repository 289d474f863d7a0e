// How a log is opened, what it must have, and what is kept up behind it.

#include "events/files.hpp"
#include "events/record.hpp"
#include "events/rocksdb_database.hpp"
#include "events/rocksdb_log_impl.hpp"

#include <condition_variable>

namespace hansom {
namespace {

/// Whether a folder has files in which a database keeps data, be it one that can't be opened.
bool has_data(const std::filesystem::path& folder) {
  std::error_code error;
  const std::filesystem::directory_iterator files(folder, error);
  return std::any_of(begin(files), end(files), [&](const auto& file) {
    const auto kind = file.path().extension();
    return kind == ".sst" || (kind == ".log" && file.file_size(error) > 0);
  });
}

}  // namespace

RocksDbLog::Impl::Impl(std::filesystem::path data_dir, Durability durability, Use use,
                       const RocksDbSetup& setup)
    : data_dir_(std::move(data_dir)),
      durability_(durability),
      use_(use),
      setup_(setup),
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
  writer_.wait();
  // A log that was refused keeps its mark: only one that was opened in good order is kept up.
  if (upkeep_thread_.joinable()) {
    upkeep_thread_ = {};  // requests the stop and joins
    keep_up();
  }
  close();
}

std::unexpected<LogError> RocksDbLog::Impl::closed() {
  return std::unexpected(LogError{LogError::Kind::unavailable, "the log is closed"});
}

/// What a failure of the database means. Where in the log the damage lies, RocksDB can't say; how
/// far the log had come, the mark can.
std::unexpected<LogError> RocksDbLog::Impl::failed(const rocksdb::Status& status) const {
  const auto reached = acknowledged().position;
  const bool files_missing =
      status.IsPathNotFound() || status.IsInvalidArgument() || status.IsTryAgain();
  if (status.IsCorruption() || (files_missing && has_history())) {
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
  auto opened = hansom::open_database(folder(), access, setup_);
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
  const std::unique_ptr<rocksdb::Iterator> last(
      db_->NewIterator(iterator_options(), records_.get()));
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

/// A follower passes over files that are missing. Whether any is, is known where nobody writes.
LogResult RocksDbLog::Impl::check_index_files() const {
  if (use_ != Use::follow || is_locked_by_another_process(folder() / "LOCK")) return {};
  auto strict = hansom::open_database(folder(), Access::inspect, setup_);
  if (!strict) return failed(strict.error());
  const RocksDbIndex index(*strict->db, std::move(strict->streams));
  if (const auto status = index.read_all([](const IndexNote&) {}); !status.ok()) {
    return failed(status);
  }
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
/// shown from now on, so it has to be on the disk. So have the names of mark and folders, which an
/// earlier start may have made and not synced. A log has its mark from the beginning, so that one
/// without it is known to have lost it.
LogResult RocksDbLog::Impl::make_durable() {
  if (const auto status = db_->Flush({}, records_.get()); !status.ok()) return failed(status);
  if (!marked_) {
    if (const auto stored = store_mark(mark_file(), end_); !stored) {
      return std::unexpected(LogError{LogError::Kind::unavailable, stored.error()});
    }
    marked_ = end_;
  }
  if (const auto synced = sync_names_of(data_dir_); !synced) {
    return std::unexpected(LogError{LogError::Kind::unavailable, synced.error()});
  }
  return {};
}

/// What the index lacks, after a crash say, is read from the log's end. A reader does so once it
/// needs the index.
LogResult RocksDbLog::Impl::load_index_tail() const {
  if (noted_ == end_.position) return {};
  const auto reach = index_->reach();
  if (!reach) return failed(reach.error());
  const std::unique_ptr<rocksdb::Iterator> record(
      db_->NewIterator(iterator_options(), records_.get()));
  auto position = std::max(*reach, noted_);
  for (record->Seek(key_of({position.value + 1})); record->Valid(); record->Next()) {
    position = position_at_end(record->key());
    std::vector<IndexNote> notes;
    const auto noted = decode_events(view(record->value()), [&](const Envelope& envelope) {
      add_notes(envelope, position, notes);
      return true;
    });
    index_->note(notes);
    if (!noted && use_ != Use::salvage) return damaged(position, noted.error());
  }
  if (!record->status().ok() && use_ != Use::salvage) return failed(record->status());
  if (position < end_.position && use_ != Use::salvage) {
    return damaged({position.value + 1}, "the record is missing");
  }
  noted_ = end_.position;
  return {};
}

LogResult RocksDbLog::Impl::catch_up() {
  if (!db_) return closed();
  if (const auto status = db_->TryCatchUpWithPrimary(); !status.ok()) return failed(status);
  return find_end();
}

LogResult RocksDbLog::Impl::reopen() {
  finish_appends();
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
      wake.wait_for(waiting, stop, setup_.upkeep_interval, [] { return false; });
      const std::shared_lock lock(database_mutex_);
      keep_up();
    }
  });
}

/// Brings index and mark up to what is acknowledged. What can't be written (a full disk) is written
/// the next time round. The mark waits for no database: one that does not open again may have lost
/// what was acknowledged, which the next start has to know.
void RocksDbLog::Impl::keep_up() {
  const auto reached = acknowledged();
  if (db_) index_->write();
  if (reached != marked_ && store_mark(mark_file(), reached)) marked_ = reached;
}

std::expected<std::unique_ptr<RocksDbLog>, LogError> RocksDbLog::open(
    const std::filesystem::path& data_dir, Durability durability) {
  return open(data_dir, durability, RocksDbSetup{});
}

std::expected<std::unique_ptr<RocksDbLog>, LogError> RocksDbLog::open(
    const std::filesystem::path& data_dir, Durability durability, const RocksDbSetup& setup) {
  auto impl = std::make_unique<Impl>(data_dir, durability, Impl::Use::write, setup);
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

}  // namespace hansom
