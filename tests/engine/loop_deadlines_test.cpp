// What happens in the loop because of the time.

#include "engine/loop.hpp"
#include "tests/support/stage.hpp"

#include <catch2/catch.hpp>

namespace hansom {

TEST_CASE("a driver who does not answer in time loses the offer to the next", "[loop]") {
  Ride ride;
  const auto next = ride.connect(Side::driver, dana);
  ride.heard_by_all();
  CHECK(ride.loop->next_due() == noon + 30s);
  ride.wait(30s - 1us);
  CHECK(ride.heard_by_all().empty());
  ride.wait(1us);
  ride.check_heard({{ride.driver, {"offer_expired"}}, {next, {"booking_assigned"}}});
  CHECK(ride.act(ride.driver, SubmitArrivalTime{ride.id, 60}) ==
        Words{"error BOOKING_NOT_ASSIGNABLE"});
  CHECK(ride.loop->next_due() == noon + 60s);

  ride.wait(30s);
  ride.check_heard(
      {{next, {"offer_expired", "booking_cancelled"}}, {ride.customer, {"driver_cancelled"}}});
  CHECK(text_member(ride.last_frame(next), "reason_code") == "NO_DRIVER_AVAILABLE");
}

TEST_CASE("a customer who does not answer in time rides", "[loop]") {
  Ride ride;
  ride.offer();
  ride.heard_by_all();
  CHECK(ride.loop->next_due() == noon + 120s);
  ride.wait(120s);
  ride.check_heard(
      {{ride.customer, {"offer_auto_accepted"}}, {ride.driver, {"customer_accepted"}}});
  CHECK(ride.last_frame(ride.driver)["auto_promoted"].GetBool());
  CHECK_FALSE(ride.loop->next_due());
}

TEST_CASE("what is sent in the very turn in which its time runs out comes in time", "[loop]") {
  Ride ride;
  ride.heard_by_all();
  ride.now += 30s;
  CHECK(ride.act(ride.driver, SubmitArrivalTime{ride.id, 300}) == Words{"arrival_time_accepted"});
  ride.wait(120s);
  CHECK(ride.status_of(ride.booking) == BookingStatus::on_the_way);
}

TEST_CASE("after a restart the drivers' time waits for the grace, the customers' does not",
          "[loop]") {
  Ride ride;
  const auto offered = ride.request(carol);
  ride.act(ride.driver, SubmitArrivalTime{to_string(offered), 300});
  ride.now += 1h;
  ride.restart();
  CHECK(ride.loop->next_due() == noon + 120s);

  const auto driver = ride.send_connect(Side::driver, bob);
  ride.turn();
  CHECK(ride.status_of(offered) == BookingStatus::on_the_way);
  CHECK(ride.heard_by(driver) == Words{"connected", "customer_accepted"});
  CHECK(ride.loop->next_due() == noon + 1h + 10s);
  ride.wait(10s - 1us);
  CHECK(ride.status_of(ride.booking) == BookingStatus::requested);
  ride.wait(1us);
  CHECK(ride.heard_by(driver) == Words{"offer_expired", "booking_cancelled"});
}

TEST_CASE("a driver who is back within the grace may still answer", "[loop]") {
  Ride ride;
  ride.now += 1h;
  ride.restart();
  const auto driver = ride.connect(Side::driver, bob);
  ride.now += 9s;
  CHECK(ride.act(driver, SubmitArrivalTime{ride.id, 300}) == Words{"arrival_time_accepted"});
}

TEST_CASE("the grace shortens no time that runs on beyond it", "[loop]") {
  Ride ride;
  ride.now += 5s;
  ride.restart();
  CHECK(ride.loop->next_due() == noon + 30s);
}

TEST_CASE("without a grace what fell due before the start is due at once", "[loop]") {
  Rules rules;
  rules.restart_grace = 0s;
  Ride ride(rules);
  ride.now += 1h;
  ride.restart();
  ride.turn();
  CHECK(ride.status_of(ride.booking) == BookingStatus::none);
}

TEST_CASE("more deadlines than a turn may expire are expired in the next, which follows at once",
          "[loop]") {
  Stage stage;
  stage.connect(Side::driver, bob);
  constexpr std::size_t bookings = expiries_per_turn_max + 10;
  for (std::size_t i = 0; i < bookings; ++i) stage.send_request(alice);
  stage.turn();
  REQUIRE(stage.loop->projections().bookings.size() == bookings);
  stage.may_be_due_at_once = true;
  stage.wait(30s);
  CHECK(stage.loop->projections().bookings.size() == 10);
  CHECK(stage.loop->next_due() == noon + 30s);
  stage.may_be_due_at_once = false;
  stage.turn();
  CHECK(stage.loop->projections().bookings.size() == 0);
}

TEST_CASE("time never runs backwards in the log", "[loop]") {
  Ride ride;
  ride.now -= 1h;
  ride.offer();
  Instant last{};
  for (const auto& envelope : read_all(ride.memory)) {
    CHECK(envelope.at >= last);
    last = envelope.at;
  }
  CHECK(last == noon);
}

}  // namespace hansom
