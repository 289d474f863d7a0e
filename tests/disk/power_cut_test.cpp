// The power is cut at any step of what a log does to the disk, again and again: while it is opened,
// while it is appended to, while tables, index, mark and checkpoint are written behind it, while it
// is closed. Then it is opened from what is left, and goes on.

#include "events/record.hpp"
#include "projections/checkpoint.hpp"
#include "tests/disk/faulty_disk.hpp"
#include "tests/disk/ordeal.hpp"
#include "tests/support/checkpoints.hpp"

#include <catch2/catch.hpp>

#include <memory>
#include <set>
#include <sstream>

namespace hansom {
namespace {

/// Rides, logged through one power cut after the other, until all have been.
class Blackouts {
 public:
  explicit Blackouts(Chance& chance) : chance_(chance) { batch_ends_.insert(0); }

  bool is_over() const { return durable_ + 400 > rides_.size(); }

  /// Opens what the last cut left, looks at it, goes on with it, and cuts the power.
  void go_on() {
    disk_.emplace(folder_->path());
    acknowledged_ = {{0, last_mark_}};
    work();
    cut();
    disk_.reset();
    ++cuts;
  }

  std::size_t cuts = 0;
  std::size_t acknowledged_at_cuts = 0;  // batches of the round that was cut
  std::size_t found_beyond = 0;          // logs that had more than was acknowledged
  std::size_t checkpoints = 0;           // that were found after a cut
  std::size_t amid_opening = 0;

 private:
  struct Acknowledged {
    std::size_t step;  // of the disk, by which it was durable
    HighWaterMark mark;
  };

  void work() {
    log_ = RocksDbLog::open(folder_->path(), RocksDbLog::Durability::synced, restless)
               .value_or(nullptr);
    if (!log_) {
      const auto refused = RocksDbLog::open(folder_->path());
      FAIL("not opened after a power cut: " << (refused ? "at first" : refused.error().message));
    }
    opened_at_ = disk_->steps();
    acknowledge();  // what was found is shown from now on
    look();
    for (auto acts = 1 + chance_.below(12); acts > 0; --acts) act();
    if (chance_.in(0.5)) log_.reset();  // in good order
  }

  /// All that was acknowledged is there, whole, and can be found.
  void look() {
    const auto end = log_->end().value;
    REQUIRE(end >= last_mark_.position.value);
    REQUIRE(log_->holds(last_mark_).value_or(false));
    REQUIRE(batch_ends_.contains(end));  // nothing is half there
    found_beyond += end > last_mark_.position.value;
    Envelopes events;
    const auto read = log_->read({1}, [&](const Envelope& envelope) {
      events.push_back(envelope);
      return true;
    });
    INFO((read ? "" : read.error().message)
         << ", acknowledged " << last_mark_.position.value << ", end " << end);
    REQUIRE(read);
    REQUIRE(std::ranges::equal(events, std::span(rides_).first(end)));
    RocksDbLog::IndexAudit index(*log_);
    for (const auto& event : events) index.add(event);
    const auto indexed = index.check();
    INFO((indexed ? "" : indexed.error().message));
    REQUIRE(indexed);
    for (int i = 0; i < 3 && end > 0; ++i) {
      const auto& stream = rides_[chance_.below(end)].stream;
      Envelopes expected;
      std::ranges::copy_if(events, std::back_inserter(expected),
                           [&](const Envelope& each) { return each.stream == stream; });
      REQUIRE(read_stream(*log_, stream) == expected);
    }
    look_at_checkpoint(events);
  }

  /// It is whole or not there, and of what the log has.
  void look_at_checkpoint(const Envelopes& events) {
    const auto loaded = load_checkpoint(checkpoint_file(folder_->path()));
    INFO((loaded ? "" : loaded.error()));
    REQUIRE(loaded);
    if (!*loaded) return;
    ++checkpoints;
    const auto& [at, state] = **loaded;
    REQUIRE(log_->holds(at).value_or(false));
    REQUIRE(written_state(state) ==
            written_state(folded(std::span(events).first(at.position.value))));
  }

  void act() {
    const auto roll = chance_.roll();
    if (roll < 0.06) {
      REQUIRE(log_->reopen());
      acknowledge();
    } else if (roll < 0.14) {
      REQUIRE(advance_checkpoint(*log_, checkpoint_file(folder_->path()), [] { return true; }));
    } else if (roll < 0.5) {
      append(2 + chance_.below(6));
    } else {
      append(1);
    }
  }

  void append(std::size_t batches) {
    handed_ = log_->end().value;
    for (; batches > 0; --batches) hand_over();
    log_->finish_appends();
    REQUIRE(all_appended_);
  }

