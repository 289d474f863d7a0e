// What a power cut leaves is opened. A log that has lost or changed what was once acknowledged is
// refused, or says so when it is read, and is left as it was: it is the evidence.

#include "events/record.hpp"
#include "events/rocksdb_log.hpp"
#include "tests/support/damage.hpp"

#include <catch2/catch.hpp>

#include <functional>

namespace hansom {
namespace {

/// The files in which the log's records and its mark are.
std::map<std::string, std::string> evidence_in(const fs::path& folder) {
  auto files = contents_of(folder);
  std::erase_if(files, [](const auto& file) {
    return !file.first.ends_with(".log") && !file.first.ends_with(".sst") &&
           file.first != "log.mark";
  });
  return files;
}

/// The log must not open, for damage at `position`, and must be left as it was.
void check_refused_at(const fs::path& folder, std::uint64_t position) {
  const auto before = evidence_in(folder);
  const auto error = refusal_of(folder);
  INFO(error.message);
  CHECK(error.kind == LogError::Kind::damaged);
  CHECK(error.message.find("position " + std::to_string(position) + ":") != std::string::npos);
  CHECK(error.message.find("hansom-replay") != std::string::npos);
  CHECK(error.message.find('\n') == std::string::npos);
  for (const auto& [name, bytes] : before) {
    INFO(name);
    const auto after = evidence_in(folder);
    CHECK((after.contains(name) && after.at(name) == bytes));
  }
}

/// Opening the log, or reading it, must fail.
LogError refusal_to_read(const fs::path& folder) {
  const auto log = RocksDbLog::open(folder);
  const auto read = log ? (*log)->read({1}, [](const Envelope&) { return true; })
                        : LogResult(std::unexpected(log.error()));
  REQUIRE_FALSE(read);
  return read.error();
}

/// A data folder as a power cut leaves it: five records of two events, all in the write-ahead log,
/// and the mark. (RocksDB moves them to tables when it is closed in good order.)
struct CrashSite {
  const Story story = chatter(10);
  TempFolder folder;
  std::vector<std::size_t> record_ends{0};  ///< in the write-ahead file: after the n-th record
  bool is_marked = false;

  CrashSite() {
    const TempFolder live;
    const auto log = open_log(live.path());
    for (std::size_t end = 2; end <= story.end().value; end += 2) {
      append(*log, story, end);
      record_ends.push_back(fs::file_size(write_ahead_file(live.path())));
    }
    is_marked = is_marked_soon(live.path(), story.end());
    fs::copy(live.path(), folder.path(), fs::copy_options::recursive);
  }
};

const CrashSite& crash_site() {
  static const CrashSite site;
  return site;
}

/// A copy of the crash site, to be damaged.
class Crashed {
 public:
  Crashed() {
    REQUIRE(crash_site().is_marked);
    fs::copy(crash_site().folder.path(), folder.path(), fs::copy_options::recursive);
  }

  fs::path mark_file() const { return folder / "log.mark"; }

  /// Rewrites what the write-ahead log holds.
  void change_write_ahead(const std::function<void(std::string&)>& change) const {
    const auto file = write_ahead_file(folder.path());
    auto bytes = read_file(file);
    change(bytes);
    write_file(file, bytes);
  }

  void check_refused_at(std::uint64_t position) const {
    hansom::check_refused_at(folder.path(), position);
  }

