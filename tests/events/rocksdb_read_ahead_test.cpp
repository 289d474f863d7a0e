// Logs so long that they are read by several threads: all comes, in order, and so does damage.

#include "events/record.hpp"
#include "tests/support/damage.hpp"

#include <catch2/catch.hpp>

#include <stdexcept>

namespace hansom {
namespace {

constexpr std::uint64_t length = 40'000;
constexpr std::size_t bytes_of_text =
    300;  // so that all of it is several times what one thread reads

/// Chat messages in records of 1 to 600 events; each says where it stands.
Envelope message_at(std::uint64_t position) {
  Envelope envelope;
  envelope.position = {position};
  envelope.stream = StreamId(BookingId{uuid(1)});
  envelope.revision = {static_cast<std::uint32_t>(position)};
  envelope.at = noon;
  auto text = "message " + std::to_string(position) + " \"é\"\n";
  text.resize(bytes_of_text, 'x');
  envelope.event = BookingEvent(ChatMessageSent{Party::driver, text});
  return envelope;
}

/// Made once, as it takes a while.
const fs::path& long_log() {
  static const TempFolder folder;
  static const bool made = [] {
    const auto log = open_unsynced(folder.path());
    std::vector<Envelope> batch;
    for (std::uint64_t position = 1; position <= length; ++position) {
      batch.push_back(message_at(position));
      if (batch.size() < position % 601 && position < length) continue;
      REQUIRE(log->append(log->end(), batch));
      batch.clear();
    }
    return true;
  }();
  REQUIRE(made);
  return folder.path();
}

/// A copy to damage.
struct LongLog : TempFolder {
  LongLog() { fs::copy(long_log(), path(), fs::copy_options::recursive); }
};

/// The last position of the record that holds a position.
Position record_with(const fs::path& folder, std::uint64_t position) {
  Position found;
  const auto log = open_log(folder);
  REQUIRE(log->read_records({position}, [&](Position last, std::string_view) {
    found = last;
    return false;
  }));
  return found;
}

/// Reads from there on, and checks that each event is the next one. The result is the last.
std::uint64_t read_in_order(const EventLog& log, std::uint64_t from, LogResult& result,
                            std::uint64_t until = length) {
  auto next = from;
  bool is_whole = true;
  result = log.read({from}, [&](const Envelope& envelope) {
    is_whole &= envelope == message_at(next);
    return next++ < until;
  });
  CHECK(is_whole);
  return next - 1;
}

}  // namespace

TEST_CASE("a long log is read whole, from any position on", "[read_ahead]") {
  const auto log = open_unsynced(long_log());
  for (const std::uint64_t from : {1u, 2u, 599u, 20'000u, 26'001u, 39'990u, 40'000u}) {
    INFO(from);
    LogResult result;
    CHECK(read_in_order(*log, from, result) == length);
    CHECK(result);
  }
}

TEST_CASE("reading a long log ends where its visitor has enough", "[read_ahead]") {
  const auto log = open_unsynced(long_log());
  for (const std::uint64_t until : {1u, 10'000u, 14'321u, 30'000u, 39'999u}) {
    INFO(until);
    LogResult result;
    CHECK(read_in_order(*log, 1, result, until) == until);
    CHECK(result);
  }
}

TEST_CASE("a visitor of a long log may throw", "[read_ahead]") {
  const auto log = open_unsynced(long_log());
  for (const std::uint64_t place : {5u, 25'000u}) {
    CHECK_THROWS_AS(log->read({1},
                              [&](const Envelope& envelope) -> bool {
                                if (envelope.position.value < place) return true;
                                throw std::runtime_error("enough");
                              }),
                    std::runtime_error);
  }
  LogResult result;
  CHECK(read_in_order(*log, 1, result) == length);
}

TEST_CASE("damage deep in a long log is found where it is, after all before it", "[read_ahead]") {
  const LongLog folder;
  const auto place = GENERATE(16'000u, 33'333u);
  const auto last = record_with(folder.path(), place);
  std::uint64_t expected = 0;
  SECTION("a letter") {
    tamper(folder.path(), last, [&](rocksdb::DB& db, const std::string& key) {
      std::string record;
      REQUIRE(db.Get({}, key, &record).ok());
      record[record.find("message")] = 'M';
      REQUIRE(db.Put({}, key, record).ok());
    });
  }
  SECTION("garbage") {
    tamper(folder.path(), last, [&](rocksdb::DB& db, const std::string& key) {
      REQUIRE(db.Put({}, key, "garbage").ok());
    });
  }
  SECTION("a record taken out") {
    tamper(folder.path(), last,
           [&](rocksdb::DB& db, const std::string& key) { REQUIRE(db.Delete({}, key).ok()); });
  }
  const auto log = open_log(folder.path());
  LogResult result;
  expected = read_in_order(*log, 1, result);
  REQUIRE_FALSE(result);
  CHECK(result.error().kind == LogError::Kind::damaged);
  REQUIRE(result.error().damage);
  CHECK(result.error().damage->position == Position{expected + 1});
  CHECK(expected < place);
  CHECK(expected + 256 >= place);  // a record has so many events at most
}

}  // namespace hansom
