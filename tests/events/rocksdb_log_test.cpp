// What the embedded log promises beyond the contract of all logs (event_log_test.cpp): one writer,
// an index and a mark that are kept up in the background, readers that leave no trace. How it meets
// damage is in rocksdb_damage_test.cpp.

#include "events/rocksdb_log.hpp"

#include "tests/support/logs.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <future>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace {

std::atomic<int> write_ahead_syncs = 0;
std::atomic<bool> write_ahead_syncs_fail = false;

bool is_write_ahead_file(int fd) {
  std::error_code ignored;
  const auto file = std::filesystem::read_symlink("/proc/self/fd/" + std::to_string(fd), ignored);
  return file.extension() == ".log";
}

}  // namespace

/// Stands before the C library's, also for RocksDB: what it syncs is counted, and can be made to
/// fail. The data was handed to the system before, as it is with a disk that fails.
extern "C" int fdatasync(int fd) {
  if (is_write_ahead_file(fd)) {
    ++write_ahead_syncs;
    if (write_ahead_syncs_fail) {
      errno = EIO;
      return -1;
    }
  }
  return static_cast<int>(::syscall(SYS_fdatasync, fd));
}

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

/// A log of three events, to which three more were appended in vain: the disk did not sync them.
struct FailedSync {
  TempFolder folder;
  const Story story = chatter(9);
  std::unique_ptr<RocksDbLog> log = open_log(folder.path());
  LogError failure;

  FailedSync() {
    append(*log, story, 3, 3);
    write_ahead_syncs_fail = true;
    const auto failed = append_second();
    write_ahead_syncs_fail = false;
    REQUIRE_FALSE(failed);
    failure = failed.error();
  }

  LogResult append_second() { return log->append({3}, story.events().subspan(3, 3)); }

  /// Whether the batch is there is the disk's affair; but it is there whole or not at all.
  void check_whole() const {
    const auto end = log->end().value;
    CHECK((end == 3 || end == 6));
    CHECK(read_all(*log).size() == end);
    check_chatter_streams(*log, end);
  }
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

TEST_CASE("a batch of any length is one append, and read like any other", "[rocksdb_log]") {
  const TempFolder folder;
  const std::size_t length = GENERATE(255u, 256u, 257u, 1'000u);
  const auto story = chatter(length);
  {
    auto log = open_log(folder.path());
    const auto before = write_ahead_syncs.load();
    append(*log, story, length, length);
    CHECK(write_ahead_syncs == before + 1);
    CHECK(log->end() == Position{length});
    check_chatter_streams(*log, length);  // from memory
  }
  const auto log = open_log(folder.path());
  const auto events = read_all(*log);
  CHECK(std::ranges::equal(events, story.events()));
  CHECK(read_from(*log, {length / 2}).size() == length - length / 2 + 1);
  check_chatter_streams(*log, length);
}

TEST_CASE("what is said in a room is found message by message, in batches of any length",
          "[rocksdb_log]") {
  const TempFolder folder;
  const RoomId room{uuid(1)};
  Story story;
  std::vector<MessageId> messages;
  for (int i = 0; i < 600; ++i) {
    messages.push_back({story.tell(room, said_by(alice, "hi")).cause.value});
  }
  story.tell(room, RoomMessageEdited{messages[3], Position{4}, "hello"});
  auto log = open_log(folder.path());
  append(*log, story, 601, 601);
  const auto check = [&] {
    std::uint64_t position = 600;
    CHECK(log->read_mentions(room, beyond_all, [&](const Envelope& envelope) {
      CHECK(envelope.position == Position{position});
      return --position > 300;
    }));
    CHECK(position == 300);
    const auto newest = [&](MessageId message) {
      Position found;
      CHECK(log->read_mentions(message, beyond_all, [&](const Envelope& envelope) {
        found = envelope.position;
        return false;
      }));
      return found;
    };
    CHECK(newest(messages[0]) == Position{1});
    CHECK(newest(messages[3]) == Position{601});
    CHECK(newest(messages[599]) == Position{600});
    CHECK(newest(MessageId{uuid(0x10'0000)}) == Position{});
  };
  check();  // from memory
  wait_for_mark(folder.path(), {601});
  check();  // from the index
  log.reset();
  log = open_log(folder.path());
  check();
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

TEST_CASE("a stream is whole at every moment while the index is written", "[rocksdb_log]") {
  const TempFolder folder;
  const auto log = open_log(folder.path());
  const auto story = chatter(90'000);
  std::size_t incomplete = 0;
  // Until the upkeep has come round twice; it does so every half second.
  Position before;
  for (int round = 0; round < 2 && log->end() < story.end();) {
    const auto end = log->end().value + chatter_streams;
    append(*log, story, end, chatter_streams);
    for (int i = 0; i < 5; ++i) {
      std::size_t seen = 0;
      REQUIRE(log->read_stream(StreamId(BookingId{uuid(1 + i % chatter_streams)}),
                               [&](const Envelope&) { return ++seen > 0; }));
      incomplete += seen != end / chatter_streams;
    }
    if (marked(folder.path()) != before) ++round;
    before = marked(folder.path());
  }
  CHECK(log->end() < story.end());
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

TEST_CASE("an append is synced once before it returns", "[rocksdb_log]") {
  const TempFolder folder;
  const auto log = open_log(folder.path());
  const auto story = chatter(6);
  append(*log, story, 2);
  for (const std::size_t end : {4u, 6u}) {
    const int before = write_ahead_syncs;
    append(*log, story, end);
    CHECK(write_ahead_syncs == before + 1);
  }
}

TEST_CASE("what is handed over while the log syncs is synced together", "[rocksdb_log]") {
  const TempFolder folder;
  const auto log = open_log(folder.path());
  const auto story = chatter(40);
  const int before = write_ahead_syncs;
  std::promise<void> first_is_synced, all_handed_over;
  log->begin_append({}, story.events().first(1), [&](const LogResult&) {
    first_is_synced.set_value();
    all_handed_over.get_future().wait();
  });
  first_is_synced.get_future().wait();
  for (std::size_t i = 1; i < 40; ++i) {
    log->begin_append({i}, story.events().subspan(i, 1),
                      [](const LogResult& appended) { CHECK(appended); });
  }
  all_handed_over.set_value();
  log->finish_appends();
  CHECK(write_ahead_syncs == before + 2);
  CHECK(read_all(*log).size() == 40);
}

TEST_CASE("an unsynced log is not synced, and is read like any other", "[rocksdb_log]") {
  const TempFolder folder;
  const auto log = RocksDbLog::open(folder.path(), RocksDbLog::Durability::unsynced).value();
  const int before = write_ahead_syncs;
  append(*log, chatter(4), 4);
  CHECK(write_ahead_syncs == before);
  CHECK(read_all(*log).size() == 4);
}

TEST_CASE("after a sync that failed a log takes nothing until it is opened anew", "[rocksdb_log]") {
  FailedSync after;
  CHECK(after.failure.kind == LogError::Kind::unavailable);
  CHECK(after.failure.message.find('\n') == std::string::npos);
  CHECK_FALSE(after.append_second());

  REQUIRE(after.log->reopen());
  after.check_whole();
  append(*after.log, after.story, 9, 3);
  CHECK(read_all(*after.log).size() == 9);
  check_chatter_streams(*after.log, 9);
}

TEST_CASE("a log that is closed after a sync that failed promises nothing of that batch",
          "[rocksdb_log]") {
  FailedSync after;
  after.log = nullptr;
  CHECK(marked(after.folder.path()) == Position{3});
  after.log = open_log(after.folder.path());
  after.check_whole();
}

}  // namespace hansom
