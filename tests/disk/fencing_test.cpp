// Two engines on one log, each with a thread of its own. In every round both decide on the same
// state and append at the same time. What the first one appended is what there is; the other finds
// out by the conflict, stops, and folds anew.

#include "engine/loop.hpp"
#include "events/memory_log.hpp"
#include "tests/disk/ordeal.hpp"
#include "tests/support/checkpoints.hpp"
#include "tests/support/stage.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <atomic>
#include <barrier>
#include <memory>
#include <mutex>
#include <sstream>
#include <thread>

namespace hansom {
namespace {

/// A log that two engines have, one call at a time.
class SharedLog final : public EventLog {
 public:
  explicit SharedLog(EventLog& log) : log_(log) {}

  void begin_append(Position expected_end, std::span<const Envelope> events,
                    Appended then) override {
    const std::lock_guard lock(mutex_);
    log_.begin_append(expected_end, events, std::move(then));
  }
  void finish_appends() override {
    const std::lock_guard lock(mutex_);
    log_.finish_appends();
  }
  LogResult append(Position expected_end, std::span<const Envelope> events) override {
    const std::lock_guard lock(mutex_);
    return log_.append(expected_end, events);
  }
  LogResult read(Position from, const Visit& visit) const override {
    const std::lock_guard lock(mutex_);
    return log_.read(from, visit);
  }
  LogResult read_stream(const StreamId& stream, const Visit& visit) const override {
    const std::lock_guard lock(mutex_);
    return log_.read_stream(stream, visit);
  }
  LogResult read_mentions(const Subject& subject, Position before,
                          const Visit& visit) const override {
    const std::lock_guard lock(mutex_);
    return log_.read_mentions(subject, before, visit);
  }
  HighWaterMark mark() const override {
    const std::lock_guard lock(mutex_);
    return log_.mark();
  }
  std::expected<bool, LogError> holds(const HighWaterMark& record) const override {
    const std::lock_guard lock(mutex_);
    return log_.holds(record);
  }
  LogResult reopen() override {
    const std::lock_guard lock(mutex_);
    return log_.reopen();
  }

 private:
  EventLog& log_;
  mutable std::mutex mutex_;
};

/// Takes what is released, on whichever thread.
class LockedGathering final : public Outlet {
 public:
  void release(Outbox outbox) override {
    const std::lock_guard lock(mutex_);
    said_.insert(said_.end(), outbox.begin(), outbox.end());
  }
  void call_turn() override {}
  Words take() {
    const std::lock_guard lock(mutex_);
    Words words;
    for (const auto& output : std::exchange(said_, {})) words.push_back(words_for(output));
    return words;
  }

 private:
  std::mutex mutex_;
  Outbox said_;
};

struct Counting final : Observer {
  void command(std::string_view) override {}
  void refused(RefusalCode, std::optional<Side>) override {}
  void drivers_connected(std::size_t, std::size_t) override {}
  void appended(std::span<const Envelope> events) override { appends += !events.empty(); }
  void log_failed(const LogError& error) override {
    conflicts += error.kind == LogError::Kind::conflict;
    others += error.kind != LogError::Kind::conflict;
  }
  void log_recovered(Position) override { ++folds; }

  std::atomic<int> appends = 0, conflicts = 0, others = 0, folds = 0;
};

/// An engine on a log that another one has, too.
struct Engine {
  Engine(EventLog& log, unsigned number)
      : last_id(number << 24),
        loop(log, rules, renderer, observer, said, [this] { return uuid(++last_id); }) {
    REQUIRE(loop.start(noon));
  }

  /// Registers somebody. `hands_over`: on the log's own thread.
  void register_account(const std::string& name, Instant now, bool hands_over) {
    loop.turn({{PeerId{1}, RegisterAccount{account(name, {Role::customer})}}}, now,
              hands_over ? turns_in_flight_max : 0);
    loop.finish(now);
  }

