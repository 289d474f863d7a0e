// The index over mentions: written in the background, and made anew from the log where it is not
// whole. What every log promises of mentions is in event_log_test.cpp.

#include "events/rocksdb_log.hpp"
#include "tests/support/damage.hpp"

#include <catch2/catch.hpp>

namespace hansom {
namespace {

/// `count` bookings, each requested by Alice and given up: every event mentions her.
Story bookings_of_alice(unsigned count) {
  Story story;
  for (unsigned i = 1; i <= count; ++i) {
    story.tell(BookingId{uuid(i)}, requested_by(alice));
    story.tell(BookingId{uuid(i)}, cancelled_for_want_of_drivers(std::nullopt));
  }
  return story;
}

void check_mentions(const EventLog& log, std::uint64_t end) {
  std::uint64_t expected = end;
  REQUIRE(log.read_mentions(alice, {UINT64_MAX}, [&](const Envelope& envelope) {
    CHECK(envelope.position == Position{expected});
    return --expected > 0;
  }));
  CHECK(expected == 0);
}

/// All keys of the index that begin with this byte.
std::vector<std::string> keys_with(rocksdb::DB& db, rocksdb::ColumnFamilyHandle* index,
                                   char first_byte) {
  std::vector<std::string> keys;
  const std::unique_ptr<rocksdb::Iterator> entry(db.NewIterator({}, index));
  for (entry->SeekToFirst(); entry->Valid(); entry->Next()) {
    if (entry->key()[0] == first_byte) keys.push_back(entry->key().ToString());
  }
  return keys;
}

constexpr char of_accounts = static_cast<char>(StreamKind::account);

}  // namespace

TEST_CASE("mentions are read from memory, from the index, and from both", "[rocksdb_log]") {
  const TempFolder folder;
  const auto story = bookings_of_alice(4);
  auto log = open_log(folder.path());
  append(*log, story, 4);
  check_mentions(*log, 4);
  wait_for_mark(folder.path(), {4});  // the index is written before the mark
  check_mentions(*log, 4);
  append(*log, story, 8);
  check_mentions(*log, 8);
  log = nullptr;
  log = open_log(folder.path());
  check_mentions(*log, 8);
  const auto reader = RocksDbLog::open_for_reading(folder.path());
  REQUIRE(reader);
  check_mentions(**reader, 8);
}

TEST_CASE("mentions that were not in the index yet are found after a crash", "[rocksdb_log]") {
  const bool has_index = GENERATE(true, false);
  const auto story = bookings_of_alice(4);
  const TempFolder live;
  if (has_index) append(*open_log(live.path()), story, 4);  // closing brings it to the disk
  const auto log = open_log(live.path());
  append(*log, story, 8, 3);

  const TempFolder crashed;
  fs::copy(live.path(), crashed.path(), fs::copy_options::recursive);
  const auto reopened = open_log(crashed.path());
  check_mentions(*reopened, 8);
  REQUIRE(reopened->reopen());
  check_mentions(*reopened, 8);
}

TEST_CASE("an index from before there were mentions is made anew", "[rocksdb_log]") {
  const TempFolder folder;
  const auto story = bookings_of_alice(4);
  append(*open_log(folder.path()), story, 6);
  change_database(folder.path(), [](rocksdb::DB& db, rocksdb::ColumnFamilyHandle* index) {
    const auto reach = keys_with(db, index, '\0');
    REQUIRE(reach.size() == 1);
    std::string end;
    REQUIRE(db.Get({}, index, reach[0], &end).ok());
    REQUIRE(db.Delete({}, index, reach[0]).ok());
    REQUIRE(db.Put({}, index, std::string(1, '\0'), end).ok());
    for (const auto& key : keys_with(db, index, of_accounts)) {
      REQUIRE(db.Delete({}, index, key).ok());
    }
    CHECK(keys_with(db, index, of_accounts).empty());
  });

  auto log = open_log(folder.path());
  check_mentions(*log, 6);  // at once, before anything is written
  append(*log, story, 8);
  check_mentions(*log, 8);
  CHECK(read_stream(*log, StreamId(BookingId{uuid(1)})).size() == 2);
  log = nullptr;
  change_database(folder.path(), [](rocksdb::DB& db, rocksdb::ColumnFamilyHandle* index) {
    CHECK_FALSE(keys_with(db, index, of_accounts).empty());
  });
  check_mentions(*open_log(folder.path()), 8);
}

TEST_CASE("a mention whose record is missing is damage that says where", "[rocksdb_log]") {
  const TempFolder folder;
  append(*open_log(folder.path()), bookings_of_alice(4), 8);
  change_database(folder.path(), [](rocksdb::DB& db, rocksdb::ColumnFamilyHandle*) {
    REQUIRE(db.Delete({}, std::string("\0\0\0\0\0\0\0\4", 8)).ok());
  });
  const auto log = open_log(folder.path());
  std::vector<std::uint64_t> seen;
  const auto read = log->read_mentions(alice, {99}, [&](const Envelope& envelope) {
    seen.push_back(envelope.position.value);
    return true;
  });
  REQUIRE_FALSE(read);
  CHECK(read.error().kind == LogError::Kind::damaged);
  CHECK(read.error().message.find("position 4:") != std::string::npos);
  CHECK(seen == std::vector<std::uint64_t>{8, 7, 6, 5});
  // Who stops before it does not come upon it.
  CHECK(log->read_mentions(
      alice, {99}, [](const Envelope& envelope) { return envelope.position > Position{5}; }));
}

}  // namespace hansom
