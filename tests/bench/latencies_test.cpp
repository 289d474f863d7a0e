// Latencies in buckets.

#include "bench/latencies.hpp"

#include <catch2/catch.hpp>

namespace {

using hansom::bench::Latencies;
using std::chrono::nanoseconds;

}  // namespace

TEST_CASE("quantiles of few latencies are those latencies, as closely as buckets are wide") {
  Latencies latencies;
  for (const int us : {100, 200, 300, 400, 500, 600, 700, 800, 900, 1'000}) {
    latencies.record(std::chrono::microseconds(us));
  }
  CHECK(latencies.count() == 10);
  CHECK(latencies.highest() == std::chrono::milliseconds(1));
  for (const int tenths : {1, 5, 9, 10}) {
    const double us = tenths * 100;
    const auto got = std::chrono::duration<double, std::micro>(latencies.quantile(tenths / 10.));
    CHECK(got.count() >= us);
    CHECK(got.count() <= us * (1 + 1 / 128.));
  }
}

TEST_CASE("latencies that are added to others count with them") {
  Latencies some, others;
  some.record(nanoseconds(1));
  others.record(nanoseconds(2));
  others.record(nanoseconds(3));
  some.add(others);
  CHECK(some.count() == 3);
  CHECK(some.highest() == nanoseconds(3));
  CHECK(some.quantile(0.5) == nanoseconds(2));
}

TEST_CASE("a quantile is never above the highest latency") {
  Latencies latencies;
  latencies.record(nanoseconds(1'000'001));
  CHECK(latencies.quantile(0.5) == nanoseconds(1'000'001));
  CHECK(latencies.quantile(1) == nanoseconds(1'000'001));
}

TEST_CASE("short latencies are exact, and the longest that there can be is counted") {
  Latencies latencies;
  for (int ns = 0; ns < 256; ++ns) latencies.record(nanoseconds(ns));
  CHECK(latencies.quantile(0.5) == nanoseconds(127));
  latencies.record(nanoseconds::max());
  CHECK(latencies.quantile(1) == nanoseconds::max());
}

TEST_CASE("without latencies there is nothing, and what is below 0 counts as 0") {
  Latencies latencies;
  CHECK(latencies.quantile(0.99) == nanoseconds(0));
  latencies.record(nanoseconds(-5));
  CHECK(latencies.count() == 1);
  CHECK(latencies.highest() == nanoseconds(0));
}

TEST_CASE("of a hundred thousand latencies that grow evenly each quantile is its share") {
  Latencies latencies;
  for (int us = 1; us <= 100'000; ++us) latencies.record(std::chrono::microseconds(us));
  for (const double share : {0.001, 0.5, 0.9, 0.99, 0.999}) {
    const auto ms = std::chrono::duration<double, std::milli>(latencies.quantile(share)).count();
    CHECK(ms == Approx(100 * share).epsilon(0.01));
  }
}
