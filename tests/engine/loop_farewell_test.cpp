// How a customer's socket is closed after the last ride (PROTOCOL.md, Sockets and accounts).

#include "engine/loop.hpp"
#include "tests/support/stage.hpp"

#include <catch2/catch.hpp>

namespace hansom {

TEST_CASE("a customer's socket is closed a moment after the last ride has ended", "[loop]") {
  Ride ride;
  ride.start();
  ride.complete();
  CHECK(ride.heard_by(ride.customer) == Words{"ride_completed"});
  CHECK(ride.loop->next_due() == ride.now + 200ms);
  ride.wait(200ms - 1us);
  CHECK(ride.heard_by(ride.customer).empty());
  ride.wait(1us);
  CHECK(ride.heard_by(ride.customer) == Words{"close 1000"});
  CHECK(ride.heard_by_all().empty());  // the driver's stays open
  CHECK_FALSE(ride.loop->next_due());
  CHECK(ride.act(ride.customer, Resync{}).empty());  // gone
}

TEST_CASE("a customer with another booking in progress stays", "[loop]") {
  Ride ride;
  const auto other = ride.request(alice);
  ride.start();
  ride.complete();
  ride.wait(1s);
  CHECK(ride.heard_by(ride.customer) == Words{"ride_completed"});

  ride.act(ride.driver, SubmitArrivalTime{to_string(other), 300});
  ride.act(ride.customer, AcceptOffer{to_string(other)});
  ride.act(ride.driver, CompleteRide{to_string(other)});
  ride.heard_by(ride.customer);
  ride.wait(200ms);
  CHECK(ride.heard_by(ride.customer) == Words{"close 1000"});
}

TEST_CASE("a booking made in the last moment calls the farewell off", "[loop]") {
  Ride ride;
  ride.start();
  ride.complete();
  ride.heard_by_all();
  ride.now += GENERATE(0ms, 100ms, 200ms);
  ride.request(alice);
  ride.wait(1s);
  CHECK(ride.heard_by(ride.customer).empty());
  CHECK(ride.act(ride.customer, Resync{}) == Words{"snapshot"});
}

TEST_CASE("a booking made and ended in the last moment puts the farewell off", "[loop]") {
  Ride ride;
  ride.start();
  ride.complete();
  ride.act(ride.driver, Disconnect{});
  ride.now += 150ms;
  ride.request(alice);  // finds no driver
  CHECK(ride.heard_by(ride.customer) == Words{"ride_completed", "driver_cancelled"});
  ride.wait(50ms);
  CHECK(ride.heard_by(ride.customer).empty());
  ride.wait(150ms);
  CHECK(ride.heard_by(ride.customer) == Words{"close 1000"});
}

TEST_CASE("a socket that took another's place is not bid the other's farewell", "[loop]") {
  Ride ride;
  ride.start();
  ride.complete();
  const auto newcomer = ride.connect(Side::customer, alice);
  ride.heard_by_all();
  ride.wait(1s);
  CHECK(ride.heard_by_all().empty());
  CHECK(ride.act(newcomer, Resync{}) == Words{"snapshot"});
}

}  // namespace hansom