  /// Mostly a few events, seldom so many that they are several records, or several writes.
  void hand_over() {
    const auto from = handed_;
    const auto most = chance_.in(0.1) ? 400 : chance_.in(0.2) ? 40 : 6;
    const auto size = std::min<std::size_t>(1 + chance_.below(most), rides_.size() - from);
    if (size == 0) return;
    batch_ends_.insert(from + size);
    handed_ = from + size;
    log_->begin_append({from}, std::span(rides_).subspan(from, size),
                       [&](const LogResult& appended) {
                         all_appended_ &= appended.has_value();
                         if (appended) acknowledge();
                       });
  }

  void acknowledge() { acknowledged_.push_back({disk_->steps(), log_->mark()}); }

  /// What is acknowledged by the step at which the power fails must be there from now on.
  void cut() {
    const auto at = chance_.below(disk_->steps() + 1);
    amid_opening += at < opened_at_;
    for (const auto& [step, mark] : acknowledged_) {
      if (step > at) break;
      last_mark_ = mark;
      ++acknowledged_at_cuts;
    }
    log_.reset();
    auto left = std::make_unique<TempFolder>();
    using enum FaultyDisk::Survives;
    const auto survives = chance_.in(0.25) ? nothing : chance_.in(0.2) ? everything : something;
    disk_->lose_power(at, survives, chance_, left->path());
    folder_ = std::move(left);
    durable_ = last_mark_.position.value;
  }

  const Envelopes& rides_ = rides_of_fleet();
  Chance& chance_;
  std::unique_ptr<TempFolder> folder_ = std::make_unique<TempFolder>();
  std::optional<FaultyDisk> disk_;
  std::unique_ptr<RocksDbLog> log_;
  std::size_t opened_at_ = 0;
  std::size_t durable_ = 0;
  std::size_t handed_ = 0;  // how far the log will have come
  bool all_appended_ = true;
  HighWaterMark last_mark_;  // the last one that was acknowledged when the power was cut
  std::vector<Acknowledged> acknowledged_;  // since then
  std::set<std::size_t> batch_ends_;
};

}  // namespace

TEST_CASE("whenever the power is cut, all that was acknowledged is there and the log goes on",
          "[power]") {
  const auto cuts = rounds<std::size_t>(250, 10'000);
  const auto seed = ordeal_seed();
  INFO("HANSOM_SEED=" << seed);
  Chance chance(seed);
  Blackouts total(chance);
  std::size_t logs = 0;
  for (std::size_t done = 0; done < cuts;) {
    Blackouts one(chance);
    ++logs;
    while (!one.is_over() && done < cuts) {
      INFO("cut " << done + 1);
      one.go_on();
      ++done;
    }
    total.cuts += one.cuts;
    total.acknowledged_at_cuts += one.acknowledged_at_cuts;
    total.found_beyond += one.found_beyond;
    total.checkpoints += one.checkpoints;
    total.amid_opening += one.amid_opening;
  }
  std::ostringstream line;
  line << "power cuts: " << total.cuts << " of " << logs << " logs, " << total.amid_opening
       << " of them amid opening, " << total.acknowledged_at_cuts << " acknowledged batches, "
       << total.found_beyond << " times one not acknowledged was there too, " << total.checkpoints
       << " checkpoints found; 0 lost, 0 changed, 0 torn";
  counted(line.str());
  CHECK(total.cuts == cuts);
}

// Or what is tried above would prove nothing.
TEST_CASE("an append that was not synced is gone after a power cut", "[power]") {
  Chance chance(ordeal_seed());
  const TempFolder folder, left;
  const std::span rides(rides_of_fleet());
  FaultyDisk disk(folder.path());
  const auto log = open_unsynced(folder.path());
  REQUIRE(log->append({0}, rides.first(3)));
  disk.lose_power(disk.steps(), FaultyDisk::Survives::nothing, chance, left.path());
  const auto found = RocksDbLog::open(left.path());
  CHECK((!found || (*found)->end() == Position{}));
}

// Where the folders themselves are new, their names have to be durable, too.
TEST_CASE("a log in folders that were made for it is there after a power cut", "[power]") {
  const auto* place = GENERATE("data", "data/", "data/.", "a/b/data", "a/b/data/", "a/../data");
  INFO(place);
  Chance chance(ordeal_seed());
  const TempFolder disk_folder;
  const TempFolder left;
  if (std::string(place).starts_with("a/..")) fs::create_directory(disk_folder / "a");
  const std::span rides(rides_of_fleet());
  {
    FaultyDisk disk(disk_folder.path());
    const auto log = RocksDbLog::open(disk_folder / place).value();
    REQUIRE(log->append({0}, rides.first(3)));
    disk.lose_power(disk.steps(), FaultyDisk::Survives::nothing, chance, left.path());
  }
  const auto log = RocksDbLog::open(left / place).value();
  CHECK(read_all(*log) == Envelopes(rides.begin(), rides.begin() + 3));
}

}  // namespace hansom
