// An index that does not say where each event is, or says more, is found out, and where.

#include "events/rocksdb_log.hpp"
#include "tests/support/damage.hpp"
#include "tests/support/fleet.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <map>

namespace hansom {
namespace {

constexpr std::size_t length = 9'000;  // more than there are sums

const Envelopes& rides() {
  static const auto events = events_of_fleet(7, length);
  return events;
}

/// A log of rides, closed, so that all of its index is written.
struct Rides : TempFolder {
  explicit Rides(std::size_t batch_max = 1) {
    const auto log = open_unsynced(path());
    for (std::size_t done = 0; done < rides().size();) {
      const auto batch = std::min(1 + done % batch_max, rides().size() - done);
      REQUIRE(log->append({done}, std::span(rides()).subspan(done, batch)));
      done += batch;
    }
  }
};

LogResult audited(const RocksDbLog& log) {
  RocksDbLog::IndexAudit audit(log);
  REQUIRE(log.read({1}, [&](const Envelope& envelope) {
    audit.add(envelope);
    return true;
  }));
  return audit.check();
}

/// Where the index of a folder's log is wrong; nothing where it is not.
std::optional<Position> fault_in(const fs::path& folder) {
  const auto log = RocksDbLog::open_for_reading(folder);
  REQUIRE(log);
  const auto result = audited(**log);
  if (result) return std::nullopt;
  REQUIRE(result.error().damage);
  CHECK(result.error().damage->what.find("the index") != std::string::npos);
  return result.error().damage->position;
}

using Entries = std::map<std::string, std::string>;

Entries entries_of(const fs::path& folder) {
  Entries entries;
  change_database(folder, [&](rocksdb::DB& db, rocksdb::ColumnFamilyHandle* index) {
    const std::unique_ptr<rocksdb::Iterator> entry(db.NewIterator({}, index));
    for (entry->SeekToFirst(); entry->Valid(); entry->Next()) {
      if (entry->key()[0] != '\0') entries[entry->key().ToString()] = entry->value().ToString();
    }
  });
  return entries;
}

/// Nothing for a value takes the entry out.
void put_entry(const fs::path& folder, const std::string& key, std::optional<std::string> value) {
  change_database(folder, [&](rocksdb::DB& db, rocksdb::ColumnFamilyHandle* index) {
    REQUIRE((value ? db.Put({}, index, key, *value) : db.Delete({}, index, key)).ok());
  });
}

/// The first that has so many records besides the newest.
const Entries::value_type& one_with(const Entries& entries, std::size_t others) {
  const auto found = std::ranges::find_if(
      entries, [&](const auto& entry) { return entry.second.size() >= others * sizeof(Position); });
  REQUIRE(found != entries.end());
  return *found;
}

Position oldest_in(const std::string& key, const std::string& others) {
  return position_at_end(others.empty() ? key : others.substr(0, 8));
}

}  // namespace

TEST_CASE("the index of a whole log is found to be so, whatever its records hold",
          "[index_audit]") {
  for (const std::size_t batch_max : {1, 7, 600}) {
    const Rides log(batch_max);
    CHECK(fault_in(log.path()) == std::nullopt);
  }
}

TEST_CASE("an audit of a log in use looks at what is written of its index", "[index_audit]") {
  const TempFolder folder;
  {
    const auto log = open_unsynced(folder.path());
    REQUIRE(log->append({}, std::span(rides()).first(1'000)));
  }
  RocksDbSetup seldom;
  seldom.upkeep_interval = std::chrono::hours(1);
  const auto log =
      RocksDbLog::open(folder.path(), RocksDbLog::Durability::unsynced, seldom).value();
  REQUIRE(log->append({1'000}, std::span(rides()).subspan(1'000, 1'000)));
  CHECK(audited(*log));
  CHECK(fault_in(folder.path()) == std::nullopt);
}

TEST_CASE("whichever entry an index lacks, the first event that is not found is named",
          "[index_audit]") {
  const Rides log;
  const auto entries = entries_of(log.path());
  REQUIRE(entries.size() > 100);
  const auto step = static_cast<std::ptrdiff_t>(entries.size() / 50);
  for (auto entry = entries.begin(); std::distance(entry, entries.end()) > step;
       std::advance(entry, step)) {
    const auto& [key, others] = *entry;
    put_entry(log.path(), key, std::nullopt);
    CHECK(fault_in(log.path()) == oldest_in(key, others));
    put_entry(log.path(), key, others);
  }
  CHECK(fault_in(log.path()) == std::nullopt);
}

// As a log of before may be, which lost its power at one moment.
TEST_CASE("an entry that has less than it should is found out", "[index_audit]") {
  const Rides log;
  const auto entries = entries_of(log.path());
  const auto& [key, others] = one_with(entries, 3);
  put_entry(log.path(), key, others.substr(sizeof(Position)));
  CHECK(fault_in(log.path()) == oldest_in(key, others));
  put_entry(log.path(), key, others.substr(0, sizeof(Position)));
  CHECK(fault_in(log.path()) == oldest_in(key, others.substr(sizeof(Position))));
}

TEST_CASE("an entry of what is not there is found out", "[index_audit]") {
  const Rides log;
  const auto stray = prefix_of(StreamId(BookingId{uuid(1)})) + key_of({4'711});
  put_entry(log.path(), stray, "");
  CHECK(fault_in(log.path()) == Position{4'711});
}

// As a crash amid the writing of the index leaves them.
TEST_CASE("entries that have the same again are whole", "[index_audit]") {
  const Rides log;
  const auto entries = entries_of(log.path());
  const auto& [key, others] = one_with(entries, 2);
  const auto prefix = key.substr(0, key.size() - sizeof(Position));
  put_entry(log.path(), prefix + others.substr(others.size() - sizeof(Position)),
            others.substr(0, others.size() - sizeof(Position)));
  CHECK(entries_of(log.path()).size() == entries.size() + 1);
  CHECK(fault_in(log.path()) == std::nullopt);
}

}  // namespace hansom
