#include "events/rocksdb_log.hpp"

#include "events/decode_ahead.hpp"
#include "events/record.hpp"
#include "events/rocksdb_database.hpp"
#include "events/rocksdb_log_impl.hpp"

#include <optional>
#include <utility>
#include <vector>

namespace hansom {
namespace {

/// A record of more events is made several, so that reading one event looks through little.
constexpr std::size_t record_events_max = 256;

/// So many batches become durable by one sync at most, so that the first need not wait for long.
constexpr std::size_t group_max = 64;

/// So much is read by the thread that asks for it before others are started to help.
constexpr std::size_t read_alone_bytes_max = 4 * 1024 * 1024;

/// The events of each record that a batch is written as.
template <typename Visit>
void for_each_record(std::span<const Envelope> batch, Visit visit) {
  while (!batch.empty()) {
    const auto events = batch.first(std::min(batch.size(), record_events_max));
    visit(events);
    batch = batch.subspan(events.size());
  }
}

}  // namespace

/// From now on the log must have what it has.
void RocksDbLog::Impl::acknowledge(const HighWaterMark& end) {
  const std::lock_guard lock(mutex_);
  end_ = acknowledged_ = end;
}

LogResult RocksDbLog::Impl::may_append() const {
  if (writable() && !failed_) return {};
  return std::unexpected(
      LogError{LogError::Kind::unavailable, writable() ? "the log has failed and was not reopened"
                                                       : "the log was opened for reading"});
}

/// What was written is then to be noted in the index, and only then acknowledged: upkeep takes it
/// that the index reaches as far.
///
/// All that one sync covers is one write: of two, the second may come into another write-ahead file
/// than the first, and outlive it when the power fails before the sync. RocksDB would open such a
/// log, with a hole in it.
LogResult RocksDbLog::Impl::write(rocksdb::WriteBatch& batch) {
  rocksdb::WriteOptions options;
  options.sync = durability_ == Durability::synced;
  if (const auto status = db_->Write(options, &batch); !status.ok()) {
    failed_ = true;
    return failed(status);
  }
  return {};
}

void RocksDbLog::Impl::begin_append(Position expected_end, std::span<const Envelope> events,
                                    Appended then) {
  bool is_first = false;
  {
    const std::lock_guard lock(handed_mutex_);
    is_first = handed_.empty();
    handed_.push_back({expected_end, events, std::move(then)});
  }
  if (is_first) writer_.post([this] { append_handed(); });
}

/// Without the way to another thread and back, which takes a good part of a sync.
LogResult RocksDbLog::Impl::append(Position expected_end, std::span<const Envelope> events) {
  finish_appends();
  LogResult result;
  const Handed handed{expected_end, events, [&](const LogResult& told) { result = told; }};
  append_all({&handed, 1});
  return result;
}

/// On the appending thread: what has gathered since it last looked.
void RocksDbLog::Impl::append_handed() {
  std::vector<Handed> all;
  {
    const std::lock_guard lock(handed_mutex_);
    all.swap(handed_);
  }
  append_all(all);
}

void RocksDbLog::Impl::append_all(std::span<const Handed> handed) {
  while (!handed.empty()) {
    const auto group = next_group(handed);
    auto result = may_append();
    if (result) result = group.empty() ? refuse(handed.front()) : write_group(group);
    const auto told = group.empty() ? handed.first(1) : group;
    for (const auto& each : told) each.then(result);
    handed = handed.subspan(told.size());
  }
}

/// Those of the first that follow on the log's end, and on each other.
std::span<const RocksDbLog::Impl::Handed> RocksDbLog::Impl::next_group(
    std::span<const Handed> handed) const {
  auto end = end_.position;
  std::size_t size = 0;
  for (; size < std::min(handed.size(), group_max); ++size) {
    const auto& [expected_end, events, then] = handed[size];
    if (events.empty()) continue;
    if (expected_end != end) break;
    end = events.back().position;
  }
  return handed.first(size);
}

/// What rests on a conflict would conflict, too, if it were not numbered right by chance.
LogResult RocksDbLog::Impl::refuse(const Handed& handed) {
  failed_ = true;
  return std::unexpected(LogError{LogError::Kind::conflict,
                                  "the log ends at " + std::to_string(end_.position.value) +
                                      ", not at " + std::to_string(handed.expected_end.value)});
}

LogResult RocksDbLog::Impl::write_group(std::span<const Handed> group) {
  auto& [end, batch, notes, record] = writing_;
  end = end_;
  batch.Clear();
  notes.clear();
  for (const auto& handed : group) {
    if (handed.events.empty()) continue;
    for_each_record(handed.events, [&](std::span<const Envelope> of_record) {
      record.clear();
      encode_record(of_record, end.hash, record);
      end.position = of_record.back().position;
      batch.Put(records_.get(), key_of(end.position), record);
      for (const auto& envelope : of_record) add_notes(envelope, end.position, notes);
    });
  }
  if (end == end_) return {};
  if (const auto written = write(batch); !written) return written;
  index_->note(notes);
  acknowledge(end);
  return {};
}

LogResult RocksDbLog::Impl::append_record(std::string_view record, const Visit& visit) {
  if (const auto may = may_append(); !may) return may;
  auto end = end_;
  std::vector<Envelope> events;
  const auto decoded = decode_record(record, end.hash, end.position, [&](Envelope&& envelope) {
    events.push_back(std::move(envelope));
    return true;
  });
  if (!decoded) return damaged({end.position.value + 1}, decoded.error());
  rocksdb::WriteBatch batch;
  batch.Put(records_.get(), key_of(end.position), {record.data(), record.size()});
  if (const auto written = write(batch); !written) return written;
  std::vector<IndexNote> notes;
  for (const auto& envelope : events) {
    add_notes(envelope, end.position, notes);
    if (visit) visit(envelope);
  }
  index_->note(notes);
  acknowledge(end);
  return {};
}

/// Goes through the records from the one that holds `from` on. `check(record, chain, end)` takes
/// hash and last position of the record before, and makes them this one's.
/// REQUIRES: the lock on the database, be it another thread's.
template <typename Check>
LogResult RocksDbLog::Impl::walk(Position from, Check check) const {
  if (!db_) return closed();
  const auto least = mark().position;
  auto options = iterator_options();
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
  if (end.position < least) return damaged({end.position.value + 1}, "the record is missing");
  return {};
}

LogResult RocksDbLog::Impl::read(Position from, const Visit& visit) const {
  const std::shared_lock lock(database_mutex_);
  std::size_t read = 0;
  std::optional<Position> goes_on;  // where there is so much that more threads are worth it
  const auto walked =
      walk(from,
           [&](std::string_view record, Digest& chain, Position& end,
               Position) -> std::expected<bool, std::string> {
             if (read > read_alone_bytes_max) {
               goes_on = std::max(from, Position{end.value + 1});
               return false;
             }
             read += record.size();
             return decode_record(record, chain, end, [&](const Envelope& envelope) {
               return envelope.position < from || visit(envelope);
             });
           });
  return walked && goes_on ? read_ahead(*goes_on, visit) : walked;
}

/// Reads on another thread than it visits on.
LogResult RocksDbLog::Impl::read_ahead(Position from, const Visit& visit) const {
  LogResult walked;
  DecodeAhead ahead([&](DecodeAhead& to) {
    walked = walk(from,
                  [&](std::string_view record, Digest& chain, Position& end,
                      Position named) -> std::expected<bool, std::string> {
                    const bool more = to.add(record, chain, end, named);
                    // What the record says is checked when it is decoded.
                    chain = hash_of_record(record).value_or(Digest{});
                    end = named;
                    return more;
                  });
  });
  while (const auto* decoded = ahead.next()) {
    for (const auto& envelope : decoded->events) {
      if (envelope.position >= from && !visit(envelope)) return {};
    }
    if (decoded->fault) return damaged(decoded->fault->at, decoded->fault->what);
  }
  return walked;
}

LogResult RocksDbLog::Impl::read_records(Position from, const VisitRecord& visit) const {
  const std::shared_lock lock(database_mutex_);
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

RocksDbLog::RocksDbLog(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
RocksDbLog::~RocksDbLog() = default;

LogResult RocksDbLog::append(Position expected_end, std::span<const Envelope> events) {
  return impl_->append(expected_end, events);
}
void RocksDbLog::begin_append(Position expected_end, std::span<const Envelope> events,
                              Appended then) {
  impl_->begin_append(expected_end, events, std::move(then));
}
void RocksDbLog::finish_appends() { impl_->finish_appends(); }
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

}  // namespace hansom
