// Open bookings through the loop: who is told what, in which order (PROTOCOL.md, Campus).

#include "engine/loop.hpp"
#include "tests/support/campus_stage.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace hansom {

// From the request to the end.

TEST_CASE("an open ride goes from its request to its completion", "[loop]") {
  Campus stage;
  const auto ride = stage.request_ride(stage.passenger);
  const auto id = to_string(ride);
  CHECK(text_member(stage.last_frame(stage.passenger)["data"], "status") == "pending");
  for (const auto peer : {stage.driver, stage.other}) {
    CHECK(stage.heard_by(peer) == offered);
    CHECK(text_member(stage.last_frame(peer)["data"], "id") == id);
    CHECK(text_member(stage.last_frame(peer)["data"], "status") == "pending");
  }

  stage.send(stage.driver, AcceptOpenOffer{id});
  stage.turn();
  stage.check_heard({{stage.passenger, accepted}, {stage.driver, accepted}, {stage.other, closed}});
  for (const auto peer : {stage.passenger, stage.driver}) {
    CHECK(text_member(stage.last_frame(peer)["data"], "driver_id") == to_string(dana));
    CHECK(text_member(stage.last_frame(peer)["data"], "status") == "accepted");
  }
  CHECK(ride_of(stage.last_frame(stage.other)) == id);

  stage.send(stage.driver, SendRideMessage{"hello passenger"});
  stage.send(stage.passenger, SendRideMessage{"hello driver"});
  stage.turn();
  const Words chat{"chat_message", "chat_message"};
  stage.check_heard({{stage.passenger, chat}, {stage.driver, chat}});
  CHECK(text_member(stage.last_frame(stage.driver), "user_id") == to_string(alice));
  CHECK(text_member(stage.last_frame(stage.driver), "message") == "hello driver");

  stage.send(stage.driver, CompleteOpenRide{id});
  stage.turn();
  const Words completed{"ride_request_completed"};
  stage.check_heard({{stage.passenger, completed}, {stage.driver, completed}});
  CHECK_FALSE(stage.find(ride));
  stage.check_state();
  // Both sockets stay, for the next ride.
  stage.wait(1s);
  CHECK(stage.heard_by_all().empty());
  stage.request_ride(stage.passenger);
  CHECK(stage.heard_by(stage.driver) == offered);
}

TEST_CASE("an event of an open ride says who caused it", "[loop]") {
  Accepted stage;
  stage.act(stage.passenger, SendRideMessage{"hi"});
  stage.act(stage.driver, SendRideMessage{"hi"});
  stage.act(stage.passenger, CancelOpenRide{stage.id});
  const auto events = read_stream(stage.memory, StreamId(stage.ride));
  REQUIRE(events.size() == 5);
  CHECK(events[0].actor == customer(alice));
  CHECK(events[0].cause.value == stage.ride.value);  // the request's id is the ride's
  CHECK(events[1].actor == driver(dana));
  CHECK(events[2].actor == customer(alice));
  CHECK(events[3].actor == driver(dana));
  CHECK(events[4].actor == customer(alice));
}

TEST_CASE("a pending request that its passenger cancels is closed for all drivers", "[loop]") {
  Pending stage;
  stage.send(stage.passenger, CancelOpenRide{stage.id});
  stage.turn();
  stage.check_heard({{stage.passenger, cancelled}, {stage.driver, closed}, {stage.other, closed}});
  CHECK(ride_of(stage.last_frame(stage.driver)) == stage.id);
  stage.check_state();
}

TEST_CASE("an accepted ride that its passenger cancels is told to its driver alone", "[loop]") {
  Accepted stage;
  stage.send(stage.passenger, CancelOpenRide{stage.id});
  stage.turn();
  stage.check_heard({{stage.passenger, cancelled}, {stage.driver, cancelled}});
  stage.check_state();
}

