// Each call that a log makes to its disk fails, one after the other, in the midst of a script of
// 200 operations: with EIO, with ENOSPC, and by taking a part only; once, or for a while. The loop
// and the log are the real ones.

#include "projections/checkpoint.hpp"
#include "tests/disk/service.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <sstream>

namespace hansom {
namespace {

using Call = FaultyDisk::Call;
using Fault = FaultyDisk::Fault;

constexpr std::size_t operations = 200;

struct Tally {
  std::size_t scripts = 0;
  std::size_t failures = 0;         // calls that failed
  std::size_t heard = 0;            // scripts in which somebody heard LOG_UNAVAILABLE
  std::size_t failed_openings = 0;  // of the log, at a start
  std::size_t acknowledged = 0;     // events
};

/// What was shown before the power was cut is there afterwards, as it was.
void check_after_power_cut(const FaultyDisk& disk, Witness& witness, std::size_t step,
                           FaultyDisk::Survives survives, Chance& chance) {
  const TempFolder left;
  disk.lose_power(step, survives, chance, left.path());
  Position shown;
  for (const auto& [at, position] : witness.shown) {
    if (at <= step) shown = std::max(shown, position);
  }
  const auto opened = RocksDbLog::open(left.path(), RocksDbLog::Durability::synced, restless);
  INFO("power cut at step " << step << " of " << disk.steps());
  INFO((opened ? "" : opened.error().message));
  REQUIRE(opened);
  const auto& log = *opened;
  CHECK(log->end() >= shown);
  for (const auto& envelope : read_all(*log)) {
    const auto there = witness.acknowledged.find(envelope.position);
    if (envelope.position <= shown && there != witness.acknowledged.end()) {
      REQUIRE(there->second == envelope);
    }
  }
}

/// Runs the script with a call that fails. Nobody is told what is not so, and the state is what
/// the log holds.
void run_script(const std::optional<FaultyDisk::Plan>& plan, bool hands_over, Chance& chance,
                Tally& tally, std::array<std::size_t, 4>* calls = nullptr) {
  const TempFolder folder;
  FaultyDisk disk(folder.path());
  if (plan) disk.plan(*plan);
  std::size_t end = 0;
  {
    Service service(disk, folder.path(), hands_over);
    service.run(operations);
    disk.heal();
    service.settle();
    auto& witness = service.witness();
    check_state_is_as_logged(service.loop().projections(), service.log());
    CHECK(objections_in(service.log()) == Words{});
    const auto events = read_all(service.log());
    for (const auto& [position, envelope] : witness.acknowledged) {
      REQUIRE(position <= service.log().end());
      REQUIRE(events[position.value - 1] == envelope);
    }
    // Who failed heard of it, and nobody did where nothing failed.
    CHECK(witness.failures.empty() == !witness.failed_at.has_value());
    if (disk.failures() == 0) CHECK(witness.failures.empty());
    end = disk.steps();
    using enum FaultyDisk::Survives;
    if (plan) {
      check_after_power_cut(disk, witness, witness.failed_at.value_or(chance.below(end + 1)),
                            nothing, chance);
      check_after_power_cut(disk, witness, chance.below(end + 1), something, chance);
      check_after_power_cut(disk, witness, end, nothing, chance);
    }
    tally.heard += witness.failed_at.has_value();
    tally.failed_openings += service.failed_openings();
    tally.acknowledged += witness.acknowledged.size();
  }
  tally.failures += disk.failures();
  ++tally.scripts;
  if (calls) {
    for (const auto call : {Call::write, Call::sync, Call::create, Call::rename}) {
      (*calls)[static_cast<std::size_t>(call)] = disk.calls(call);
    }
  }
}

}  // namespace

TEST_CASE("whichever sync of a first start fails, the next start leaves nothing to chance",
          "[io]") {
  const auto story = chatter(3);
  Chance chance(1);
  std::size_t most = 0;
  for (std::size_t nth = 0; nth <= most; ++nth) {  // at first none
    INFO("sync " << nth);
    const TempFolder folder, left;
    FaultyDisk disk(folder.path());
    disk.plan({Call::sync, nth, Fault::io_error});
    auto log = RocksDbLog::open(folder.path());
    if (nth == 0) most = disk.calls(Call::sync);
    if (!log) log = RocksDbLog::open(folder.path());
    REQUIRE(log);
    append(**log, story, 3);
    disk.lose_power(disk.steps(), FaultyDisk::Survives::nothing, chance, left.path());
    CHECK(read_all(*open_log(left.path())).size() == 3);
  }
  CHECK(most > 5);
}

TEST_CASE("whichever write or sync fails, nobody is told what is not so, and service resumes",
          "[io]") {
  const auto seed = ordeal_seed();
  INFO("HANSOM_SEED=" << seed);
  Chance chance(seed);
  Tally tally;
  std::array<std::size_t, 4> calls{};
  run_script(std::nullopt, false, chance, tally, &calls);
  run_script(std::nullopt, true, chance, tally);
  CHECK(tally.heard == 0);

  struct Way {
    Call call;
    Fault fault;
    std::size_t times;
  };
  constexpr std::size_t a_while = 60;
  const std::vector<Way> ways = {
      {Call::write, Fault::io_error, 1},       {Call::write, Fault::full, 1},
      {Call::write, Fault::short_write, 1},    {Call::write, Fault::short_then_full, 1},
      {Call::write, Fault::io_error, a_while}, {Call::write, Fault::full, a_while},
      {Call::sync, Fault::io_error, 1},        {Call::sync, Fault::full, 1},
      {Call::sync, Fault::io_error, a_while},  {Call::create, Fault::io_error, 1},
      {Call::create, Fault::full, a_while},    {Call::rename, Fault::io_error, 1},
      {Call::rename, Fault::full, a_while},
  };
  std::size_t number = 0;
  for (const auto& way : ways) {
    const auto most = calls[static_cast<std::size_t>(way.call)];
    const auto step = rounds<std::size_t>(std::max<std::size_t>(1, most / 3), 1);
    for (auto nth = 1 + (in_torture() ? 0 : chance.below(step)); nth <= most; nth += step) {
      ++number;
      for (const bool hands_over : {false, true}) {
        if (!in_torture() && hands_over == (number % 2 == 0)) continue;
        INFO("call " << static_cast<int>(way.call) << " fault " << static_cast<int>(way.fault)
                     << " x " << way.times << " at " << nth << (hands_over ? ", handed over" : ""));
        run_script(FaultyDisk::Plan{way.call, nth, way.fault, way.times}, hands_over, chance,
                   tally);
      }
    }
  }
  CHECK(tally.heard > 0);
  CHECK(tally.failed_openings > 0);
  std::ostringstream line;
  line << "I/O errors: " << tally.scripts << " scripts of " << operations << " operations ("
       << calls[0] << " writes, " << calls[1] << " syncs, " << calls[2] << " files made, "
       << calls[3] << " renamed), " << tally.failures << " calls failed, " << tally.heard
       << " scripts heard LOG_UNAVAILABLE, " << tally.failed_openings << " openings failed, "
       << tally.acknowledged << " events acknowledged; 0 lost, 0 told that are not so";
  counted(line.str());
}

}  // namespace hansom