  const Story& story = crash_site().story;
  const std::vector<std::size_t>& record_ends = crash_site().record_ends;
  TempFolder folder;
};

}  // namespace

TEST_CASE("a log that was never closed has its streams after the next start", "[rocksdb_log]") {
  const Crashed crashed;
  const auto log = open_log(crashed.folder.path());
  CHECK(read_all(*log).size() == 10);
  check_chatter_streams(*log, 10);
}

TEST_CASE("what was appended after the index was last on the disk is found after a crash",
          "[rocksdb_log]") {
  const TempFolder live;
  const auto story = chatter(9);
  append(*open_log(live.path()), story, 4);  // closing brings the index to the disk
  const auto log = open_log(live.path());
  append(*log, story, 9);
  wait_for_mark(live.path(), {9});

  const TempFolder crashed;
  fs::copy(live.path(), crashed.path(), fs::copy_options::recursive);
  const auto reopened = open_log(crashed.path());
  CHECK(read_all(*reopened).size() == 9);
  check_chatter_streams(*reopened, 9);
}

TEST_CASE("an append that nobody was told of may be cut off, and the log goes on before it",
          "[rocksdb_log]") {
  const Crashed crashed;
  // As if the mark had not been written yet when the power went.
  REQUIRE(store_mark(crashed.mark_file(), [&] {
    Digest chain{};
    for (std::size_t i = 0; i < 8; i += 2) {
      std::string record;
      encode_record(crashed.story.events().subspan(i, 2), chain, record);
    }
    return HighWaterMark{{8}, chain};
  }()));
  const std::size_t left = GENERATE(0u, 1u, 5u, 100u);  // of the last record
  crashed.change_write_ahead(
      [&](std::string& bytes) { bytes.resize(crashed.record_ends[4] + left); });
  const auto log = open_log(crashed.folder.path());
  CHECK(log->end() == Position{8});
  check_chatter_streams(*log, 8);
  append(*log, crashed.story, 10);
  CHECK(read_all(*log).size() == 10);
}

TEST_CASE("a log whose write-ahead file is gone is refused", "[rocksdb_log]") {
  const Crashed crashed;
  fs::remove(write_ahead_file(crashed.folder.path()));
  crashed.check_refused_at(1);
}

TEST_CASE("a log whose folder is gone is refused", "[rocksdb_log]") {
  const Crashed crashed;
  fs::remove_all(crashed.folder / "log");
  crashed.check_refused_at(10);  // where nothing is left, the mark says how far it had come
}

TEST_CASE("what is left of a log is not cleared away for a new one", "[rocksdb_log]") {
  const TempFolder folder;
  append(*open_log(folder.path()), chatter(10), 10);
  for (const auto& [name, bytes] : contents_of(folder.path())) {
    if (!name.ends_with(".sst")) fs::remove(folder / name);
  }
  const auto before = contents_of(folder.path());
  for (int i = 0; i < 2; ++i) {
    CHECK(refusal_of(folder.path()).kind == LogError::Kind::damaged);
    for (const auto& [name, bytes] : before) CHECK(read_file(folder / name) == bytes);
  }
}

TEST_CASE("a log that was closed and then lost a file is refused", "[rocksdb_log]") {
  const std::string lost = GENERATE("CURRENT", "MANIFEST", ".sst");
  const TempFolder folder;
  append(*open_log(folder.path()), chatter(10), 10);
  INFO(lost);
  for (const auto& file : files_of(folder / "log")) {
    if (file.filename().string().find(lost) != std::string::npos) fs::remove(file);
  }
  check_refused_at(folder.path(), 10);
}

TEST_CASE("a changed byte in a table is found when the log is opened or read", "[rocksdb_log]") {
  const TempFolder folder;
  append(*open_log(folder.path()), chatter(10), 10);
  for (const auto& file : files_of(folder / "log")) {
    if (file.extension() != ".sst") continue;
    auto bytes = read_file(file);
    bytes[bytes.size() / 4] ^= 1;
    write_file(file, bytes);
  }
  CHECK(refusal_to_read(folder.path()).kind == LogError::Kind::damaged);
}

// RocksDB 7.8 told nobody of it, and let the log end there.
TEST_CASE("a changed byte at the beginning of any of many tables is found", "[rocksdb_log]") {
  constexpr std::size_t tables = 4;
  const TempFolder folder;
  const auto story = chatter(10 * tables);
  for (std::size_t end = 10; end <= story.end().value; end += 10) {
    append(*open_log(folder.path()), story, end);
    change_database(folder.path(), [&](rocksdb::DB& db, rocksdb::ColumnFamilyHandle*) {
      const auto first = key_of({end - 9}), last = key_of({end});
      const rocksdb::Slice from(first), to(last);
      REQUIRE(db.CompactRange({}, &from, &to).ok());
    });
  }
  std::map<std::string, fs::path> files;  // of the records, by their first key
  change_database(folder.path(), [&](rocksdb::DB& db, rocksdb::ColumnFamilyHandle*) {
    std::vector<rocksdb::LiveFileMetaData> all;
    db.GetLiveFilesMetaData(&all);
    for (const auto& file : all) {
      if (file.column_family_name != rocksdb::kDefaultColumnFamilyName) continue;
      REQUIRE(file.level > 0);
      files.emplace(file.smallestkey, folder.path() / "log" / file.name.substr(1));
    }
  });
  REQUIRE(files.size() == tables);
  for (const auto& [first, file] : files) {
    const auto bytes = read_file(file);
    auto changed = bytes;
    changed[10] ^= 1;
    write_file(file, changed);
    const auto error = refusal_to_read(folder.path());
    CHECK(error.kind == LogError::Kind::damaged);
    write_file(file, bytes);
  }
}

TEST_CASE("a log that is cut off between two records is refused", "[rocksdb_log]") {
  const Crashed crashed;
  const auto left = GENERATE(0u, 1u, 4u);
  crashed.change_write_ahead([&](std::string& bytes) { bytes.resize(crashed.record_ends[left]); });
  crashed.check_refused_at(2 * left + 1);
}

TEST_CASE("a log that is cut off within an acknowledged record is refused", "[rocksdb_log]") {
  const Crashed crashed;
  crashed.change_write_ahead([](std::string& bytes) { bytes.pop_back(); });
  crashed.check_refused_at(9);
}

TEST_CASE("a log whose end was zeroed is refused", "[rocksdb_log]") {
  const Crashed crashed;
  const auto left = GENERATE(0u, 3u);
  crashed.change_write_ahead([&](std::string& bytes) {
    std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(crashed.record_ends[left]), bytes.end(),
              '\0');
  });
  crashed.check_refused_at(2 * left + 1);
}

