// What the embedded log promises beyond the contract of all logs (event_log_test.cpp): one writer,
// an index and a mark that are kept up in the background, readers that leave no trace. How it meets
// damage is in rocksdb_damage_test.cpp.

#include "events/rocksdb_log.hpp"

#include "tests/support/logs.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <cstdlib>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

extern char** environ;

namespace hansom {
namespace {

/// A program of its own that runs one hidden test of this binary; ends when its input does.
class OtherProcess {
 public:
  OtherProcess(const std::string& test, const fs::path& data_dir) {
    int input[2], output[2];
    REQUIRE(::pipe2(input, O_CLOEXEC) == 0);
    REQUIRE(::pipe2(output, O_CLOEXEC) == 0);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, input[0], 0);
    posix_spawn_file_actions_adddup2(&actions, output[1], 1);
    ::setenv("HANSOM_TEST_DATA_DIR", data_dir.c_str(), 1);
    const char* const arguments[] = {"/proc/self/exe", test.c_str(), "-o", "/dev/null", nullptr};
    const int failed = ::posix_spawn(&pid_, arguments[0], &actions, nullptr,
                                     const_cast<char* const*>(arguments), environ);
    posix_spawn_file_actions_destroy(&actions);
    ::close(input[0]);
    ::close(output[1]);
    input_ = input[1];
    output_ = output[0];
    REQUIRE(failed == 0);
  }
  ~OtherProcess() {
    ::close(input_);
    ::close(output_);
    ::waitpid(pid_, nullptr, 0);
  }

  /// Waits until the other says something.
  bool is_ready() const {
    char byte = 0;
    return ::read(output_, &byte, 1) == 1;
  }

 private:
  pid_t pid_ = 0;
  int input_ = -1;
  int output_ = -1;
};

}  // namespace

TEST_CASE("holds a log open for another process", "[.]") {
  const auto log = open_log(std::getenv("HANSOM_TEST_DATA_DIR"));
  char byte = '!';
  REQUIRE(::write(1, &byte, 1) == 1);
  while (::read(0, &byte, 1) > 0) {
  }
}

TEST_CASE("a log that another process writes is refused as in use", "[rocksdb_log]") {
  const TempFolder folder;
  {
    const OtherProcess other("holds a log open for another process", folder.path());
    REQUIRE(other.is_ready());
    const auto error = refusal_of(folder.path());
    CHECK(error.kind == LogError::Kind::in_use);
    CHECK(error.message.find(folder.path().string()) != std::string::npos);
  }
  CHECK(open_log(folder.path()));
}

TEST_CASE("a log that this process writes can't be opened a second time", "[rocksdb_log]") {
  const TempFolder folder;
  const auto log = open_log(folder.path());
  const auto error = refusal_of(folder.path());
  CHECK(error.message.find('\n') == std::string::npos);
  append(*log, chatter(2), 2);
}

TEST_CASE("a folder that can't be made is an error that names it", "[rocksdb_log]") {
  const TempFolder folder;
  write_file(folder / "file", "in the way");
  const auto error = refusal_of(folder / "file");
  CHECK(error.kind == LogError::Kind::unavailable);
  CHECK(error.message.find((folder / "file").string()) != std::string::npos);
}

TEST_CASE("mark and index follow an append within about a second", "[rocksdb_log]") {
  const TempFolder folder;
  const auto story = chatter(9);
  auto log = open_log(folder.path());
  append(*log, story, 5, 5);
  check_chatter_streams(*log, 5);  // from memory
  wait_for_mark(folder.path(), {5});
  check_chatter_streams(*log, 5);  // from the index, which is written before the mark
  append(*log, story, 9, 4);
  check_chatter_streams(*log, 9);  // from both
  REQUIRE(log->check_mark());

  log = nullptr;
  CHECK(marked(folder.path()) == Position{9});  // closing brings it up to date
  log = open_log(folder.path());
  check_chatter_streams(*log, 9);
  REQUIRE(log->reopen());
  check_chatter_streams(*log, 9);
}

TEST_CASE("a stream is whole at every moment, read by another thread while the index is written",
          "[rocksdb_log]") {
  const TempFolder folder;
  const auto log = open_log(folder.path());
  const auto story = chatter(3'000);
  FolderWatch watch(folder.path());
  std::atomic<std::size_t> appended = 0;
  std::atomic<bool> done = false;
  std::size_t readings = 0;
  std::size_t incomplete = 0;
  std::jthread reader([&] {
    while (!done) {
      const std::size_t least = appended / chatter_streams;
      std::size_t seen = 0;
      const auto read = log->read_stream(StreamId(BookingId{uuid(1)}),
                                         [&](const Envelope&) { return ++seen > 0; });
      incomplete += !read || seen < least;
      ++readings;
    }
  });
  // Until the upkeep has come round twice; it does so every half second.
  for (int round = 0; round < 2;) {
    const auto before = marked(folder.path());
    append(*log, story, log->end().value + 2 * chatter_streams);
    appended = log->end().value;
    round += watch.wait_until([&] { return marked(folder.path()) != before; }, 20ms);
    if (appended > 2'900) break;  // some ten seconds
  }
  CHECK(appended < 2'900);
  done = true;
  reader.join();
  CHECK(readings > 0);
  CHECK(incomplete == 0);
}

TEST_CASE("a log next to a live writer is read without a lock and without a trace",
          "[rocksdb_log]") {
  const TempFolder folder;
  const auto story = chatter(10);
  const auto writer = open_log(folder.path());
  append(*writer, story, 6);
  wait_for_mark(folder.path(), {6});  // what the writer does behind our back is done
  const auto before = contents_of(folder.path());
  {
    const auto reader = RocksDbLog::open_for_reading(folder.path());
    REQUIRE(reader);
    CHECK((*reader)->end() == Position{6});
    CHECK(read_all(**reader).size() == 6);
    check_chatter_streams(**reader, 6);
    CHECK((*reader)->check_mark());
    CHECK_FALSE((*reader)->append({6}, story.events().subspan(6)));
  }
  CHECK(contents_of(folder.path()) == before);

  append(*writer, story, 10);
  CHECK(RocksDbLog::open_for_reading(folder.path()).value()->end() == Position{10});
}

TEST_CASE("a log that is not there can't be opened for reading, and is not made", "[rocksdb_log]") {
  const TempFolder folder;
  CHECK_FALSE(RocksDbLog::open_for_reading(folder.path()));
  CHECK(contents_of(folder.path()).empty());
}

TEST_CASE("an unsynced log holds the same promise to those who read", "[rocksdb_log]") {
  const TempFolder folder;
  const auto log = RocksDbLog::open(folder.path(), RocksDbLog::Durability::unsynced).value();
  append(*log, chatter(4), 4);
  CHECK(read_all(*log).size() == 4);
}

}  // namespace hansom
