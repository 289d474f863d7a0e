#include "tests/simulation/simulation.hpp"

#include "tests/simulation/planted_bug.hpp"
#include "tests/support/torture.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <sstream>
#include <thread>
#include <vector>

namespace hansom::simulation {
namespace {

std::string in_hex(std::uint64_t hash) {
  std::ostringstream text;
  text << std::hex << hash;
  return text.str();
}

/// Runs seeds from `first` on, on all cores, until one fails or `count` did not. The first that
/// failed, if any, with its violation and hash in `total`.
struct Search {
  std::optional<std::uint64_t> failed;
  Run total;  ///< summed up
};

Search search(std::uint64_t first, std::uint64_t count) {
  Search found;
  std::mutex mutex;
  std::atomic<std::uint64_t> next = 0;
  const auto work = [&] {
    for (auto i = next++; i < count; i = next++) {
      const auto ran = run(first + i);
      const std::lock_guard lock(mutex);
      auto& total = found.total;
      total.simulated += ran.simulated;
      total.events += ran.events;
      total.frames += ran.frames;
      total.crashes += ran.crashes;
      total.log_failures += ran.log_failures;
      total.refusals += ran.refusals;
      if (!ran.violation || (found.failed && *found.failed < first + i)) continue;
      found.failed = first + i;
      total.violation = ran.violation;
      total.trace_hash = ran.trace_hash;
      next = count;
    }
  };
  std::vector<std::jthread> threads;
  for (unsigned i = 0; i < std::max(1u, std::thread::hardware_concurrency()); ++i) {
    threads.emplace_back(work);
  }
  threads.clear();
  return found;
}

}  // namespace

TEST_CASE("a seed can be looked at (HANSOM_SEED)", "[.seed]") {
  const auto* seed = std::getenv("HANSOM_SEED");
  REQUIRE(seed);
  const auto ran = run(std::stoull(seed), true);
  INFO("trace " << in_hex(ran.trace_hash));
  INFO(ran.violation.value_or(""));
  CHECK_FALSE(ran.violation);
}

TEST_CASE("whatever fails, nothing acknowledged is lost, doubled or shown to others", "[seeds]") {
  planted_bug.reset();
  const auto seeds = rounds<std::uint64_t>(1'000, 100'000);
  const auto [failed, total] = search(1, seeds);
  std::ostringstream line;
  line << "simulation: " << seeds << " seeds, "
       << std::chrono::duration_cast<std::chrono::hours>(total.simulated).count()
       << " h simulated, " << total.events << " events, " << total.frames << " frames, "
       << total.crashes << " crashes, " << total.log_failures << " failures of the log, "
       << total.refusals << " commands refused as SERVER_BUSY, " << (failed ? 1 : 0)
       << " violations";
  counted(line.str());
  if (failed) {
    FAIL("HANSOM_SEED=" << *failed << ", trace " << in_hex(total.trace_hash) << ": "
                        << *total.violation);
  }
}

TEST_CASE("the simulation finds bugs") {
  std::string found;
  for (std::size_t i = 0; i < std::size(planted_bug_names); ++i) {
    planted_bug = static_cast<PlantedBug>(i);
    const auto [failed, total] = search(1, 20'000);
    const auto again = run(failed.value_or(1));
    planted_bug.reset();
    INFO(planted_bug_names[i]);
    REQUIRE(failed);
    INFO("HANSOM_SEED=" << *failed << ", trace " << in_hex(total.trace_hash) << ": "
                        << *total.violation);
    CHECK(again.trace_hash == total.trace_hash);  // what was found happens again
    CHECK(again.violation == total.violation);
    CHECK_FALSE(run(*failed).violation);  // it was the bug's
    found += " " + std::string(planted_bug_names[i]) + "=" + std::to_string(*failed);
  }
  counted("simulation: planted bugs, each with the first seed that finds it:" + found);
}

TEST_CASE("a seed is the same each time") {
  planted_bug.reset();
  for (const std::uint64_t seed : {7, 77, 777}) CHECK(run(seed).trace_hash == run(seed).trace_hash);
}

}  // namespace hansom::simulation
