// A log that is made of another one's records is there whole, or not at all.

#include "replay/new_log.hpp"

#include "net/dialects/public_url.hpp"
#include "tests/support/checkpoints.hpp"
#include "tests/support/damage.hpp"
#include "tests/support/tool.hpp"

#include <catch2/catch.hpp>

namespace hansom::replay {
namespace {

std::vector<std::string> records_of(const fs::path& folder) {
  std::vector<std::string> records;
  REQUIRE(RocksDbLog::open_for_reading(folder).value()->read_records(
      {1}, [&](Position, std::string_view record) {
        records.emplace_back(record);
        return true;
      }));
  return records;
}

/// A folder in which a copy of a log is to be made.
struct Copying {
  DataFolder from{300};
  TempFolder parent;
  fs::path to = parent / "copy";

  std::expected<Position, Failure> copy() {
    std::ostringstream out, err;
    Console console(out, err, false, false);
    return copy_log(from.path(), to, console, "copying");
  }
  /// Why there is no copy; nothing of it is left.
  std::string why_not() {
    const auto before = contents_of(parent.path());
    const auto copied = copy();
    REQUIRE_FALSE(copied);
    CHECK(contents_of(parent.path()) == before);
    CHECK(copied.error().exit_code == 1);
    CHECK(copied.error().message.find('\n') == std::string::npos);
    return copied.error().message;
  }
};

std::size_t entries_in(const fs::path& folder) { return files_of(folder).size(); }

}  // namespace

TEST_CASE("a new log is in its place once it is finished, and not before", "[replay]") {
  const DataFolder from(100);
  const TempFolder parent;
  const auto place = parent / GENERATE("log", "there/already", "slash/");
  if (place.filename() == "already") fs::create_directories(place);
  {
    auto fresh = NewLog::begin(place);
    REQUIRE(fresh);
    CHECK(fresh->end() == Position{});
    for (const auto& record : records_of(from.path())) REQUIRE(fresh->add(record));
    CHECK(fresh->end() == from.end());
    REQUIRE(fresh->put_file("note", "text"));
    CHECK_FALSE(fs::exists(place / "log"));
    REQUIRE(fresh->finish());
    CHECK(read_file(place / "note") == "text");
  }
  CHECK(records_of(place) == records_of(from.path()));
  CHECK(open_log(place)->mark() == from.marks.back());
  const auto beside = fs::absolute(place / ".").lexically_normal().parent_path().parent_path();
  CHECK(entries_in(beside) == 1);
}

TEST_CASE("a new log that is not finished leaves nothing", "[replay]") {
  const DataFolder from(100);
  const TempFolder parent;
  {
    auto fresh = NewLog::begin(parent / "log");
    REQUIRE(fresh);
    for (const auto& record : records_of(from.path())) REQUIRE(fresh->add(record));
    auto moved = std::move(*fresh);
    REQUIRE(moved.put_file("note", "text"));
    CHECK(entries_in(parent.path()) == 1);
  }
  CHECK(entries_in(parent.path()) == 0);
}

TEST_CASE("a new log takes no record that does not follow on the one before", "[replay]") {
  const DataFolder from(100);
  const TempFolder parent;
  {
    const auto records = records_of(from.path());
    auto fresh = NewLog::begin(parent / "log");
    REQUIRE(fresh);
    REQUIRE(fresh->add(records[0]));
    const auto added = fresh->add(records[2]);
    REQUIRE_FALSE(added);
    const auto next = std::to_string(from.first_of(2).value);
    CHECK(added.error().message.starts_with("position " + next + " can't be taken over: "));
    CHECK(fresh->add(records[1]));
  }
  CHECK(entries_in(parent.path()) == 0);
}

TEST_CASE("a new log is not begun where there is something", "[replay]") {
  const TempFolder parent;
  write_file(parent / "file", "text");
  const auto begun = NewLog::begin(parent.path());
  REQUIRE_FALSE(begun);
  CHECK(begun.error().message == parent.path().string() + " is not empty");
  CHECK_FALSE(NewLog::begin(parent / "file"));
  CHECK_FALSE(NewLog::begin(parent / "file/log"));
  CHECK(entries_in(parent.path()) == 1);
}

TEST_CASE("a copy of a log has its records, checkpoint and address", "[replay]") {
  Copying copying;
  const auto& from = copying.from;
  REQUIRE(advance_checkpoint(*open_log(from.path()), checkpoint_file(from.path()),
                             [] { return true; }));
  REQUIRE(net::note_public_url(from.path(), "https://rides.example.com"));
  CHECK(copying.copy().value() == from.end());
  CHECK(records_of(copying.to) == records_of(from.path()));
  for (const auto* name : {"checkpoint", "public-url", "log.mark"}) {
    CHECK(read_file(copying.to / name) == read_file(from.path() / name));
  }
  CHECK(entries_in(copying.parent.path()) == 1);
  CHECK(call_tool({"verify", "--data-dir", copying.to.string()}).exit_code == 0);
}

TEST_CASE("a log is copied while a server writes it", "[replay]") {
  Copying copying;
  const auto writer = open_log(copying.from.path());
  fill(*writer, 31, writer->end().value + 50, {10, 10, 8});
  CHECK(copying.copy().value() == writer->end());
}

TEST_CASE("a copy has a checkpoint of its own, whatever that of the log is like", "[replay]") {
  Copying copying;
  const auto file = checkpoint_file(copying.from.path());
  if (GENERATE(true, false)) {
    write_file(file, "garbage\n");
  } else {
    REQUIRE(store_checkpoint(file, {{copying.from.end().value + 1}, {}}, {}));
  }
  REQUIRE(copying.copy());
  CHECK(load_checkpoint(checkpoint_file(copying.to)).value()->at == copying.from.marks.back());
  CHECK(call_tool({"verify", "--data-dir", copying.to.string()}).exit_code == 0);
  CHECK_FALSE(fs::exists(copying.to / "public-url"));
}

TEST_CASE("a copy is made where a link leads, in a folder that stays", "[replay]") {
  Copying copying;
  const auto real = copying.parent / "real";
  fs::create_directories(real / "lost+found");
  fs::permissions(real, fs::perms::owner_all);
  fs::create_directory_symlink(real, copying.to);
  REQUIRE(copying.copy());
  CHECK(fs::is_symlink(copying.to));
  CHECK(fs::status(real).permissions() == fs::perms::owner_all);
  CHECK(records_of(real) == records_of(copying.from.path()));
}

TEST_CASE("of a log that is damaged, or not whole, there is no copy", "[replay]") {
  Copying copying;
  const auto& from = copying.from;
  SECTION("a record was changed") {
    tamper(from.path(), from.marks[5].position, [](rocksdb::DB& db, const std::string& key) {
      REQUIRE(db.Put({}, key, "garbage").ok());
    });
    const auto why = copying.why_not();
    INFO(why);
    CHECK(why.find("position " + std::to_string(from.first_of(5).value) + ":") !=
          std::string::npos);
  }
  SECTION("the mark is gone") {
    fs::remove(from.path() / "log.mark");
    CHECK(copying.why_not().find("is missing") != std::string::npos);
  }
  SECTION("the log is gone") {
    fs::remove_all(from.path() / "log");
    copying.why_not();
  }
}

TEST_CASE("a copy takes nobody's place", "[replay]") {
  Copying copying;
  REQUIRE(copying.copy());
  CHECK(copying.why_not() == copying.to.string() + " is not empty");
}

}  // namespace hansom::replay