TEST_CASE("a log with a changed byte in its midst is refused", "[rocksdb_log]") {
  const Crashed crashed;
  crashed.change_write_ahead([&](std::string& bytes) { bytes[crashed.record_ends[2] - 5] ^= 1; });
  const auto error = refusal_of(crashed.folder.path());
  INFO(error.message);
  CHECK(error.kind == LogError::Kind::damaged);
  CHECK(error.message.find("position") != std::string::npos);
  CHECK(error.message.find("hansom-replay") != std::string::npos);
}

TEST_CASE("a log with another record at its mark is refused", "[rocksdb_log]") {
  const Crashed crashed;
  {
    const TempFolder elsewhere;
    const auto story = chatter(10, chatter_streams + 1);
    append(*open_log(elsewhere.path()), story, 10);
    fs::copy_file(elsewhere / "log.mark", crashed.mark_file(),
                  fs::copy_options::overwrite_existing);
  }
  crashed.check_refused_at(10);
}

TEST_CASE("a log with no record that ends at its mark is refused", "[rocksdb_log]") {
  const Crashed crashed;
  const auto mark = load_mark(crashed.mark_file()).value().value();
  REQUIRE(store_mark(crashed.mark_file(), {{9}, mark.hash}));
  crashed.check_refused_at(9);
}

TEST_CASE("a log whose mark is garbage is refused, and the mark left as it is", "[rocksdb_log]") {
  const Crashed crashed;
  write_file(crashed.mark_file(), "garbage\n");
  const auto error = refusal_of(crashed.folder.path());
  CHECK(error.kind == LogError::Kind::damaged);
  CHECK(error.message.find("log.mark") != std::string::npos);
  CHECK(read_file(crashed.mark_file()) == "garbage\n");
}

TEST_CASE("opened anew, a log must have what this process acknowledged, mark or no mark",
          "[rocksdb_log]") {
  const Crashed crashed;
  const auto log = open_log(crashed.folder.path());
  fs::remove_all(crashed.folder.path() / "log");
  fs::remove(crashed.mark_file());
  const auto reopened = log->reopen();
  REQUIRE_FALSE(reopened);
  CHECK(reopened.error().kind == LogError::Kind::damaged);
  CHECK_FALSE(log->append({10}, chatter(11).events().subspan(10)));
  CHECK_FALSE(log->read({1}, [](const Envelope&) { return true; }));
  CHECK_FALSE(log->read_stream(StreamId(bob), [](const Envelope&) { return true; }));
}

