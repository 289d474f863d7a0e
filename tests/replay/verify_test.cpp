// `verify` finds what is wrong with a log, and says where first.

#include "replay/verify.hpp"

#include "events/record.hpp"
#include "tests/support/checkpoints.hpp"
#include "tests/support/damage.hpp"
#include "tests/support/tool.hpp"

#include <catch2/catch.hpp>

#include <set>

namespace hansom::replay {
namespace {

std::expected<Verified, Failure> verify_quietly(const fs::path& folder) {
  std::ostringstream out, err;
  Console console(out, err, false, false);
  auto verified = verify(folder, console);
  CHECK(out.str() + err.str() == "");
  return verified;
}

/// Why a folder's log is not in order; it is left as it is.
std::string objection_to(const fs::path& folder) {
  const auto before = contents_of(folder);
  const auto verified = verify_quietly(folder);
  CHECK(contents_of(folder) == before);
  if (verified) return "in order";
  CHECK(verified.error().exit_code == 1);
  CHECK(verified.error().message.find('\n') == std::string::npos);
  return verified.error().message;
}

std::string at(Position position, const std::string& what) {
  return "position " + std::to_string(position.value) + ": " + what;
}

const std::string chain_breaks = "the chain of hashes breaks here";

/// A data folder, a record in its midst, and how that is changed.
struct Damaged : DataFolder {
  const std::size_t record = marks.size() / 2;

  void change(std::size_t which, const std::function<void(std::string&)>& change) const {
    tamper(path(), marks[which].position, [&](rocksdb::DB& db, const std::string& key) {
      std::string bytes;
      REQUIRE(db.Get({}, key, &bytes).ok());
      change(bytes);
      REQUIRE(db.Put({}, key, bytes).ok());
    });
  }
  std::string bytes_of(std::size_t which) const {
    std::string bytes;
    change(which, [&](const std::string& found) { bytes = found; });
    return bytes;
  }
};

/// A checkpoint of a log's first records.
struct WithCheckpoint : DataFolder {
  const HighWaterMark at = marks[marks.size() / 2];
  const Envelopes all = events();
  Projections state = folded(std::span(all).first(at.position.value));

