// Who has sockets of campus, and what they are shown when they come (PROTOCOL.md, Campus).

#include "engine/loop.hpp"
#include "tests/support/campus_stage.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cctype>

namespace hansom {
namespace {

using Fault = MemoryLog::Fault;

}  // namespace

// Admission.

TEST_CASE("a student gets a socket on each side, and is shown nothing without a ride", "[loop]") {
  Stage stage;
  const auto side = GENERATE(Side::campus_driver, Side::passenger);
  const auto peer = stage.to_campus(side, alice);
  CHECK(stage.heard_by(peer).empty());
  CHECK(stage.loop->projections().roster.size() == 0);  // which is taxi's
}

TEST_CASE("who may not have a socket of campus hears why by HTTP", "[loop]") {
  Stage stage;
  const auto side = GENERATE(Side::campus_driver, Side::passenger);
  const auto refusal = [&](Identity identity, std::string user_id) {
    return refusal_of(stage, side, std::move(identity), std::move(user_id));
  };
  const auto alices = Stage::identity_of(alice);
  CHECK(refusal({}, to_string(alice)) == Words{"401 INVALID_TOKEN"});
  CHECK(refusal({"nobody@example.com", {}, {}}, to_string(alice)) == Words{"401 INVALID_TOKEN"});
  CHECK(refusal(alices, to_string(carol)) == Words{"403 FORBIDDEN"});
  CHECK(refusal(alices, to_string(uuid(0xffff))) == Words{"403 FORBIDDEN"});
  CHECK(refusal(alices, "alice") == Words{"403 FORBIDDEN"});
  CHECK(refusal(alices, "") == Words{"403 FORBIDDEN"});
  CHECK(refusal(Stage::identity_of(bob), to_string(bob)) == Words{"403 FORBIDDEN"});
  ask(stage, set_status(alice, AccountStatus::blocked));
  CHECK(refusal(alices, to_string(alice)) == Words{"403 ACCOUNT_BLOCKED"});
  ask(stage, set_status(alice, AccountStatus::deleted));
  CHECK(refusal(alices, to_string(alice)) == Words{"403 ACCOUNT_DELETED"});
  ask(stage, set_status(alice, AccountStatus::active));
  stage.to_campus(side, alice);
}

TEST_CASE("who was refused a socket is not heard", "[loop]") {
  Stage stage;
  const auto peer = stage.send_to_campus(Side::passenger, bob);
  stage.send(peer, Stage::ride_to_airport());
  stage.turn();
  CHECK(stage.heard_by(peer) == Words{"403 FORBIDDEN"});
  CHECK(stage.loop->projections().bookings.size() == 0);
}

TEST_CASE("a path names its account in either case", "[loop]") {
  Stage stage;
  auto user_id = to_string(alice);
  std::ranges::transform(user_id, user_id.begin(), [](char c) { return std::toupper(c); });
  const auto peer = stage.new_peer();
  stage.act(peer, ConnectToCampus{Stage::caller(Side::passenger, alice), user_id});
  CHECK(stage.was_admitted(peer));
}

// Who comes later, and who comes back.

TEST_CASE("a driver who comes later is offered all that is pending, the oldest first", "[loop]") {
  Pending stage;
  const auto carols = stage.to_campus(Side::passenger, carol);
  const auto second = stage.request_ride(carols);
  stage.heard_by_all();
  std::vector<std::string> shown;
  stage.outbox_seen = [&](const Outbox& outbox) {
    for (const auto& output : outbox) {
      const auto* burst = std::get_if<Burst>(&output.what);
      if (!burst) continue;
      for (const auto& frame : burst->frames) shown.push_back(ride_of(json_of(frame)));
    }
  };
  const auto late = stage.to_campus(Side::campus_driver, dana);
  CHECK(stage.heard_by(late) ==
        Words{"sending_pending_ride_request, sending_pending_ride_request"});
  CHECK(shown == std::vector{stage.id, to_string(second)});
  CHECK(stage.heard_by_all().empty());  // nobody else is told again
  // What is accepted is not offered any more.
  stage.accept();
  shown.clear();
  stage.to_campus(Side::campus_driver, frank);
  CHECK(shown == std::vector{to_string(second)});
}

TEST_CASE("who comes back into a ride is shown it again, on that socket alone", "[loop]") {
  Pending stage;
  const auto again = [&](Side side, AccountId account) {
    stage.heard_by_all();
    const auto peer = stage.to_campus(side, account);
    auto words = stage.heard_by(peer);
    CHECK(stage.heard_by_all().empty());
    return words;
  };
  CHECK(again(Side::passenger, alice) == Words{"ride_request_created"});
  CHECK(again(Side::passenger, carol).empty());
  stage.accept();
  const auto carols = stage.to_campus(Side::passenger, carol);
  stage.request_ride(carols);
  CHECK(again(Side::passenger, alice) == accepted);
  CHECK(again(Side::campus_driver, dana) ==
        Words{"ride_request_accepted", "sending_pending_ride_request"});
  stage.act(stage.driver, CompleteOpenRide{stage.id});
  CHECK(again(Side::passenger, alice).empty());
  CHECK(again(Side::campus_driver, dana) == offered);
}

TEST_CASE("a driver who has read what was shown at once needs nothing more", "[loop]") {
  Pending stage;
  const auto late = stage.to_campus(Side::campus_driver, carol);
  stage.heard_by_all();
  CHECK(stage.act(late, Drained{}).empty());
  CHECK(stage.act(late, AcceptOpenOffer{stage.id}) == accepted);
}

TEST_CASE("a request outlives the sockets of its passenger, and is accepted meanwhile", "[loop]") {
  Pending stage;
  stage.act(stage.passenger, Disconnect{});
  CHECK(stage.heard_by_all().empty());
  CHECK(stage.act(stage.driver, AcceptOpenOffer{stage.id}) == accepted);
  const auto again = stage.to_campus(Side::passenger, alice);
  CHECK(stage.heard_by(again) == accepted);
  stage.check_state();
}

TEST_CASE("open rides survive a restart", "[loop]") {
  Accepted stage;
  const auto carols = stage.to_campus(Side::passenger, carol);
  stage.request_ride(carols);
  stage.restart();
  stage.heard_by_all();
  stage.check_state();
  CHECK(stage.act(stage.driver, CompleteOpenRide{stage.id}).empty());  // who has to come again
  const auto driver = stage.to_campus(Side::campus_driver, dana);
  CHECK(stage.heard_by(driver) == Words{"ride_request_accepted", "sending_pending_ride_request"});
  CHECK(stage.act(driver, CompleteOpenRide{stage.id}) == Words{"ride_request_completed"});
  stage.check_state();
}

// Several sockets, several roles.

TEST_CASE("all sockets of an account are served, and none replaces another", "[loop]") {
  Campus stage;
  const auto passenger = stage.to_campus(Side::passenger, alice);
  const auto driver = stage.to_campus(Side::campus_driver, dana);
  CHECK(stage.heard_by_all().empty());
  const auto id = to_string(stage.request_ride(passenger));
  stage.check_heard({{stage.passenger, {"ride_request_created"}},
                     {stage.driver, offered},
                     {driver, offered},
                     {stage.other, offered}});
  stage.send(driver, AcceptOpenOffer{id});
  stage.turn();
  stage.check_heard({{stage.passenger, accepted},
                     {passenger, accepted},
                     {stage.driver, accepted},
                     {driver, accepted},
                     {stage.other, closed}});
  stage.act(driver, Disconnect{});
  stage.act(passenger, Disconnect{});
  // An error is for its sender alone.
  const auto third = stage.to_campus(Side::passenger, alice);
  stage.heard_by_all();
  CHECK(stage.act(third, Stage::ride_to_airport()) == Words{"error RIDE_REQUEST_OPEN"});
  CHECK(stage.heard_by_all().empty());
  CHECK(stage.act(stage.driver, CompleteOpenRide{id}) == Words{"ride_request_completed"});
  CHECK(stage.heard_by(stage.passenger) == Words{"ride_request_completed"});
}

TEST_CASE("a request is shown to its passenger's own driver sockets, too, but not theirs to accept",
          "[loop]") {
  Pending stage;
  const auto own = stage.to_campus(Side::campus_driver, alice);
  CHECK(stage.heard_by(own) == Words{"sending_pending_ride_request"});
  CHECK(stage.act(own, AcceptOpenOffer{stage.id}) == Words{"error RIDE_REQUEST_NOT_FOUND"});
  stage.act(stage.passenger, CancelOpenRide{stage.id});
  CHECK(stage.heard_by(own) == Words{"ride_request_closed"});
}

TEST_CASE("what is pending is shown in parts, which follow the reading of the driver", "[loop]") {
  Stage stage;
  const std::vector passengers{alice, carol, dana};
  std::vector<PeerId> peers;
  // Each of these fills more than half a part.
  auto request = Stage::ride_to_airport();
  request.pickup.address.assign(replay_part_bytes * 2 / 3, 'x');
  for (const auto account : passengers) {
    peers.push_back(stage.to_campus(Side::passenger, account));
    stage.act(peers.back(), request);
  }
  const auto driver = stage.to_campus(Side::campus_driver, frank);
  const Words pending{"sending_pending_ride_request"};
  CHECK(stage.heard_by(driver) ==
        Words{"sending_pending_ride_request, sending_pending_ride_request"});
  // What is requested or called off meanwhile comes, and goes, in its turn.
  stage.act(peers[0], CancelOpenRide{text_member(stage.last_frame(peers[0])["data"], "id")});
  stage.act(peers[0], Stage::ride_to_airport());
  CHECK(stage.heard_by(driver) == Words{"ride_request_closed", "sending_pending_ride_request"});
  CHECK(stage.act(driver, Drained{}) == pending);
  CHECK(stage.act(driver, Drained{}).empty());

  const auto second = stage.to_campus(Side::campus_driver, frank);
  stage.heard_by(second);
  stage.memory.fail_next_append(Fault::lost);
  stage.send(peers[0], CancelOpenRide{text_member(stage.last_frame(peers[0])["data"], "id")});
  stage.send(second, Drained{});
  stage.turn();
  // What it would have been shown next is lost, so it has to come again.
  CHECK(stage.heard_by(second) == Words{"error LOG_UNAVAILABLE", "close 1013"});
}

TEST_CASE("who rides with one and drives another talks to each on their side", "[loop]") {
  Accepted stage;  // Dana drives Alice
  const auto own = stage.to_campus(Side::campus_driver, alice);
  const auto carols = stage.to_campus(Side::passenger, carol);
  const auto id = to_string(stage.request_ride(carols));
  CHECK(stage.act(own, AcceptOpenOffer{id}) == accepted);
  stage.heard_by_all();
  stage.send(own, SendRideMessage{"to Carol"});
  stage.turn();
  stage.check_heard({{own, {"chat_message"}}, {carols, {"chat_message"}}});
  stage.send(stage.passenger, SendRideMessage{"to Dana"});
  stage.turn();
  stage.check_heard({{stage.passenger, {"chat_message"}}, {stage.driver, {"chat_message"}}});
  stage.check_state();
}

TEST_CASE("taxi and campus know nothing of each other's bookings", "[loop]") {
  Campus stage;
  const auto taxi_driver = stage.connect(Side::driver, dana);
  const auto taxi_customer = stage.connect(Side::customer, alice);
  const auto open = to_string(stage.request_ride(stage.passenger));
  CHECK(stage.heard_by(taxi_driver).empty());
  CHECK(stage.heard_by(taxi_customer).empty());
  CHECK(stage.act(taxi_customer, Resync{open}) == Words{"error BOOKING_NOT_FOUND"});
  CHECK(stage.act(taxi_customer, Resync{std::nullopt, Position{}}) == Words{"snapshot"});
  CHECK(stage.act(taxi_customer, RejectBooking{open}) == Words{"error BOOKING_NOT_REJECTABLE"});
  CHECK(stage.act(taxi_driver, SubmitArrivalTime{open, 60}) ==
        Words{"error BOOKING_NOT_ASSIGNABLE"});
  CHECK(ask(stage, CancelRideByCustomer{Stage::caller(Side::customer, alice), open}) ==
        Words{"404 BOOKING_NOT_FOUND"});
  stage.heard_by_all();

  const auto taxi = to_string(stage.request(alice));
  CHECK(stage.heard_by(taxi_driver) == Words{"booking_assigned"});
  CHECK(stage.heard_by_all().empty());
  const Words not_found{"error RIDE_REQUEST_NOT_FOUND"};
  CHECK(stage.act(stage.driver, AcceptOpenOffer{taxi}) == not_found);
  CHECK(stage.act(stage.driver, CompleteOpenRide{taxi}) == not_found);
  CHECK(stage.act(stage.passenger, CancelOpenRide{taxi}) == not_found);
  stage.check_state();
}

TEST_CASE("open bookings stand in no list of taxi's, and are not brought again there", "[loop]") {
  Accepted stage;
  stage.act(stage.driver, CompleteOpenRide{stage.id});
  for (const auto& [side, account] :
       {std::pair(Side::customer, alice), std::pair(Side::driver, dana)}) {
    CHECK(ask(stage, ListBookings{Stage::caller(side, account), 50}) == Words{"200 OK"});
    CHECK(stage.last_answer()["data"]["bookings"].Size() == 0);
    CHECK(ask(stage, ListBookings{Stage::caller(side, account), 50, stage.id}) ==
          Words{"404 BOOKING_NOT_FOUND"});
    const auto socket = stage.connect(side, account);
    CHECK(stage.act(socket, Resync{std::nullopt, Position{1}}) == Words{"snapshot"});
  }
}

TEST_CASE("a ride on campus keeps no taxi driver on a device", "[loop]") {
  Accepted stage;
  stage.connect(Side::driver, dana, "phone-1");
  stage.connect(Side::driver, dana, "phone-2");
}

// Who may not be there any more.

TEST_CASE("a passenger who may not ride any more loses what is pending", "[loop]") {
  for (const auto& [command, reason] : bans_of(alice)) {
    INFO(reason);
    Pending stage;
    CHECK(ask(stage, command) == Words{"200 OK"});
    stage.check_heard(
        {{stage.passenger, forced_out}, {stage.driver, closed}, {stage.other, closed}});
    CHECK(text_member(stage.last_frame(stage.passenger), "action") == "force_disconnect");
    CHECK(text_member(stage.last_frame(stage.passenger), "reason") == reason);
    CHECK(stage.act(stage.driver, AcceptOpenOffer{stage.id}) ==
          Words{"error RIDE_REQUEST_NOT_FOUND"});
    const auto events = read_stream(stage.memory, StreamId(stage.ride));
    REQUIRE(events.size() == 2);
    CHECK(events[1].event == Event(BookingEvent(withdrawn_from(alice))));
    CHECK(events[1].actor == admin);
    stage.check_state();
  }
}

TEST_CASE("a request is withdrawn from a passenger who is away, too", "[loop]") {
  Pending stage;
  stage.act(stage.passenger, Disconnect{});
  ask(stage, set_status(alice, AccountStatus::blocked));
  stage.check_heard({{stage.driver, closed}, {stage.other, closed}});
  stage.check_state();
}

TEST_CASE("an accepted ride stands, whoever of the two may not ride or drive any more", "[loop]") {
  const auto account = GENERATE(alice, dana);
  for (const auto& [command, reason] : bans_of(account)) {
    INFO(reason);
    Accepted stage;
    const bool is_driver = account == dana;
    ask(stage, command);
    stage.check_heard({{is_driver ? stage.driver : stage.passenger, forced_out}});
    CHECK(stage.status_of(stage.ride) == BookingStatus::on_the_way);
    // The other one can still end it.
    if (is_driver) {
      CHECK(stage.act(stage.passenger, CancelOpenRide{stage.id}) == cancelled);
    } else {
      CHECK(stage.act(stage.driver, CompleteOpenRide{stage.id}) == Words{"ride_request_completed"});
    }
    stage.check_state();
  }
}

TEST_CASE("who is blocked is disconnected on all sockets of both sides", "[loop]") {
  Campus stage;
  const auto second = stage.to_campus(Side::passenger, alice);
  const auto driving = stage.to_campus(Side::campus_driver, alice);
  ask(stage, set_status(alice, AccountStatus::blocked));
  stage.check_heard({{stage.passenger, forced_out}, {second, forced_out}, {driving, forced_out}});
  CHECK(stage.act(second, Stage::ride_to_airport()).empty());
}

TEST_CASE("a student who stays one stays connected, whatever other role is lost", "[loop]") {
  Pending stage;
  ask(stage, set_roles(alice, {Role::student}));
  ask(stage, set_roles(dana, {Role::student}));
  CHECK(stage.heard_by_all().empty());
  CHECK(stage.act(stage.driver, AcceptOpenOffer{stage.id}) == accepted);
}

TEST_CASE("ended sessions of campus leave requests as they are", "[loop]") {
  Pending stage;
  CHECK(ask(stage, EndSessions{to_string(alice)}) == Words{"200 OK"});
  stage.check_heard({{stage.passenger, forced_out}});
  CHECK(text_member(stage.last_frame(stage.passenger), "reason") == "Session ended.");
  CHECK(stage.act(stage.driver, AcceptOpenOffer{stage.id}) == accepted);
  const auto again = stage.to_campus(Side::passenger, alice);
  CHECK(stage.heard_by(again) == accepted);
}

TEST_CASE("who was forced out of campus in the same turn is not heard any more", "[loop]") {
  Pending stage;
  stage.send(stage.driver, AcceptOpenOffer{stage.id});
  stage.send(stage.new_peer(), set_status(dana, AccountStatus::blocked));
  stage.send(stage.driver, CompleteOpenRide{stage.id});
  stage.turn();
  CHECK(stage.heard_by(stage.driver) ==
        Words{"ride_request_accepted", "force_disconnect", "close 1008"});
  CHECK(stage.status_of(stage.ride) == BookingStatus::on_the_way);
}

}  // namespace hansom