TEST_CASE("a log has its mark from the beginning, and without it is refused", "[rocksdb_log]") {
  const TempFolder folder;
  const auto mark_file = folder / "log.mark";
  {
    const auto log = open_log(folder.path());
    CHECK(load_mark(mark_file).value() == HighWaterMark{});
    append(*log, chatter(4), 4);
  }
  const auto mark = read_file(mark_file);
  fs::remove(mark_file);
  check_refused_at(folder.path(), 4);
  CHECK(refusal_of(folder.path()).message.find(mark_file.string() + " is missing") !=
        std::string::npos);
  CHECK_FALSE(fs::exists(mark_file));
  {
    const auto reader = RocksDbLog::open_for_reading(folder.path());
    REQUIRE(reader);
    CHECK(read_all(**reader).size() == 4);
    const auto reached = (*reader)->check_mark();
    REQUIRE_FALSE(reached);
    CHECK(reached.error().kind == LogError::Kind::damaged);
    CHECK(reached.error().damage.value().position == Position{4});
  }
  write_file(mark_file, mark);
  CHECK(open_log(folder.path())->check_mark());
}

TEST_CASE("a log without events that has lost its mark gets a new one", "[rocksdb_log]") {
  const TempFolder folder;
  open_log(folder.path());
  fs::remove(folder / "log.mark");
  CHECK(RocksDbLog::open_for_reading(folder.path()).value()->check_mark());
  open_log(folder.path());
  CHECK(load_mark(folder / "log.mark").value() == HighWaterMark{});
}

TEST_CASE("reading a log finds a record that was changed, exchanged or taken out, and says where",
          "[rocksdb_log]") {
  const TempFolder folder;
  append(*open_log(folder.path()), chatter(10), 10);
  using Db = rocksdb::DB;
  using Key = const std::string&;
  const auto [change, position] = GENERATE(table<std::function<void(Db&, Key)>, std::uint64_t>({
      {[](Db& db, Key key) {  // one letter of an event
         std::string record;
         REQUIRE(db.Get({}, key, &record).ok());
         record[record.find("message 3")] = 'M';
         REQUIRE(db.Put({}, key, record).ok());
       },
       3},
      {[](Db& db, Key key) { REQUIRE(db.Put({}, key, "garbage").ok()); }, 3},
      {[](Db& db, Key key) { REQUIRE(db.Delete({}, key).ok()); }, 3},
      {[](Db& db, Key key) {  // under another key, between its neighbours
         std::string record;
         REQUIRE(db.Get({}, key, &record).ok());
         REQUIRE(db.Delete({}, key).ok());
         auto between = key;
         ++between.back();
         REQUIRE(db.Put({}, between, record).ok());
       },
       4},
  }));
  tamper(folder.path(), {4}, change);
  const auto log = open_log(folder.path());  // neither the end nor the mark is touched
  const auto read = log->read({1}, [](const Envelope&) { return true; });
  REQUIRE_FALSE(read);
  INFO(read.error().message);
  CHECK(read.error().kind == LogError::Kind::damaged);
  CHECK(read.error().message.find("position " + std::to_string(position) + ":") !=
        std::string::npos);
}

TEST_CASE("reading from beyond a damaged record does not see it", "[rocksdb_log]") {
  const TempFolder folder;
  append(*open_log(folder.path()), chatter(10), 10);
  tamper(folder.path(), {4},
         [](rocksdb::DB& db, const std::string& key) { REQUIRE(db.Delete({}, key).ok()); });
  const auto log = open_log(folder.path());
  std::size_t seen = 0;
  CHECK(log->read({7}, [&](const Envelope&) { return ++seen > 0; }));
  CHECK(seen == 4);
}

TEST_CASE("a log that lost its end is not read as a whole one, and not touched", "[rocksdb_log]") {
  const Crashed crashed;
  crashed.change_write_ahead([&](std::string& bytes) { bytes.resize(crashed.record_ends[3]); });
  const auto before = contents_of(crashed.folder.path());
  {
    const auto reader = RocksDbLog::open_for_reading(crashed.folder.path());
    REQUIRE_FALSE(reader);
    CHECK(reader.error().damage->position == Position{7});
    const auto salvaged = RocksDbLog::open_damaged(crashed.folder.path());
    REQUIRE(salvaged);
    CHECK(read_all(**salvaged).size() == 6);
    CHECK_FALSE((*salvaged)->check_mark());
  }
  CHECK(contents_of(crashed.folder.path()) == before);
}

