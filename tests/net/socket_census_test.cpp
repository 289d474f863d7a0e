#include "net/socket_census.hpp"

#include <catch2/catch.hpp>

#include <thread>
#include <vector>

namespace hansom::net {
namespace {

using Place = SocketCensus::Place;

}  // namespace

TEST_CASE("an address has as many sockets as it may and no more", "[socket_census]") {
  SocketCensus census(2);
  const auto first = census.enter("10.0.0.1");
  auto second = census.enter("10.0.0.1");
  CHECK(first);
  CHECK(second);
  CHECK_FALSE(census.enter("10.0.0.1"));
  CHECK(census.enter("10.0.0.2"));
  second.reset();
  CHECK(census.enter("10.0.0.1"));
}

TEST_CASE("who was turned away takes no place", "[socket_census]") {
  SocketCensus census(1);
  auto place = census.enter("10.0.0.1");
  for (int i = 0; i < 10; ++i) CHECK_FALSE(census.enter("10.0.0.1"));
  place.reset();
  CHECK(census.enter("10.0.0.1"));
}

TEST_CASE("a place that was moved is one place still", "[socket_census]") {
  SocketCensus census(1);
  auto entered = census.enter("10.0.0.1");
  {
    const Place moved(std::move(*entered));
    entered.reset();
    CHECK_FALSE(census.enter("10.0.0.1"));
  }
  CHECK(census.enter("10.0.0.1"));
}

TEST_CASE("without a limit an address has any number of sockets", "[socket_census]") {
  SocketCensus census(0);
  std::vector<std::optional<Place>> places;
  for (int i = 0; i < 1'000; ++i) {
    places.push_back(census.enter("10.0.0.1"));
    REQUIRE(places.back());
  }
}

TEST_CASE("sockets are counted over all threads", "[socket_census]") {
  SocketCensus census(4);
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] {
        for (int j = 0; j < 5'000; ++j) (void)census.enter("10.0.0.1");
      });
    }
  }
  std::vector<std::optional<Place>> places;
  for (int i = 0; i < 5; ++i) places.push_back(census.enter("10.0.0.1"));
  CHECK(places[3]);
  CHECK_FALSE(places[4]);
}

}  // namespace hansom::net
