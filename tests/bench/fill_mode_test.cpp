// Logs that the bench makes and keeps.

#include "bench/fill_mode.hpp"

#include "tests/support/logs.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace hansom;
using namespace hansom::bench;

FillSettings settings_in(const fs::path& folder) {
  FillSettings settings;
  settings.events = 500;
  settings.sizes = {10, 10, 8};
  settings.folder = folder;
  return settings;
}

Envelopes events_in(const fs::path& folder) {
  const auto log = RocksDbLog::open_for_reading(folder);
  REQUIRE(log);
  CHECK((*log)->check_mark());
  return read_all(**log);
}

double events_of(const Row& row) { return row.results.front().second.median(); }

}  // namespace

TEST_CASE("a log that is filled unsynced is the same, and reported as it is") {
  const TempFolder folder;
  fill_log(settings_in(folder / "synced"));
  auto settings = settings_in(folder / "unsynced");
  settings.synced = false;
  const auto report = fill_log(settings);
  const auto events = events_in(folder / "unsynced");
  CHECK(events.size() >= settings.events);
  CHECK((events == events_in(folder / "synced")));
  REQUIRE(report.rows.front().settings.front().second == "all");
  CHECK(events_of(report.rows.front()) == static_cast<double>(events.size()));
  double of_types = 0;
  for (std::size_t i = 1; i < report.rows.size(); ++i) of_types += events_of(report.rows[i]);
  CHECK(of_types == static_cast<double>(events.size()));
}

TEST_CASE("a folder that has a log is not filled") {
  const TempFolder folder;
  fill_log(settings_in(folder.path()));
  const auto before = contents_of(folder.path());
  CHECK_THROWS_AS(fill_log(settings_in(folder.path())), std::runtime_error);
  CHECK(contents_of(folder.path()) == before);
}