TEST_CASE("a passenger has one request, and a driver one ride, at a time", "[loop]") {
  Pending stage;
  CHECK(stage.act(stage.passenger, Stage::ride_to_airport()) == Words{"error RIDE_REQUEST_OPEN"});
  stage.accept();
  CHECK(stage.act(stage.passenger, Stage::ride_to_airport()) == Words{"error RIDE_REQUEST_OPEN"});
  const auto carols = stage.to_campus(Side::passenger, carol);
  const auto next = to_string(stage.request_ride(carols));
  CHECK(stage.act(stage.driver, AcceptOpenOffer{next}) == Words{"error RIDE_IN_PROGRESS"});
  CHECK(stage.act(stage.driver, AcceptOpenOffer{stage.id}) == Words{"error RIDE_IN_PROGRESS"});
  if (GENERATE(true, false)) {
    stage.act(stage.driver, CompleteOpenRide{stage.id});
  } else {
    stage.act(stage.passenger, CancelOpenRide{stage.id});
  }
  stage.request_ride(stage.passenger);
  stage.heard_by_all();
  CHECK(stage.act(stage.driver, AcceptOpenOffer{next}) == accepted);
  stage.check_state();
}

TEST_CASE("what has ended is refused with how it ended, from its stream", "[loop]") {
  Accepted completed;
  completed.act(completed.driver, CompleteOpenRide{completed.id});
  REQUIRE_FALSE(completed.find(completed.ride));
  const auto& id = completed.id;
  CHECK(completed.act(completed.other, AcceptOpenOffer{id}) == Words{"error RIDE_REQUEST_TAKEN"});
  CHECK(completed.act(completed.driver, CompleteOpenRide{id}) == Words{"error NO_ACTIVE_RIDE"});
  CHECK(completed.act(completed.other, CompleteOpenRide{id}) ==
        Words{"error RIDE_REQUEST_NOT_FOUND"});
  CHECK(completed.act(completed.passenger, CancelOpenRide{id}) == Words{"error NO_ACTIVE_RIDE"});
  CHECK(completed.act(completed.driver, SendRideMessage{"hi"}) == Words{"error NO_ACTIVE_RIDE"});

  Accepted called_off;
  called_off.act(called_off.passenger, CancelOpenRide{called_off.id});
  CHECK(called_off.act(called_off.other, AcceptOpenOffer{called_off.id}) ==
        Words{"error RIDE_REQUEST_NOT_FOUND"});
  CHECK(called_off.act(called_off.passenger, CancelOpenRide{called_off.id}) ==
        Words{"error RIDE_REQUEST_NOT_FOUND"});
  CHECK(called_off.act(called_off.driver, CompleteOpenRide{called_off.id}) ==
        Words{"error NO_ACTIVE_RIDE"});
}

TEST_CASE("a ride that does not exist is not found, by any text", "[loop]") {
  Pending stage;
  const auto end = stage.memory.end();
  const Words not_found{"error RIDE_REQUEST_NOT_FOUND"};
  for (const auto& id :
       {std::string("nonsense"), std::string(), to_string(uuid(0xffff)), to_string(alice)}) {
    INFO(id);
    CHECK(stage.act(stage.driver, AcceptOpenOffer{id}) == not_found);
    CHECK(stage.act(stage.driver, CompleteOpenRide{id}) == not_found);
    CHECK(stage.act(stage.passenger, CancelOpenRide{id}) == not_found);
  }
  CHECK(stage.memory.end() == end);
}

TEST_CASE("nobody talks before a request is accepted", "[loop]") {
  Pending stage;
  CHECK(stage.act(stage.passenger, SendRideMessage{"hi"}) == Words{"error NO_ACTIVE_RIDE"});
  CHECK(stage.act(stage.driver, SendRideMessage{"hi"}) == Words{"error NO_ACTIVE_RIDE"});
  CHECK(stage.heard_by_all().empty());
}

TEST_CASE("a frame of campus that can't be read is answered on its socket", "[loop]") {
  Campus stage;
  CHECK(stage.act(stage.driver, Misspeak{{RefusalCode::invalid_json, "no JSON"}, std::nullopt}) ==
        Words{"error INVALID_JSON"});
  CHECK(text_member(stage.last_frame(stage.driver), "action") == "error");
}

// Races within one turn.

