#include "engine/loop.hpp"

#include "tests/support/stage.hpp"

#include <catch2/catch.hpp>

namespace hansom {

TEST_CASE("a ride goes from its request to its completion", "[loop]") {
  Ride ride;
  ride.check_heard({{ride.driver, {"booking_assigned"}}});

  ride.send(ride.driver, SubmitArrivalTime{ride.id, 300});
  ride.turn();
  ride.check_heard(
      {{ride.driver, {"arrival_time_accepted"}}, {ride.customer, {"arrival_time_offered"}}});

  ride.send(ride.customer, AcceptOffer{ride.id});
  ride.turn();
  ride.check_heard({{ride.driver, {"customer_accepted"}}, {ride.customer, {"accept_accepted"}}});

  ride.send(ride.driver, SendChatMessage{ride.id, "I am here"});
  ride.turn();
  ride.check_heard({{ride.driver, {"chat_message"}}, {ride.customer, {"chat_message"}}});

  ride.send(ride.driver, CompleteRide{ride.id});
  ride.turn();
  ride.check_heard({{ride.driver, {"complete_accepted"}}, {ride.customer, {"ride_completed"}}});
  CHECK_FALSE(ride.find(ride.booking));
  ride.check_state();
}

TEST_CASE("an event says who caused it, when, and by which command", "[loop]") {
  Ride ride;
  ride.now += 5s;
  ride.offer();
  ride.now += 2min;
  ride.turn();
  const auto events = read_stream(ride.memory, StreamId(ride.booking));
  REQUIRE(events.size() == 4);
  const auto is = [&](std::size_t i, Instant at, const Actor& actor) {
    CHECK(events[i].revision == Revision{static_cast<std::uint32_t>(i + 1)});
    CHECK(events[i].at == at);
    CHECK(events[i].actor == actor);
  };
  is(0, noon, customer(alice));
  is(1, noon, customer(alice));
  is(2, noon + 5s, driver(bob));
  is(3, noon + 125s, timer);
  // The request's id is the booking's, and both of its events carry it.
  CHECK(events[0].cause.value == ride.booking.value);
  CHECK(events[1].cause == events[0].cause);
  CHECK_FALSE(events[2].cause == events[1].cause);
  CHECK_FALSE(events[3].cause == events[2].cause);
}

TEST_CASE("nothing is shown before it is durable, and a batch is one append", "[loop]") {
  Ride ride;
  ride.outbox_seen = [&](const Outbox& outbox) {
    if (!outbox.empty()) ride.journal.push_back("shown");
  };
  ride.journal.clear();
  ride.send(ride.driver, SubmitArrivalTime{ride.id, 300});
  ride.send(ride.customer, AcceptOffer{ride.id});
  ride.send_request(carol);
  ride.turn();
  CHECK(ride.journal == Words{"command submit_arrival_time", "command accept",
                              "command request_booking", "append 4", "durable", "appended 4",
                              "shown"});
}

TEST_CASE("a turn without events appends nothing", "[loop]") {
  Ride ride;
  ride.journal.clear();
  CHECK(ride.act(ride.driver, Resync{}) == Words{"snapshot"});
  CHECK(ride.act(ride.driver, AcceptOffer{ride.id}) == Words{"error BOOKING_NOT_ACCEPTABLE"});
  ride.turn();
  CHECK(ride.journal ==
        Words{"command resync", "command accept", "refused BOOKING_NOT_ACCEPTABLE"});
}

TEST_CASE("a refusal repeats the booking as its sender wrote it", "[loop]") {
  Ride ride;
  const std::string name = GENERATE("nonsense", "", "00000000-0000-4000-8000-00000000ffff");
  CHECK(ride.act(ride.driver, SubmitArrivalTime{name, 300}) ==
        Words{"error BOOKING_NOT_ASSIGNABLE"});
  CHECK(text_member(ride.last_frame(ride.driver), "booking_id") == name);
  CHECK(ride.act(ride.customer, AcceptOffer{name}) == Words{"error BOOKING_NOT_ACCEPTABLE"});
  CHECK(ride.act(ride.driver, CompleteRide{name}) == Words{"error BOOKING_NOT_COMPLETABLE"});
  CHECK(ride.act(ride.driver, SendChatMessage{name, "hi"}) == Words{"error BOOKING_NOT_CHATTABLE"});
  CHECK(ride.act(ride.driver, Resync{name}) == Words{"error BOOKING_NOT_FOUND"});
  CHECK(text_member(ride.last_frame(ride.driver), "booking_id") == name);
}

TEST_CASE("what can't be read is answered in its turn", "[loop]") {
  Ride ride;
  ride.heard_by_all();
  const Refusal refusal{RefusalCode::invalid_payload, "A field is missing."};
  ride.send(ride.driver, SubmitArrivalTime{ride.id, 300});
  ride.send(ride.driver, Misspeak{refusal, "b-1"});
  ride.send(ride.driver, CompleteRide{ride.id});
  ride.turn();
  CHECK(ride.heard_by(ride.driver) ==
        Words{"arrival_time_accepted", "error INVALID_PAYLOAD", "error BOOKING_NOT_COMPLETABLE"});
}

TEST_CASE("who has no session is not heard", "[loop]") {
  Ride ride;
  ride.heard_by_all();
  const auto stranger = ride.new_peer();
  const auto events = ride.memory.end();
  ride.send(stranger, SubmitArrivalTime{ride.id, 300});
  ride.send(stranger, Resync{});
  ride.send(stranger, UpdateLocation{home.at});
  ride.send(stranger, Misspeak{{RefusalCode::invalid_json, "no JSON"}, std::nullopt});
  ride.send(stranger, Disconnect{});
  ride.turn();
  CHECK(ride.heard_by_all().empty());
  CHECK(ride.memory.end() == events);
}

TEST_CASE("a booking is asked for by a customer alone", "[loop]") {
  Stage stage;
  const auto peer = stage.send_request(bob);  // a driver
  stage.turn();
  CHECK(stage.heard_by(peer) == Words{"403 CUSTOMER_NOT_FOUND"});

  RequestBooking by_nobody;
  by_nobody.drop_offs = {airport};
  CHECK(stage.act(stage.new_peer(), by_nobody) == Words{"403 CUSTOMER_NOT_FOUND"});
}

TEST_CASE("a booking that finds no driver is granted and cancelled at once", "[loop]") {
  Stage stage;
  const auto peer = stage.connect(Side::customer, alice);
  const auto booking = stage.request(alice);
  CHECK(stage.heard_by(peer) == Words{"driver_cancelled"});
  CHECK(text_member(stage.last_frame(peer), "reason") == "No driver available.");
  CHECK_FALSE(stage.find(booking));
  stage.check_state();
}

TEST_CASE("an account that was registered can connect and ride at once", "[loop]") {
  Stage stage;
  const auto zoe = account("zoe", {Role::driver});
  CHECK(stage.act(stage.new_peer(), RegisterAccount{zoe}) == Words{"201 CREATED"});
  CHECK(stage.act(stage.new_peer(), RegisterAccount{zoe}) == Words{"409 EMAIL_TAKEN"});
  const Connect connect{Side::driver, {"ZOE@example.com", std::nullopt, std::nullopt}, {}};
  const auto peer = stage.new_peer();
  CHECK(stage.act(peer, connect) == Words{"connected"});
  stage.request(alice);
  CHECK(stage.heard_by(peer) == Words{"booking_assigned"});
}

TEST_CASE("the nearest driver is asked, by the last position that was sent", "[loop]") {
  Stage stage;
  const auto near = stage.connect(Side::driver, bob);
  const auto far = stage.connect(Side::driver, dana);
  stage.send(near, UpdateLocation{airport.at});
  stage.send(far, UpdateLocation{{51.5, 0}});
  stage.request(alice);
  CHECK(stage.heard_by(near) == Words{"booking_assigned"});
  stage.send(far, UpdateLocation{home.at});
  stage.request(carol);
  CHECK(stage.heard_by(far) == Words{"booking_assigned"});
  stage.send(far, Disconnect{});
  stage.request(carol);
  CHECK(stage.heard_by(near) == Words{"booking_assigned"});
  CHECK(stage.heard_by_all().empty());
}

}  // namespace hansom
