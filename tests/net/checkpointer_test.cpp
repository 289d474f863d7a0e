// Checkpoints come about in the background, and are in nobody's way.

#include "net/checkpointer.hpp"

#include "tests/support/checkpoints.hpp"
#include "tests/support/fleet.hpp"

#include <catch2/catch.hpp>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>

namespace hansom::net {
namespace {

using Clock = std::chrono::steady_clock;

constexpr bench::FleetSizes few{10, 10, 8};

/// What is said on stderr, collected instead.
class Said {
 public:
  Said() : before_(spdlog::default_logger()) {
    spdlog::set_default_logger(std::make_shared<spdlog::logger>("", sink_));
  }
  ~Said() { spdlog::set_default_logger(before_); }
  Said(const Said&) = delete;
  Said& operator=(const Said&) = delete;

  /// Whether this is said, now or soon.
  bool says(const std::string& part, std::chrono::milliseconds soon = 5s) {
    return sink_->says(part, soon);
  }
  bool says_nothing() { return !says("", 0ms); }

 private:
  class Sink final : public spdlog::sinks::base_sink<std::mutex> {
   public:
    bool says(const std::string& part, std::chrono::milliseconds soon) {
      std::unique_lock lock(mutex_);
      return more_.wait_for(lock, soon, [&] {
        return std::ranges::any_of(
            lines_, [&](const auto& line) { return line.find(part) != std::string::npos; });
      });
    }

   private:
    void sink_it_(const spdlog::details::log_msg& message) override {
      lines_.emplace_back(message.payload.data(), message.payload.size());
      more_.notify_all();
    }
    void flush_() override {}

    std::condition_variable_any more_;
    std::vector<std::string> lines_;
  };

  std::shared_ptr<Sink> sink_ = std::make_shared<Sink>();
  std::shared_ptr<spdlog::logger> before_;
};

struct Served {
  TempFolder folder;
  std::unique_ptr<RocksDbLog> log = open_unsynced(folder.path());
  fs::path file = checkpoint_file(folder.path());

  void write(std::uint64_t events) const { fill(*log, 3, log->end().value + events, few); }
  Position reached() const {
    const auto loaded = load_checkpoint(file);
    return loaded && *loaded ? (*loaded)->at.position : Position{};
  }
  bool reaches(Position position) const {
    FolderWatch watch(folder.path());
    return watch.wait_until([&] { return reached() >= position; }, 5s);
  }
};

/// A log that never ends, and counts what is read of it.
class Endless final : public EventLog {
 public:
  void begin_append(Position, std::span<const Envelope>, Appended then) override { then({}); }
  void finish_appends() override {}
  LogResult read(Position from, const Visit& visit) const override {
    Envelope envelope;
    envelope.stream = StreamId(alice);
    envelope.event = AccountEvent(SessionsEnded{});
    for (envelope.position = from; visit(envelope); ++envelope.position.value) {
      ++events_read;
      events_read.notify_all();
    }
    return {};
  }
  LogResult read_stream(const StreamId&, const Visit&) const override { return {}; }
  LogResult read_mentions(const Subject&, Position, const Visit&) const override { return {}; }
  HighWaterMark mark() const override { return {{beyond_all.value - 1}, {}}; }
  std::expected<bool, LogError> holds(const HighWaterMark&) const override { return true; }
  LogResult reopen() override { return {}; }

  mutable std::atomic<std::uint64_t> events_read = 0;
};

}  // namespace

TEST_CASE("a checkpoint appears once enough has come, and moves on", "[checkpointer]") {
  const Served served;
  served.write(150);
  const auto first = served.log->end();
  const Checkpointer checkpointer(*served.log, served.folder.path(), 100, Position{});
  REQUIRE(served.reaches(first));
  CHECK(read_file(served.file) == checkpoint_of(*served.log));
  served.write(120);
  REQUIRE(served.reaches({first.value + 100}));
  CHECK(served.reached() <= served.log->end());
}

TEST_CASE("no checkpoint is made before enough has come, or where none is wanted",
          "[checkpointer]") {
  const Served served;
  served.write(150);
  const std::uint64_t every = GENERATE(0u, 1'000'000u);
  {
    const Checkpointer checkpointer(*served.log, served.folder.path(), every, Position{});
    // As soon as another one has been made that needs less, this one has looked, too, or never
    // will.
    const TempFolder elsewhere;
    const Checkpointer eager(*served.log, elsewhere.path(), 1, Position{});
    FolderWatch watch(elsewhere.path());
    REQUIRE(watch.wait_until([&] { return fs::exists(checkpoint_file(elsewhere.path())); }, 5s));
  }
  CHECK_FALSE(fs::exists(served.file));
}

TEST_CASE("a checkpoint that there is counts: the next comes that many events later",
          "[checkpointer]") {
  const Served served;
  served.write(150);
  REQUIRE(advance_checkpoint(*served.log, served.file, [] { return true; }));
  const auto at_first = served.reached();
  served.write(50);
  {
    const Checkpointer checkpointer(*served.log, served.folder.path(), 100, at_first);
    served.write(60);
    REQUIRE(served.reaches({at_first.value + 100}));
  }
  CHECK(served.reached() > at_first);
}

TEST_CASE("who ends the server does not wait for a checkpoint", "[checkpointer]") {
  const TempFolder folder;
  const Endless log;
  Clock::time_point ended_at;
  {
    const Checkpointer checkpointer(log, folder.path(), 1, Position{});
    log.events_read.wait(0);
    ended_at = Clock::now();
  }
  CHECK(Clock::now() - ended_at < 2s);
  CHECK(log.events_read > 0);
  CHECK(contents_of(folder.path()).empty());
}

TEST_CASE("who ends the server does not wait for the next look at the log", "[checkpointer]") {
  const Served served;
  const auto began_at = Clock::now();
  for (int i = 0; i < 20; ++i) Checkpointer(*served.log, served.folder.path(), 1, Position{});
  CHECK(Clock::now() - began_at < 5s);
}

TEST_CASE("a checkpoint that can't be made is warned of, and tried again", "[checkpointer]") {
  const Served served;
  served.write(20);
  Said said;
  // In the way of what is written first.
  fs::create_directory(served.folder / "checkpoint.new");
  const Checkpointer checkpointer(*served.log, served.folder.path(), 10, Position{});
  CHECK(said.says("no checkpoint could be made: can't create "));
  CHECK(served.reached() == Position{});
  fs::remove(served.folder / "checkpoint.new");
  CHECK(served.reaches(served.log->end()));
}

TEST_CASE("a checkpoint that can be read is used; of another one it is said that it can't be",
          "[checkpointer]") {
  const Served served;
  served.write(20);
  Said said;
  CHECK_FALSE(usable_checkpoint(served.folder.path()));
  REQUIRE(advance_checkpoint(*served.log, served.file, [] { return true; }));
  const auto usable = usable_checkpoint(served.folder.path());
  REQUIRE(usable);
  CHECK(usable->at == served.log->mark());
  CHECK(said.says_nothing());

  write_file(served.file, "garbage\n");
  CHECK_FALSE(usable_checkpoint(served.folder.path()));
  CHECK(said.says(served.file.string() + " is no checkpoint"));
  CHECK(said.says("the whole log is folded instead"));
}

}  // namespace hansom::net
