// Open bookings through the loop: who is told what, in which order (PROTOCOL.md, Campus).

#include "engine/loop.hpp"
#include "tests/support/stage.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cctype>

namespace hansom {
namespace {

using Fault = MemoryLog::Fault;

const Words offered{"sending_pending_ride_request"};
const Words closed{"ride_request_closed"};
const Words accepted{"ride_request_accepted"};
const Words cancelled{"ride_request_cancelled"};
const Words unavailable{"error LOG_UNAVAILABLE"};
const Words forced_out{"force_disconnect", "close 1008"};

/// Alice is there to ask for rides, Dana and Frank to drive.
struct Campus : Stage {
  PeerId passenger = to_campus(Side::passenger, alice);
  PeerId driver = to_campus(Side::campus_driver, dana);
  PeerId other = to_campus(Side::campus_driver, frank);
};

/// A request of Alice's, which all have heard of.
struct Pending : Campus {
  BookingId ride = request_ride(passenger);
  std::string id = to_string(ride);

  Pending() { heard_by_all(); }

  void accept() {
    REQUIRE(act(driver, AcceptOpenOffer{id}) == accepted);
    heard_by_all();
  }
};

/// Dana drives Alice.
struct Accepted : Pending {
  Accepted() { accept(); }
};

/// Ways to take a student's right to ride and drive, and what they are told.
struct Ban {
  ChangeAccount command;
  std::string reason;
};
std::vector<Ban> bans_of(AccountId account) {
  return {{set_status(account, AccountStatus::blocked), "Account blocked."},
          {set_status(account, AccountStatus::deleted), "Account deleted."},
          {set_roles(account, {Role::driver, Role::customer}), "Role removed."}};
}

Words ask(Stage& stage, Command command) { return stage.act(stage.new_peer(), std::move(command)); }

/// What a socket that is asked for comes to, where that is a refusal.
Words refusal_of(Stage& stage, Side side, Identity identity, std::string user_id) {
  const auto peer = stage.new_peer();
  auto words = stage.act(peer, ConnectToCampus{{side, std::move(identity)}, std::move(user_id)});
  CHECK_FALSE(stage.was_admitted(peer));
  return words;
}

std::string ride_of(const rapidjson::Document& frame) {
  return frame.HasMember("data") ? text_member(frame["data"], "id")
                                 : text_member(frame, "ride_request_id");
}

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

// When the log fails.

TEST_CASE("of a batch that failed nothing is shown on campus, and the state is the log's",
          "[loop]") {
  const auto fault = GENERATE(Fault::lost, Fault::written);
  Pending stage;
  stage.memory.fail_next_append(fault);
  stage.send(stage.driver, AcceptOpenOffer{stage.id});
  stage.send(stage.other, AcceptOpenOffer{stage.id});
  const auto carols = stage.send_to_campus(Side::campus_driver, carol);
  stage.turn();
  if (fault == Fault::lost) {
    CHECK(stage.heard_by(stage.driver) == unavailable);
    CHECK(stage.heard_by(stage.other) == unavailable);
  } else {  // it is shown once it is known to be there
    CHECK(stage.heard_by(stage.driver) == Words{"error LOG_UNAVAILABLE", "ride_request_accepted"});
    CHECK(stage.heard_by(stage.other) == Words{"error LOG_UNAVAILABLE", "ride_request_closed"});
    CHECK(stage.heard_by(stage.passenger) == accepted);
  }
  CHECK(stage.heard_by(carols) == Words{"503 LOG_UNAVAILABLE"});
  CHECK(stage.heard_by_all().empty());
  CHECK_FALSE(stage.was_admitted(carols));
  stage.check_state();
  if (fault == Fault::lost) {
    CHECK(stage.act(stage.other, AcceptOpenOffer{stage.id}) == accepted);
    CHECK(stage.heard_by(stage.passenger) == accepted);
  } else {
    CHECK(stage.act(stage.other, AcceptOpenOffer{stage.id}) == Words{"error RIDE_REQUEST_TAKEN"});
    CHECK(stage.act(stage.driver, CompleteOpenRide{stage.id}) == Words{"ride_request_completed"});
  }
  CHECK(stage.heard_by(carols).empty());  // who never came in
  stage.check_state();
}

TEST_CASE("a request whose batch failed can be made again where it was lost", "[loop]") {
  Campus stage;
  stage.memory.fail_next_append(Fault::lost);
  CHECK(stage.act(stage.passenger, Stage::ride_to_airport()) == unavailable);
  CHECK(stage.heard_by_all().empty());
  stage.check_state();
  stage.request_ride(stage.passenger);
  stage.memory.fail_next_append(Fault::written);
  CHECK(ask(stage, EndSessions{to_string(alice)}) == Words{"503 LOG_UNAVAILABLE"});
  CHECK(stage.heard_by(stage.passenger) == Words{"error LOG_UNAVAILABLE", "close 1013"});
  stage.check_state();
}

TEST_CASE("while the log is out of order nobody gets a socket of campus", "[loop]") {
  Pending stage;
  stage.memory.fail_next_append(Fault::lost);
  stage.memory.refuse_reopen(true);
  CHECK(stage.act(stage.driver, AcceptOpenOffer{stage.id}) == unavailable);
  REQUIRE_FALSE(stage.loop->serving());
  CHECK(stage.act(stage.passenger, CancelOpenRide{stage.id}) == unavailable);
  CHECK(refusal_of(stage, Side::passenger, Stage::identity_of(alice), to_string(alice)) ==
        Words{"503 LOG_UNAVAILABLE"});
  stage.memory.refuse_reopen(false);
  stage.wait(1s);
  REQUIRE(stage.loop->serving());
  CHECK(stage.act(stage.driver, AcceptOpenOffer{stage.id}) == accepted);
}

TEST_CASE("who came to campus and was forced out in a batch that failed is refused by HTTP alone",
          "[loop]") {
  Campus stage;
  stage.memory.fail_next_append(GENERATE(Fault::lost, Fault::written));
  const auto peer = stage.send_to_campus(Side::passenger, carol);
  stage.send(stage.new_peer(), EndSessions{to_string(carol)});
  stage.turn();
  CHECK(stage.heard_by(peer) == Words{"503 LOG_UNAVAILABLE"});
}

TEST_CASE("a ride that can't be looked up is refused, and says whether it ever can be", "[loop]") {
  const auto [kind, words] =
      GENERATE(table<LogError::Kind, Words>({{LogError::Kind::damaged, {"error INTERNAL_ERROR"}},
                                             {LogError::Kind::unavailable, unavailable}}));
  Accepted stage;
  stage.act(stage.driver, CompleteOpenRide{stage.id});
  stage.heard_by_all();
  const auto open = to_string(stage.request_ride(stage.passenger));
  stage.log.streams_fail = kind;
  CHECK(stage.act(stage.other, AcceptOpenOffer{stage.id}) == words);
  CHECK(stage.act(stage.driver, CompleteOpenRide{stage.id}) == words);
  CHECK(stage.act(stage.passenger, CancelOpenRide{stage.id}) == words);
  stage.heard_by_all();
  CHECK(stage.act(stage.other, AcceptOpenOffer{open}) == accepted);  // what is in memory
}

}  // namespace hansom
