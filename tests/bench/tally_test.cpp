// The bench's account of a room: what it takes for a violation, and from when latency counts.

#include "bench/tally.hpp"

#include <catch2/catch.hpp>

#include <stdexcept>

namespace {

using namespace hansom::bench;
using namespace std::chrono_literals;

const Tally::Clock::time_point start{1h};

/// Two receivers, ten messages a second, and so many messages sent.
Tally tally_with(int messages) {
  Tally tally(2, 10);
  tally.begin(start);
  for (int i = 0; i < messages; ++i) tally.send();
  return tally;
}

}  // namespace

TEST_CASE("a message that comes twice, too early or unsent is a violation") {
  auto tally = tally_with(2);
  CHECK_THROWS_AS(tally.received(0, 1, start), std::runtime_error);
  tally.received(0, 0, start);
  CHECK_THROWS_AS(tally.received(0, 0, start), std::runtime_error);
  tally.received(0, 1, start);
  CHECK_THROWS_AS(tally.received(0, 2, start), std::runtime_error);
  tally.received(1, 0, start);  // of which the other receiver knows nothing
}

TEST_CASE("a round is over when every receiver has every message") {
  auto tally = tally_with(2);
  tally.received(0, 0, start);
  tally.received(0, 1, start);
  tally.received(1, 0, start);
  CHECK(tally.missing() == 1);
  tally.received(1, 1, start);
  CHECK(tally.all_received());
}

TEST_CASE("latency counts from the moment a message was due, in a later round too") {
  auto tally = tally_with(1);
  tally.received(0, 0, start);
  tally.received(1, 0, start);
  tally.end();
  tally.begin(start + 1s);
  CHECK(tally.next_due() == start + 1s);
  tally.send();
  CHECK(tally.next_due() == start + 1100ms);
  tally.send();
  tally.received(0, 1, start + 1003ms);
  tally.received(1, 1, start + 1008ms);
  tally.received(1, 2, start + 1105ms);
  tally.received(0, 2, start + 1500ms);
  const auto round = tally.end();
  REQUIRE(round.delivery_ms.size() == 4);
  CHECK(round.delivery_ms.back() == Approx(400));
  REQUIRE(round.last_receiver_ms.size() == 2);
  CHECK(round.last_receiver_ms.front() == Approx(8));
  CHECK(round.deliveries_per_s == Approx(8));
}