  unsigned last_id;
  Rules rules;
  net::WireRenderer renderer;
  Counting observer;
  LockedGathering said;
  Loop loop;
};

struct Duels {
  std::size_t rounds = 0;
  std::array<std::size_t, 2> won{};
};

/// So many rounds on one log.
void fight(EventLog& log, std::size_t count, Duels& duels) {
  SharedLog shared(log);
  std::array<std::unique_ptr<Engine>, 2> engines{std::make_unique<Engine>(shared, 1),
                                                 std::make_unique<Engine>(shared, 2)};
  std::size_t round = 0;
  Instant now = noon;
  std::barrier both(3);
  const auto play = [&](Engine& engine) {
    for (std::size_t i = 0; i < count; ++i) {
      both.arrive_and_wait();
      engine.register_account("user" + std::to_string(round), now, round % 2 == 1);
      both.arrive_and_wait();
    }
  };
  std::jthread first([&] { play(*engines[0]); });
  std::jthread second([&] { play(*engines[1]); });
  std::string wrong;
  const auto expect = [&](bool is_so, const std::string& what) {
    if (!is_so && wrong.empty()) wrong = "round " + std::to_string(round) + ": " + what;
  };
  for (; round < count; ++round) {
    now += 2s;
    const auto before = shared.end().value;
    both.arrive_and_wait();
    both.arrive_and_wait();
    ++duels.rounds;
    expect(shared.end().value == before + 1, "not one append");
    const std::array<Words, 2> heard{engines[0]->said.take(), engines[1]->said.take()};
    const std::size_t winner = heard[0] == Words{"201 CREATED"} ? 0 : 1;
    const auto loser = 1 - winner;
    expect(heard[winner] == Words{"201 CREATED"}, "no winner");
    expect(heard[loser] == Words{"503 LOG_UNAVAILABLE"}, "the loser was not told");
    ++duels.won[winner];
    auto& lost = *engines[loser];
    expect(lost.loop.serving() && lost.loop.projections().end == shared.end(), "not folded anew");
    expect(engines[winner]->loop.projections().end == shared.end(), "the winner is behind");
    // It knows now whom the other one registered.
    lost.register_account("user" + std::to_string(round), now, false);
    expect(lost.said.take() == Words{"409 EMAIL_TAKEN"}, "registered twice");
  }
  first.join();
  second.join();
  INFO(wrong);
  REQUIRE(wrong.empty());
  int appends = 0, conflicts = 0, folds = 0;
  for (const auto& engine : engines) {
    appends += engine->observer.appends;
    conflicts += engine->observer.conflicts;
    folds += engine->observer.folds;
    REQUIRE(engine->observer.others == 0);
  }
  const auto each_once = static_cast<int>(count);
  REQUIRE(std::array{appends, conflicts, folds} == std::array{each_once, each_once, each_once});
  REQUIRE(written_state(engines[0]->loop.projections()) == written_state(folded(read_all(log))));
  REQUIRE(written_state(engines[0]->loop.projections()) ==
          written_state(engines[1]->loop.projections()));
}

void count(const char* which, const Duels& duels) {
  std::ostringstream line;
  line << "fencing, " << which << ": " << duels.rounds << " rounds of two engines, won "
       << duels.won[0] << " to " << duels.won[1]
       << "; each with one append accepted and one engine that folded anew";
  counted(line.str());
  CHECK(duels.won[0] > 0);
  CHECK(duels.won[1] > 0);
}

constexpr std::size_t rounds_of_a_log = 200;

}  // namespace

TEST_CASE("of two engines on one log in memory one appends, and the other folds anew",
          "[fencing]") {
  Duels duels;
  while (duels.rounds < rounds<std::size_t>(1'000, 10'000)) {
    MemoryLog log;
    fight(log, rounds_of_a_log, duels);
  }
  count("in memory", duels);
}

TEST_CASE("of two engines on one log on the disk one appends, and the other folds anew",
          "[fencing]") {
  Duels duels;
  while (duels.rounds < rounds<std::size_t>(200, 10'000)) {
    const TempFolder folder;
    const auto log = RocksDbLog::open(folder.path(), RocksDbLog::Durability::synced, small).value();
    fight(*log, rounds_of_a_log, duels);
  }
  count("RocksDB", duels);
}

}  // namespace hansom
