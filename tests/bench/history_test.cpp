// Logs that the bench writes as an engine would, but faster.

#include "bench/history.hpp"

#include "bench/ride_load.hpp"
#include "projections/checkpoint.hpp"
#include "replay/verify.hpp"
#include "tests/support/logs.hpp"

#include <catch2/catch.hpp>

#include <sstream>

namespace {

using namespace hansom;
using namespace hansom::bench;

Checkpoint checkpoint_of(const History& history, std::uint64_t behind) {
  return load_checkpoint(checkpoint_behind(history.folder(), behind)).value().value();
}

}  // namespace

TEST_CASE("a history has nothing in it that may not be, and its checkpoints are true") {
  const TempFolder folder;
  const History history(folder.path(), {1'003, 20'000, {0, 7'000}}, true);
  for (const std::uint64_t behind : {0, 7'000}) {
    fs::copy_file(checkpoint_behind(history.folder(), behind), checkpoint_file(history.folder()),
                  fs::copy_options::overwrite_existing);
    std::ostringstream out;
    replay::Console console(out, out, false, false);
    const auto verified = replay::verify(history.folder(), console);
    INFO((verified ? "" : verified.error().message));
    REQUIRE(verified);
    CHECK(verified->end.value >= 20'000);
    CHECK(verified->end.value < 20'006);
    CHECK(verified->checkpoint->value >= 20'000 - behind);
    CHECK(verified->checkpoint->value < 20'006 - behind);
  }
  CHECK(checkpoint_of(history, 0).state.bookings.size() == 1'003);
}

TEST_CASE("a history without rides that are over has the length that is foretold") {
  const TempFolder folder;
  for (const std::size_t live : {1, 4, 1'001}) {
    const History history(folder.path(), {live, 0}, false);
    CHECK(checkpoint_of(history, 0).at.position.value == history_events_min(live));
  }
  CHECK(fs::is_empty(folder.path()));
}

TEST_CASE("rides go on where a history ends, and as many stay in progress, whoever goes on next") {
  const TempFolder folder;
  const History history(folder.path(), {40, 500}, false);
  for (int i = 0; i < 3; ++i) {
    const auto log = open_unsynced(history.folder());
    const auto before = log->end();
    RideLoad load(*log, [&] { return checkpoint_of(history, 0); });
    for (int turn = 0; turn < 20; ++turn) {
      load.queue_some(10);
      load.take_queued();
    }
    CHECK(load.rides_completed() > 20);
    CHECK(load.commands() == 200 + load.rides_completed());
    // A request makes two events.
    CHECK(log->end().value - before.value == load.commands() + load.rides_completed());
    Projections state;
    REQUIRE(log->read({1}, [&](const Envelope& envelope) {
      state.fold(envelope);
      return true;
    }));
    CHECK(state.bookings.size() == 40);
  }
}

TEST_CASE("a history that is kept is used again") {
  const TempFolder folder;
  { const History kept(folder.path(), {2, 0}, true); }
  const auto before = contents_of(folder.path());
  { const History again(folder.path(), {2, 0}, true); }
  CHECK(contents_of(folder.path()) == before);
  { const History last(folder.path(), {2, 0}, false); }
  CHECK(fs::is_empty(folder.path()));
}
