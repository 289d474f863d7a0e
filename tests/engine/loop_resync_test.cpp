// What a resync shows to whom (PROTOCOL.md, Chat and catching up).

#include "engine/loop.hpp"
#include "tests/support/stage.hpp"

#include <catch2/catch.hpp>

namespace hansom {

TEST_CASE("a resync shows the driver's oldest and the customer's newest booking", "[loop]") {
  Ride ride;
  const auto newer = to_string(ride.request(alice));
  REQUIRE(ride.act(ride.driver, Resync{}) == Words{"snapshot"});
  CHECK(text_member(ride.last_frame(ride.driver)["assignment"], "booking_id") == ride.id);
  REQUIRE(ride.act(ride.customer, Resync{}) == Words{"snapshot"});
  CHECK(text_member(ride.last_frame(ride.customer), "booking_id") == newer);
  REQUIRE(ride.act(ride.customer, Resync{ride.id}) == Words{"snapshot"});
  CHECK(text_member(ride.last_frame(ride.customer), "booking_id") == ride.id);
}

TEST_CASE("a resync with nothing in progress says so", "[loop]") {
  Stage stage;
  const auto driver = stage.connect(Side::driver, bob);
  const auto customer = stage.connect(Side::customer, alice);
  REQUIRE(stage.act(driver, Resync{}) == Words{"snapshot"});
  CHECK(stage.last_frame(driver)["assignment"].IsNull());
  REQUIRE(stage.act(customer, Resync{}) == Words{"snapshot"});
  CHECK(stage.last_frame(customer)["booking_id"].IsNull());
}

TEST_CASE("a position is that of all that was told before, and of nothing after", "[loop]") {
  Ride ride;
  const auto end = [&] { return ride.memory.end().value; };
  const auto before = end();
  ride.heard_by(ride.driver);
  ride.send(ride.customer, TellPosition{});
  ride.send(ride.driver, SubmitArrivalTime{ride.id, 300});
  ride.send(ride.driver, TellPosition{});
  ride.turn();
  CHECK(ride.heard_by(ride.customer) == Words{"position", "arrival_time_offered"});
  CHECK(ride.heard_by(ride.driver) == Words{"arrival_time_accepted", "position"});
  CHECK(ride.last_frame(ride.driver)["seq"].GetUint64() == end());
  CHECK(end() == before + 1);
}

TEST_CASE("a position is refused while a resync has not told everything", "[loop]") {
  Ride ride;
  ride.start();
  for (int i = 0; i < 100; ++i)
    ride.act(ride.driver, SendChatMessage{ride.id, std::string(999, 'x')});
  ride.heard_by_all();
  ride.send(ride.driver, Resync{std::nullopt, Position{1}});
  ride.send(ride.driver, TellPosition{});
  ride.turn();
  CHECK(ride.heard_by(ride.driver).back() == "error SERVER_BUSY");
}

TEST_CASE("a booking that has ended is still shown to those whose it was", "[loop]") {
  Ride ride;
  ride.start();
  ride.act(ride.driver, SendChatMessage{ride.id, "I am here"});
  ride.complete();
  REQUIRE_FALSE(ride.find(ride.booking));
  REQUIRE(ride.act(ride.driver, Resync{ride.id}) == Words{"snapshot"});
  const auto driver_frame = ride.last_frame(ride.driver);
  CHECK(text_member(driver_frame["assignment"], "booking_status") == "completed");
  CHECK(driver_frame["assignment"]["chat_history"].Size() == 1);
  REQUIRE(ride.act(ride.customer, Resync{ride.id}) == Words{"snapshot"});
  CHECK(text_member(ride.last_frame(ride.customer), "booking_status") == "completed");
}

TEST_CASE("a booking is shown in the same batch that ended it", "[loop]") {
  Ride ride;
  ride.start();
  ride.send(ride.driver, CompleteRide{ride.id});
  ride.send(ride.driver, Resync{ride.id});
  ride.send(ride.driver, Resync{});
  ride.send(ride.customer, Resync{ride.id});
  ride.send(ride.customer, SendChatMessage{ride.id, "thanks"});
  ride.turn();
  CHECK(ride.heard_by(ride.driver) == Words{"complete_accepted", "snapshot", "snapshot"});
  CHECK(ride.last_frame(ride.driver)["assignment"].IsNull());
  CHECK(ride.heard_by(ride.customer) ==
        Words{"ride_completed", "snapshot", "error BOOKING_NOT_CHATTABLE"});
}

TEST_CASE("a booking is not shown to those whose it is not", "[loop]") {
  Ride ride;
  const auto other_driver = ride.connect(Side::driver, dana);
  const auto other_customer = ride.connect(Side::customer, carol);
  ride.start();
  const auto check_hidden = [&] {
    for (const auto peer : {other_driver, other_customer}) {
      CHECK(ride.act(peer, Resync{ride.id}) == Words{"error BOOKING_NOT_FOUND"});
    }
  };
  check_hidden();
  ride.complete();
  check_hidden();
}

TEST_CASE("a booking that found no driver is shown to the last who was asked", "[loop]") {
  Ride ride;
  const auto last = ride.connect(Side::driver, dana);
  ride.wait(30s);
  ride.wait(30s);
  REQUIRE_FALSE(ride.find(ride.booking));
  REQUIRE(ride.act(last, Resync{ride.id}) == Words{"snapshot"});
  CHECK(text_member(ride.last_frame(last)["assignment"], "booking_status") == "cancelled");
  CHECK(ride.act(ride.driver, Resync{ride.id}) == Words{"error BOOKING_NOT_FOUND"});
}

TEST_CASE("a booking is no longer shown to a driver who lost it", "[loop]") {
  Ride ride;
  const auto next = ride.connect(Side::driver, dana);
  ride.wait(30s);
  ride.heard_by_all();
  CHECK(ride.act(ride.driver, Resync{ride.id}) == Words{"error BOOKING_NOT_FOUND"});
  REQUIRE(ride.act(ride.driver, Resync{}) == Words{"snapshot"});
  CHECK(ride.last_frame(ride.driver)["assignment"].IsNull());
  CHECK(ride.act(next, Resync{ride.id}) == Words{"snapshot"});
}

TEST_CASE("a resync of an ended booking is refused while the log can't be read", "[loop]") {
  Ride ride;
  ride.start();
  ride.complete();
  ride.log.streams_fail = LogError::Kind::unavailable;
  CHECK(ride.act(ride.driver, Resync{ride.id}) == Words{"error LOG_UNAVAILABLE"});
  ride.log.streams_fail.reset();
  CHECK(ride.act(ride.driver, Resync{ride.id}) == Words{"snapshot"});
}

}  // namespace hansom