  std::string objection(const HighWaterMark& mark) const {
    REQUIRE(store_checkpoint(checkpoint_file(path()), mark, state));
    return objection_to(path());
  }
};

/// A log that was written as one is, with an event that is another: its hashes are right.
std::string objection_to_forged(const std::string& from, const std::string& to,
                                const std::function<bool(const Envelope&)>& is_it,
                                Position& forged) {
  const DataFolder original;
  const TempFolder folder;
  {
    const auto log = open_unsynced(folder.path());
    Digest chain{};
    REQUIRE(RocksDbLog::open_for_reading(original.path())
                .value()
                ->read_records({1}, [&](Position, std::string_view record) {
                  std::string lines;
                  REQUIRE(decode_events(record, [&](const Envelope& envelope) {
                    std::string line;
                    encode(envelope, line);
                    const auto place = line.find(from);
                    if (forged == Position{} && place != std::string::npos && is_it(envelope)) {
                      forged = envelope.position;
                      line.replace(place, from.size(), to);
                    }
                    lines += line + "\n";
                    return true;
                  }));
                  const auto added = log->append_record(record_of(lines, chain));
                  INFO((added ? "" : added.error().message));
                  REQUIRE(added);
                  return true;
                }));
  }
  REQUIRE(forged != Position{});
  return objection_to(folder.path());
}

}  // namespace

TEST_CASE("a log that is in order is verified, with its events and streams", "[replay]") {
  const DataFolder folder;
  const auto verified = verify_quietly(folder.path());
  REQUIRE(verified);
  CHECK(verified->end == folder.end());
  CHECK_FALSE(verified->checkpoint);
  std::set<std::string> streams;
  for (const auto& envelope : folder.events()) streams.insert(to_string(envelope.stream));
  CHECK(verified->streams == streams.size());
}

TEST_CASE("a log is verified while a server writes it", "[replay]") {
  const DataFolder folder;
  const auto writer = open_log(folder.path());
  fill(*writer, 31, folder.end().value + 50, {10, 10, 8});
  const auto verified = verify_quietly(folder.path());
  REQUIRE(verified);
  CHECK(verified->end == writer->end());
}

TEST_CASE("a folder without a log has nothing to verify", "[replay]") {
  const TempFolder folder;
  CHECK(objection_to(folder.path()) == "there is no log in " + folder.path().string());
}

TEST_CASE("a log without events is in order", "[replay]") {
  const TempFolder folder;
  open_log(folder.path());
  CHECK(verify_quietly(folder.path()).value().end == Position{});
}

TEST_CASE("a record that was changed is the first bad position", "[replay]") {
  const Damaged folder;
  folder.change(folder.record, [](std::string& bytes) { bytes.back() = ' '; });
  CHECK(objection_to(folder.path()) == at(folder.first_of(folder.record), chain_breaks));
}

TEST_CASE("a hash that was changed is the first bad position", "[replay]") {
  const Damaged folder;
  folder.change(folder.record, [](std::string& bytes) { bytes[7] = char(bytes[7] ^ 1); });
  CHECK(objection_to(folder.path()) == at(folder.first_of(folder.record), chain_breaks));
}

TEST_CASE("records that changed places are the first bad position", "[replay]") {
  const Damaged folder;
  const auto one = folder.bytes_of(folder.record), other = folder.bytes_of(folder.record + 1);
  folder.change(folder.record, [&](std::string& bytes) { bytes = other; });
  folder.change(folder.record + 1, [&](std::string& bytes) { bytes = one; });
  CHECK(objection_to(folder.path()) == at(folder.first_of(folder.record), chain_breaks));
}

TEST_CASE("a record that was taken out is the first bad position", "[replay]") {
  const Damaged folder;
  tamper(folder.path(), folder.marks[folder.record].position,
         [](rocksdb::DB& db, const std::string& key) { REQUIRE(db.Delete({}, key).ok()); });
  CHECK(objection_to(folder.path()) == at(folder.first_of(folder.record), chain_breaks));
}

TEST_CASE("a record that is none is the first bad position", "[replay]") {
  const Damaged folder;
  folder.change(folder.record, [](std::string& bytes) { bytes = "garbage"; });
  CHECK(objection_to(folder.path()) ==
        at(folder.first_of(folder.record), "no record of a known format"));
}

TEST_CASE("a log whose last record was taken out, or changed, is not what was acknowledged",
          "[replay]") {
  const Damaged folder;
  const auto last = folder.marks.size() - 1;
  if (GENERATE(true, false)) {
    tamper(folder.path(), folder.end(),
           [](rocksdb::DB& db, const std::string& key) { REQUIRE(db.Delete({}, key).ok()); });
    CHECK(objection_to(folder.path()) ==
          at(folder.first_of(last), "events up to " + std::to_string(folder.end().value) +
                                        " were acknowledged and are missing"));
  } else {
    folder.change(last, [&](std::string& bytes) {
      auto chain = folder.marks[last - 1].hash;
      std::string lines(lines_of(bytes));
      lines.replace(lines.rfind("\"at\":\"2026"), 10, "\"at\":\"2027");
      bytes = record_of(lines, chain);
    });
    CHECK(objection_to(folder.path()) ==
          at(folder.end(), "the record is not the one that was acknowledged"));
  }
}

TEST_CASE("a log whose mark is gone, or garbage, is not known to be whole", "[replay]") {
  const DataFolder folder;
  const auto mark = folder.path() / "log.mark";
  write_file(mark, "garbage\n");
  CHECK(objection_to(folder.path()).starts_with(at(folder.end(), mark.string())));
  fs::remove(mark);
  CHECK(objection_to(folder.path()).starts_with(at(folder.end(), mark.string() + " is missing")));
}

TEST_CASE("a log with damage in its write-ahead file is read up to it", "[replay]") {
  const TempFolder crashed;
  std::set<Position> ends;
  {
    const TempFolder live;
    const auto log = open_unsynced(live.path());
    NotingLog noting(*log);
    fill(noting, 31, 600, {10, 10, 8});
    for (const auto& mark : noting.marks) ends.insert(mark.position);
    wait_for_mark(live.path(), log->end());
    fs::copy(live.path(), crashed.path(), fs::copy_options::recursive);
  }
  const auto file = write_ahead_file(crashed.path());
  auto bytes = read_file(file);
  bytes[bytes.size() / 2] ^= 1;
  write_file(file, bytes);
  const auto objection = objection_to(crashed.path());
  INFO(objection);
  REQUIRE(objection.starts_with("position "));
  const auto position = std::stoull(objection.substr(9));
  CHECK(position > 100);
  CHECK(ends.contains({position - 1}));
}

TEST_CASE("an event that may not follow on what was before it is found though its hash is right",
          "[replay]") {
  const auto any = [](const Envelope&) { return true; };
  Position forged;
  SECTION("one with another revision") {
    const auto objection = objection_to_forged("\"revision\":2,", "\"revision\":3,", any, forged);
    CHECK(objection.starts_with(at(forged, "revision 3 of ")));
    CHECK(objection.ends_with(" follows 1"));
  }
  SECTION("one that somebody else caused") {
    const auto objection = objection_to_forged(
        "\"actor\":\"customer:", "\"actor\":\"driver:",
        [](const Envelope& envelope) { return envelope.revision == Revision{1}; }, forged);
    CHECK(objection.starts_with(at(forged, "")));
  }
  SECTION("one before its time") {
    const auto objection = objection_to_forged(
        "\"at\":\"2026", "\"at\":\"2025",
        [](const Envelope& envelope) { return envelope.position == Position{300}; }, forged);
    CHECK(objection.starts_with(at({300}, "")));
  }
}

TEST_CASE("an index that lacks what it should have is found, and what makes it anew said",
          "[replay]") {
  const DataFolder log;
  change_database(log.path(), [&](rocksdb::DB& db, rocksdb::ColumnFamilyHandle* index) {
    const std::unique_ptr<rocksdb::Iterator> entry(db.NewIterator({}, index));
    entry->SeekToLast();
    REQUIRE(db.Delete({}, index, entry->key()).ok());
  });
  const auto objection = objection_to(log.path());
  INFO(objection);
  CHECK(objection.starts_with("position "));
  CHECK(objection.find("the index") != std::string::npos);
  CHECK(objection.find("hansom-replay export") != std::string::npos);
}

TEST_CASE("a checkpoint is what the log folds to at its position", "[replay]") {
  WithCheckpoint folder;
  CHECK(folder.objection(folder.at) == "in order");
  CHECK(verify_quietly(folder.path()).value().checkpoint == folder.at.position);
  folder.state.roster.assigned(AccountId{uuid(7)}, noon);
  CHECK(folder.objection(folder.at) ==
        at(folder.at.position,
           "the checkpoint that was made here is not what the log folds to; make it anew with: "
           "hansom-replay rebuild"));
}

TEST_CASE("a checkpoint of another position's state is not what the log folds to", "[replay]") {
  WithCheckpoint folder;
  auto other = folder.marks[folder.marks.size() / 2 + 1];
  CHECK(folder.objection(other).starts_with(at(other.position, "the checkpoint")));
}

TEST_CASE("a checkpoint of a record that a log does not have is found", "[replay]") {
  WithCheckpoint folder;
  const auto not_here = [](Position position) {
    return at(position, "the checkpoint was made of a record that is not here");
  };
  auto changed = folder.at;
  changed.hash[0] ^= 1;
  CHECK(folder.objection(changed) == not_here(changed.position));
  const HighWaterMark beyond{{folder.end().value + 1}, folder.marks.back().hash};
  CHECK(folder.objection(beyond) == not_here(beyond.position));
}

TEST_CASE("a file that is no checkpoint is found, and how to make it anew said", "[replay]") {
  const DataFolder folder;
  const auto file = checkpoint_file(folder.path());
  write_file(file, "garbage\n");
  CHECK(objection_to(folder.path()) ==
        file.string() +
            " is no checkpoint: it is cut off or changed; make it anew with: "
            "hansom-replay rebuild");
}

}  // namespace hansom::replay
