// The time of scheduled bookings (PROTOCOL.md, Scheduled; RESTART_GRACE).

#include "engine/loop.hpp"
#include "tests/support/stage.hpp"

#include <catch2/catch.hpp>

namespace hansom {
namespace {

/// Alice has asked for a ride some time from noon on, and Bob was asked.
struct Planned : Stage {
  explicit Planned(std::chrono::microseconds until_pickup, Rules with = {}) : Stage(with) {
    auto request = request_of(alice);
    request.scheduled_for = noon + until_pickup;
    REQUIRE(act(new_peer(), request) == Words{"201 CREATED"});
    booking = loop->projections().bookings.of_customer(alice).at(0);
    id = to_string(booking);
    REQUIRE(heard_by(driver) == Words{"booking_assigned"});
  }

  PeerId driver = connect(Side::driver, bob);
  PeerId customer = connect(Side::customer, alice);
  BookingId booking;
  std::string id;
};

std::string reason_code(const Planned& planned, PeerId peer) {
  return text_member(planned.last_frame(peer), "reason_code");
}

}  // namespace

TEST_CASE("a scheduled ride that a driver took starts at its pickup time", "[loop]") {
  Planned planned(2h);
  CHECK(planned.act(planned.driver, AcceptScheduledBooking{planned.id}) ==
        Words{"accept_accepted"});
  CHECK(planned.heard_by(planned.customer) == Words{"booking_confirmed"});
  CHECK(planned.loop->next_due() == noon + 2h);
  planned.wait(2h - 1us);
  CHECK(planned.heard_by_all().empty());
  planned.wait(1us);
  planned.check_heard(
      {{planned.driver, {"customer_accepted"}}, {planned.customer, {"offer_auto_accepted"}}});
  CHECK(planned.status_of(planned.booking) == BookingStatus::on_the_way);
  CHECK_FALSE(planned.loop->next_due());
  planned.check_state();
}

TEST_CASE("a scheduled ride that no driver took by its pickup time is given up", "[loop]") {
  Planned planned(20s);
  CHECK(planned.loop->next_due() == noon + 20s);  // before the driver's time is up
  planned.wait(20s);
  planned.check_heard(
      {{planned.driver, {"booking_cancelled"}}, {planned.customer, {"driver_cancelled"}}});
  CHECK(reason_code(planned, planned.driver) == "SCHEDULED_DRIVER_NO_SHOW");
  CHECK(reason_code(planned, planned.customer) == "SCHEDULED_DRIVER_NO_SHOW");
  CHECK_FALSE(planned.find(planned.booking));
  planned.check_state();
}

TEST_CASE("a driver's time and the pickup at one moment end the booking once", "[loop]") {
  Planned planned(30s);
  const auto next = planned.connect(Side::driver, dana);
  planned.heard_by_all();
  planned.wait(30s);
  planned.check_heard({{planned.driver, {"offer_expired", "booking_cancelled"}},
                       {planned.customer, {"driver_cancelled"}},
                       {next, {}}});
  CHECK(reason_code(planned, planned.customer) == "SCHEDULED_DRIVER_NO_SHOW");
  planned.check_state();
}

TEST_CASE("before the pickup a scheduled booking is handed on like any other", "[loop]") {
  Planned planned(45s);
  const auto next = planned.connect(Side::driver, dana);
  planned.heard_by_all();
  planned.wait(30s);
  planned.check_heard({{planned.driver, {"offer_expired"}}, {next, {"booking_assigned"}}});
  CHECK(planned.loop->next_due() == noon + 45s);  // dana's time would end later
  planned.wait(15s);
  planned.check_heard({{next, {"booking_cancelled"}}, {planned.customer, {"driver_cancelled"}}});
  CHECK(reason_code(planned, next) == "SCHEDULED_DRIVER_NO_SHOW");
}

TEST_CASE("who takes a scheduled ride in the turn of its pickup has it", "[loop]") {
  Planned planned(20s);
  planned.now += 20s;
  planned.send(planned.driver, AcceptScheduledBooking{planned.id});
  planned.turn();
  CHECK(planned.heard_by(planned.driver) == Words{"accept_accepted", "customer_accepted"});
  CHECK(planned.heard_by(planned.customer) == Words{"booking_confirmed", "offer_auto_accepted"});
}

TEST_CASE("a scheduled booking is rejected until its window closes", "[loop]") {
  Rules rules;
  rules.scheduled_reject_window = 10min;
  Planned planned(1h, rules);
  planned.act(planned.driver, AcceptScheduledBooking{planned.id});
  planned.wait(50min);
  CHECK(planned.act(planned.customer, RejectBooking{planned.id}) ==
        Words{"error REJECT_WINDOW_CLOSED"});
  planned.now -= 1us;
  planned.wait(0us);  // time does not run backwards, so it stays closed
  CHECK(planned.status_of(planned.booking) == BookingStatus::confirmation);

  Planned earlier(1h, rules);
  earlier.act(earlier.driver, AcceptScheduledBooking{earlier.id});
  earlier.now += 50min - 1us;
  CHECK(earlier.act(earlier.customer, RejectBooking{earlier.id}) == Words{"reject_accepted"});
  CHECK(earlier.heard_by(earlier.driver) == Words{"customer_rejected"});
}

TEST_CASE("after a restart a no-show fires at once, though drivers' answers wait", "[loop]") {
  Planned planned(20s);
  const auto instant = planned.request(carol);  // bob is asked, too
  planned.now += 1h;
  planned.restart();
  CHECK(planned.loop->next_due() == noon + 20s);
  const auto driver = planned.send_connect(Side::driver, bob);
  const auto customer = planned.send_connect(Side::customer, alice);
  planned.turn();
  CHECK(planned.heard_by(driver) == Words{"connected", "booking_cancelled"});
  CHECK(planned.heard_by(customer) == Words{"connected", "driver_cancelled"});
  CHECK(reason_code(planned, customer) == "SCHEDULED_DRIVER_NO_SHOW");
  CHECK(planned.status_of(instant) == BookingStatus::requested);
  planned.wait(1s);  // Alice's socket is closed meanwhile
  CHECK(planned.loop->next_due() == noon + 1h + 10s);
  planned.wait(9s);
  CHECK(planned.heard_by(driver) == Words{"offer_expired", "booking_cancelled"});
  CHECK(reason_code(planned, driver) == "NO_DRIVER_AVAILABLE");
}

TEST_CASE("after a restart a ride whose pickup has passed is on the way at once", "[loop]") {
  Planned planned(2h);
  planned.act(planned.driver, AcceptScheduledBooking{planned.id});
  planned.now += 3h;
  planned.restart();
  planned.turn();
  CHECK(planned.status_of(planned.booking) == BookingStatus::on_the_way);
}

TEST_CASE("a pickup within the grace ends an offer that waits for its driver to come back",
          "[loop]") {
  Planned planned(35s);
  planned.now += 33s;  // the driver's time was up at 30, and waits until 43
  planned.restart();
  const auto driver = planned.connect(Side::driver, bob);
  CHECK(planned.loop->next_due() == noon + 35s);
  planned.wait(2s);
  CHECK(planned.heard_by(driver) == Words{"booking_cancelled"});
  CHECK(reason_code(planned, driver) == "SCHEDULED_DRIVER_NO_SHOW");
  CHECK_FALSE(planned.loop->next_due());
}

}  // namespace hansom
