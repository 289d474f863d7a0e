#include "events/files.hpp"
#include "events/record.hpp"
#include "events/rocksdb_database.hpp"
#include "events/rocksdb_log_impl.hpp"

#include <cstdint>
#include <map>

// A log may have more events than fit into memory, so what the events say and what the index says
// are summed up in some thousand stretches of the log each, and only a stretch whose sums differ is
// looked at note by note.

namespace hansom {
namespace {

constexpr std::size_t stretches = 4096;

std::uint64_t mixed(std::uint64_t bits) {  // the finalizer of SplitMix64
  bits = (bits ^ bits >> 30) * 0xbf58476d1ce4e5b9;
  bits = (bits ^ bits >> 27) * 0x94d049bb133111eb;
  return bits ^ bits >> 31;
}

std::uint64_t weight_of(const IndexNote& note) {
  auto bits = mixed(note.key.kind);
  bits = mixed(bits ^ IndexKey::eight_of(note.key.id, 0));
  bits = mixed(bits ^ IndexKey::eight_of(note.key.id, 8));
  return mixed(bits ^ note.record.value);
}

}  // namespace

/// What the events say less what the index says, in each stretch of the log.
class RocksDbLog::IndexAudit::Sums {
 public:
  Sums(const Impl& log, Position reach)
      : reach_(reach),
        record_(log.db_->NewIterator(iterator_options(), log.records_.get())),
        differences_(stretches) {
    record_->SeekToFirst();
  }

  void add(const Envelope& envelope) {
    while (record_->Valid() && position_at_end(record_->key()) < envelope.position) {
      count(of_record_, +1);
      record_->Next();
    }
    if (!record_->Valid()) return;
    add_notes(envelope, position_at_end(record_->key()), of_record_);
  }

  /// Once all are added: whether it could be found which event is in which record.
  rocksdb::Status finish() {
    count(of_record_, +1);
    return record_->status();
  }

  rocksdb::Status subtract(const RocksDbIndex& index) {
    std::vector<IndexNote> of_key;
    const auto status = index.read_all([&](const IndexNote& note) {
      if (!of_key.empty() && of_key.front().key != note.key) count(of_key, -1);
      of_key.push_back(note);
    });
    count(of_key, -1);
    return status;
  }

  /// The first stretch of records in which index and events differ.
  struct Stretch {
    Position first;
    Position last;
  };
  std::optional<Stretch> difference() const {
    const auto found = std::ranges::find_if(differences_, [](auto sum) { return sum != 0; });
    if (found == differences_.end()) return std::nullopt;
    const auto at = static_cast<std::uint64_t>(found - differences_.begin());
    return Stretch{{at * width() + 1}, {std::min(reach_.value, (at + 1) * width())}};
  }

 private:
  std::uint64_t width() const { return reach_.value / stretches + 1; }

  /// Adds or subtracts each of the notes once, and leaves none.
  void count(std::vector<IndexNote>& notes, int sign) {
    std::ranges::sort(notes);
    const auto [doubles, end] = std::ranges::unique(notes);
    for (auto note = notes.begin(); note != doubles; ++note) {
      if (note->record > reach_) continue;
      const auto weight = weight_of(*note);
      differences_[(note->record.value - 1) / width()] += sign > 0 ? weight : 0 - weight;
    }
    notes.clear();
  }

  const Position reach_;
  const std::unique_ptr<rocksdb::Iterator> record_;
  std::vector<IndexNote> of_record_;
  std::vector<std::uint64_t> differences_;
};

RocksDbLog::IndexAudit::IndexAudit(const RocksDbLog& log) : log_(*log.impl_) {
  const auto reach = log_.index_->reach();
  sums_ = std::make_unique<Sums>(log_, std::min(reach.value_or(Position{}), log_.end_.position));
}

RocksDbLog::IndexAudit::~IndexAudit() = default;

void RocksDbLog::IndexAudit::add(const Envelope& envelope) { sums_->add(envelope); }

LogResult RocksDbLog::IndexAudit::check() {
  for (const auto& status : {sums_->finish(), sums_->subtract(*log_.index_)}) {
    if (!status.ok()) return log_.failed(status);
  }
  if (auto whole = log_.check_index_files(); !whole) return whole;
  // Of a damaged log what can't be read is not in the sums.
  const auto differs = sums_->difference();
  if (!differs || log_.use_ == Impl::Use::salvage) return {};
  return look_at(differs->first, differs->last);
}

/// Names the first difference between events and index in records of which some differ.
LogResult RocksDbLog::IndexAudit::look_at(Position first, Position last) const {
  std::map<IndexNote, Position> events;  // where the first event of each is
  const auto read = log_.read_records(first, [&](Position record, std::string_view bytes) {
    if (record > last) return false;
    const auto decoded = decode_events(bytes, [&](const Envelope& envelope) {
      std::vector<IndexNote> notes;
      add_notes(envelope, record, notes);
      for (const auto& note : notes) events.emplace(note, envelope.position);
      return true;
    });
    return decoded.has_value();
  });
  if (!read) return read;
  std::set<IndexNote> indexed;
  const auto status = log_.index_->read_all([&](const IndexNote& note) {
    if (note.record >= first && note.record <= last) indexed.insert(note);
  });
  if (!status.ok()) return log_.failed(status);
  auto bad = beyond_all;
  for (const auto& [note, position] : events) {
    if (!indexed.contains(note)) bad = std::min(bad, position);
  }
  for (const auto& note : indexed) {
    if (!events.contains(note)) bad = std::min(bad, note.record);
  }
  return log_.damaged(bad,
                      "what the index says of this is not so; hansom-replay export, and "
                      "import, make a log that has a new one");
}

}  // namespace hansom
