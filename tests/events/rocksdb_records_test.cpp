// A log's records as they are stored: read, and taken over by another log, which is then the same.

#include "events/record.hpp"
#include "events/rocksdb_log.hpp"
#include "tests/support/logs.hpp"

#include <catch2/catch.hpp>

namespace hansom {
namespace {

struct Record {
  Position last;
  std::string bytes;
  bool operator==(const Record&) const = default;
};

std::vector<Record> records_of(const RocksDbLog& log, Position from = {1}) {
  std::vector<Record> records;
  REQUIRE(log.read_records(from, [&](Position last, std::string_view record) {
    records.push_back({last, std::string(record)});
    return true;
  }));
  return records;
}

/// Batches of several sizes; one of them is several records.
struct Original {
  TempFolder folder;
  const Story story = chatter(620);
  std::unique_ptr<RocksDbLog> log = open_log(folder.path());
  std::vector<Record> records;

  Original() {
    for (const std::size_t end : {1u, 5u, 7u, 10u, 610u, 620u}) append(*log, story, end, end);
    records = records_of(*log);
  }
};

/// Why a record is not taken.
std::string why_not(RocksDbLog& log, std::string_view record) {
  const auto before = log.mark();
  const auto added = log.append_record(record);
  REQUIRE_FALSE(added);
  CHECK(added.error().kind == LogError::Kind::damaged);
  CHECK(added.error().damage.value().position == Position{before.position.value + 1});
  CHECK(log.mark() == before);
  return added.error().damage->what;
}

}  // namespace

TEST_CASE("records are read with the position of their last event, from the one that has it on",
          "[rocksdb_log]") {
  const Original original;
  std::vector<std::uint64_t> ends;
  for (const auto& record : original.records) ends.push_back(record.last.value);
  CHECK(ends == std::vector<std::uint64_t>{1, 5, 7, 10, 266, 522, 610, 620});
  for (const std::uint64_t from : {1u, 2u, 5u, 6u, 7u, 8u, 300u, 610u, 611u, 620u}) {
    INFO("from " << from);
    const auto tail = records_of(*original.log, {from});
    REQUIRE_FALSE(tail.empty());
    CHECK(tail.front().last.value >= from);
    CHECK(std::ranges::equal(tail, std::span(original.records).last(tail.size())));
    if (tail.size() == original.records.size()) continue;
    CHECK(original.records[original.records.size() - tail.size() - 1].last.value < from);
  }
  CHECK(records_of(*original.log, {621}).empty());
  std::size_t seen = 0;
  CHECK(original.log->read_records({1}, [&](Position, std::string_view) { return ++seen < 3; }));
  CHECK(seen == 3);
}

TEST_CASE("a log that takes over another one's records is the same", "[rocksdb_log]") {
  const Original original;
  const TempFolder folder;
  auto copy = open_log(folder.path());
  for (const auto& record : original.records) {
    REQUIRE(copy->append_record(record.bytes));
    CHECK(copy->end() == record.last);
    CHECK(original.log->holds(copy->mark()).value());
  }
  const auto check = [&] {
    CHECK(copy->mark() == original.log->mark());
    CHECK(std::ranges::equal(read_all(*copy), original.story.events()));
    check_chatter_streams(*copy, 620);
    CHECK(records_of(*copy) == original.records);
  };
  check();
  copy = nullptr;
  copy = open_log(folder.path());
  check();
  // It goes on like any other.
  append(*copy, chatter(622), 622);
  CHECK(read_all(*copy).size() == 622);
}

TEST_CASE("a record that does not follow on a log's last one is not taken", "[rocksdb_log]") {
  const Original original;
  const TempFolder folder;
  const auto copy = open_log(folder.path());
  const auto& records = original.records;
  const std::string other_chain = why_not(*copy, records[1].bytes);
  REQUIRE(copy->append_record(records[0].bytes));
  CHECK(why_not(*copy, records[0].bytes) == other_chain);  // again
  CHECK(why_not(*copy, records[2].bytes) == other_chain);  // one left out
  auto changed = records[1].bytes;
  changed[changed.find("message")] = 'M';
  CHECK(why_not(*copy, changed) == other_chain);
  changed = records[1].bytes;
  changed[1] = static_cast<char>(changed[1] ^ 1);  // of the hash
  CHECK(why_not(*copy, changed) == other_chain);
  why_not(*copy, "garbage");
  why_not(*copy, "");
  why_not(*copy, records[1].bytes.substr(0, records[1].bytes.size() - 1));
  // With a hash that fits, and events that do not.
  const auto as_next = [&](std::string_view lines) {
    auto chain = copy->mark().hash;
    return record_of(lines, chain);
  };
  why_not(*copy, as_next(lines_of(records[2].bytes)));
  why_not(*copy, as_next("no event\n"));
  why_not(*copy, as_next(""));
  // None of which has done any harm.
  CHECK(copy->append_record(records[1].bytes));
  CHECK(read_all(*copy).size() == 5);
}

}  // namespace hansom