TEST_CASE("of those who accept in one turn the first has the ride", "[loop]") {
  Pending stage;
  const auto third = stage.to_campus(Side::campus_driver, carol);
  stage.heard_by_all();
  for (const auto peer : {stage.other, stage.driver, third}) {
    stage.send(peer, AcceptOpenOffer{stage.id});
  }
  stage.turn();
  const Words lost{"ride_request_closed", "error RIDE_REQUEST_TAKEN"};
  stage.check_heard(
      {{stage.passenger, accepted}, {stage.other, accepted}, {stage.driver, lost}, {third, lost}});
  CHECK(stage.find(stage.ride)->driver->account == frank);
  CHECK(read_stream(stage.memory, StreamId(stage.ride)).size() == 2);
  stage.check_state();
}

TEST_CASE("a driver who accepts two in one turn has the first", "[loop]") {
  Pending stage;
  const auto carols = stage.to_campus(Side::passenger, carol);
  const auto second = to_string(stage.request_ride(carols));
  stage.heard_by_all();
  stage.send(stage.driver, AcceptOpenOffer{second});
  stage.send(stage.driver, AcceptOpenOffer{stage.id});
  stage.turn();
  CHECK(stage.heard_by(stage.driver) == Words{"ride_request_accepted", "error RIDE_IN_PROGRESS"});
  CHECK(stage.heard_by(carols) == accepted);
  CHECK(stage.heard_by(stage.passenger).empty());
  stage.check_state();
}

TEST_CASE("a request that is cancelled and accepted in one turn goes by which came first",
          "[loop]") {
  Pending stage;
  const bool cancelled_first = GENERATE(true, false);
  if (cancelled_first) stage.send(stage.passenger, CancelOpenRide{stage.id});
  stage.send(stage.driver, AcceptOpenOffer{stage.id});
  if (!cancelled_first) stage.send(stage.passenger, CancelOpenRide{stage.id});
  stage.turn();
  if (cancelled_first) {
    stage.check_heard({{stage.passenger, cancelled},
                       {stage.driver, {"ride_request_closed", "error RIDE_REQUEST_NOT_FOUND"}},
                       {stage.other, closed}});
  } else {
    const Words on_and_off{"ride_request_accepted", "ride_request_cancelled"};
    stage.check_heard(
        {{stage.passenger, on_and_off}, {stage.driver, on_and_off}, {stage.other, closed}});
  }
  stage.check_state();
}

TEST_CASE("a whole ride fits into one turn", "[loop]") {
  Campus stage;
  const auto second = stage.to_campus(Side::passenger, alice);
  const BookingId ride{stage.next_id()};
  const auto id = to_string(ride);
  stage.send(stage.passenger, Stage::ride_to_airport());
  stage.send(second, Stage::ride_to_airport());
  stage.send(stage.driver, AcceptOpenOffer{id});
  stage.send(stage.driver, CompleteOpenRide{id});
  stage.send(stage.driver, CompleteOpenRide{id});
  stage.send(stage.other, AcceptOpenOffer{id});
  stage.send(stage.passenger, CancelOpenRide{id});
  stage.turn();
  stage.check_heard(
      {{stage.passenger,
        {"ride_request_created", "ride_request_accepted", "ride_request_completed",
         "error NO_ACTIVE_RIDE"}},
       {second,
        {"ride_request_created", "error RIDE_REQUEST_OPEN", "ride_request_accepted",
         "ride_request_completed"}},
       {stage.driver,
        {"sending_pending_ride_request", "ride_request_accepted", "ride_request_completed",
         "error NO_ACTIVE_RIDE"}},
       {stage.other,
        {"sending_pending_ride_request", "ride_request_closed", "error RIDE_REQUEST_TAKEN"}}});
  stage.check_state();
}

TEST_CASE("who comes in the turn of a request is told of it once", "[loop]") {
  Campus stage;
  const auto before = stage.send_to_campus(Side::campus_driver, carol);
  stage.send(stage.passenger, Stage::ride_to_airport());
  const auto after = stage.send_to_campus(Side::campus_driver, carol);
  const auto passenger = stage.send_to_campus(Side::passenger, alice);
  stage.turn();
  CHECK(stage.heard_by(before) == offered);
  CHECK(stage.heard_by(after) == offered);
  CHECK(stage.heard_by(passenger) == Words{"ride_request_created"});
}

}  // namespace hansom
