#include "events/rocksdb_index.hpp"

#include "events/rocksdb_database.hpp"
#include "tests/support/files.hpp"
#include "tests/support/story.hpp"

#include <catch2/catch.hpp>

#include <vector>

using namespace hansom;

namespace {

const StreamId ride{BookingId{uuid(1)}};
const StreamId other_ride{BookingId{uuid(2)}};

/// An index in a database of its own, without the log.
struct Written {
  TempFolder folder;
  RocksDbDatabase database = std::move(*open_database(folder.path(), Access::create, {}));
  RocksDbIndex index{*database.db, std::move(database.streams)};

  std::set<Position> records_of(const StreamId& stream) const { return *index.records_of(stream); }
};

std::vector<IndexNote> notes(const StreamId& stream, std::initializer_list<std::uint64_t> records) {
  std::vector<IndexNote> all;
  for (const auto record : records) all.push_back({stream, Position{record}});
  return all;
}

}  // namespace

// Found by cutting the power: an entry was written of more than the index was said to reach. After
// the cut the rest was noted again, and an entry with the same key, but without what came before
// that, took its place.
TEST_CASE("an index reaches as far as its entries, so that none is replaced by a lesser one") {
  Written written;
  written.index.note(notes(ride, {3, 4}));
  written.index.note(notes(other_ride, {5}));
  written.index.note(notes(ride, {6}));
  written.index.write();
  const auto reach = written.index.reach();
  REQUIRE(reach);
  CHECK(*reach == Position{6});

  // As a start does after a crash: what the index does not reach is noted again.
  std::vector<IndexNote> missed;
  for (const auto& note : notes(ride, {3, 4, 6})) {
    if (note.record > *reach) missed.push_back(note);
  }
  written.index.note(missed);
  written.index.write();
  CHECK(written.records_of(ride) == std::set<Position>{{3}, {4}, {6}});
  CHECK(written.records_of(other_ride) == std::set<Position>{{5}});
}

TEST_CASE("an index that has nothing to write keeps its reach") {
  Written written;
  written.index.write();
  CHECK(*written.index.reach() == Position{});
  written.index.note(notes(ride, {1, 2}));
  written.index.write();
  written.index.write();
  CHECK(*written.index.reach() == Position{2});
}