// What can be read of a log that does not open.

TEST_CASE("of a log with damage in its midst all is read up to it", "[rocksdb_log]") {
  const Crashed crashed;
  crashed.change_write_ahead([&](std::string& bytes) { bytes[crashed.record_ends[2] - 5] ^= 1; });
  REQUIRE_FALSE(RocksDbLog::open(crashed.folder.path()));
  const auto before = contents_of(crashed.folder.path());
  {
    const auto salvaged = RocksDbLog::open_damaged(crashed.folder.path());
    REQUIRE(salvaged);
    CHECK(std::ranges::equal(read_all(**salvaged), crashed.story.events().first(2)));
    CHECK(read_stream(**salvaged, StreamId(BookingId{uuid(1)})).size() == 1);
    const auto reached = (*salvaged)->check_mark();
    REQUIRE_FALSE(reached);
    CHECK(reached.error().damage.value().position == Position{3});
    CHECK_FALSE((*salvaged)->append({2}, crashed.story.events().subspan(2)));
  }
  CHECK(contents_of(crashed.folder.path()) == before);
}

// RocksDB passes over the block of 32 KiB in which a record is damaged.
TEST_CASE("of a log with damage in its midst what comes well behind it is read, too",
          "[rocksdb_log]") {
  const auto story = chatter(1'000);
  const TempFolder crashed;
  {
    const TempFolder live;
    const auto log = open_log(live.path());
    append(*log, story, 1'000, 10);
    wait_for_mark(live.path(), {1'000});
    fs::copy(live.path(), crashed.path(), fs::copy_options::recursive);
  }
  const auto file = write_ahead_file(crashed.path());
  auto bytes = read_file(file);
  REQUIRE(bytes.size() > 4 * 32'768);
  bytes[bytes.size() / 3] ^= 1;
  write_file(file, bytes);

  const auto salvaged = RocksDbLog::open_damaged(crashed.path());
  REQUIRE(salvaged);
  const auto& log = **salvaged;
  CHECK(log.end() == Position{1'000});
  CHECK(log.check_mark());
  std::size_t seen = 0;
  const auto see = [&](const Envelope& envelope) {
    CHECK(envelope == story.events()[seen]);
    return ++seen > 0;
  };
  const auto read = log.read({1}, see);
  REQUIRE_FALSE(read);
  CHECK(read.error().kind == LogError::Kind::damaged);
  CHECK(read.error().damage.value().position == Position{seen + 1});
  CHECK(seen > 200);
  CHECK(seen < 400);
  seen = 700;
  CHECK(log.read({701}, see));
  CHECK(seen == 1'000);
}

TEST_CASE("of a log whose table has a changed byte all is read up to it", "[rocksdb_log]") {
  const TempFolder folder;
  const auto story = chatter(2'000);
  append(*open_log(folder.path()), story, 2'000, 50);
  for (const auto& file : files_of(folder / "log")) {
    if (file.extension() != ".sst" || fs::file_size(file) < 20'000) continue;
    auto bytes = read_file(file);
    bytes[bytes.size() / 2] ^= 1;
    write_file(file, bytes);
  }
  const auto salvaged = RocksDbLog::open_damaged(folder.path());
  REQUIRE(salvaged);
  std::size_t seen = 0;
  const auto read = (*salvaged)->read({1}, [&](const Envelope& envelope) {
    CHECK(envelope == story.events()[seen]);
    return ++seen > 0;
  });
  REQUIRE_FALSE(read);
  CHECK(read.error().kind == LogError::Kind::damaged);
  CHECK(read.error().damage.value().position == Position{seen + 1});
  CHECK(seen > 0);
  CHECK(seen < 2'000);
}

TEST_CASE("a log that is in order is salvaged whole; where there is none, nothing is",
          "[rocksdb_log]") {
  const Crashed crashed;
  const auto salvaged = RocksDbLog::open_damaged(crashed.folder.path());
  REQUIRE(salvaged);
  CHECK(read_all(**salvaged).size() == 10);
  CHECK((*salvaged)->check_mark());
  const TempFolder empty;
  CHECK_FALSE(RocksDbLog::open_damaged(empty.path()));
  CHECK(contents_of(empty.path()).empty());
}

}  // namespace hansom
