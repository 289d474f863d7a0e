#include "net/rate_limit.hpp"

#include <catch2/catch.hpp>

namespace hansom::net {
namespace {

using namespace std::chrono_literals;

/// How many of a thousand messages at this moment are allowed.
int allowed(RateLimit& limit, RateLimit::Clock::time_point at) {
  int count = 0;
  for (int i = 0; i < 1'000; ++i) count += limit.allows(at);
  return count;
}

}  // namespace

TEST_CASE("a burst may have twice the messages of a second", "[rate_limit]") {
  RateLimit limit(50);
  CHECK(allowed(limit, RateLimit::Clock::now()) == 100);
}

TEST_CASE("after a burst the messages of the time that passes are allowed", "[rate_limit]") {
  RateLimit limit(50);
  const auto start = RateLimit::Clock::now() + 1h;
  REQUIRE(allowed(limit, start) == 100);
  CHECK_FALSE(limit.allows(start + 19ms));
  CHECK(limit.allows(start + 21ms));
  CHECK_FALSE(limit.allows(start + 21ms));
  CHECK(allowed(limit, start + 1021ms) == 50);
}

TEST_CASE("a long silence saves up no more than one burst", "[rate_limit]") {
  RateLimit limit(50);
  const auto start = RateLimit::Clock::now() + 1h;
  REQUIRE(allowed(limit, start) == 100);
  CHECK(allowed(limit, start + 24h) == 100);
}

TEST_CASE("who keeps to the limit is always allowed", "[rate_limit]") {
  RateLimit limit(50);
  auto now = RateLimit::Clock::now() + 1h;
  for (int i = 0; i < 10'000; ++i, now += 20ms) REQUIRE(limit.allows(now));
}

TEST_CASE("no limit allows everything", "[rate_limit]") {
  RateLimit limit(0);
  CHECK(allowed(limit, RateLimit::Clock::now()) == 1'000);
}

TEST_CASE("a limit of one in two seconds allows just that", "[rate_limit]") {
  RateLimit limit(0.5);
  const auto start = RateLimit::Clock::now() + 1h;
  CHECK(limit.allows(start));
  CHECK_FALSE(limit.allows(start + 1s));
  CHECK(limit.allows(start + 2s + 1ms));
}

TEST_CASE("a limit of one in ten seconds allows just that", "[rate_limit]") {
  RateLimit limit(0.1);
  CHECK(limit.allows(RateLimit::Clock::now() + 1h));
}

}  // namespace hansom::net
