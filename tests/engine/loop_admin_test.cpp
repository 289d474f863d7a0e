// What the admin does, and to whom (PROTOCOL.md, Admin and mobile endpoints; Sockets and accounts).

#include "engine/loop.hpp"
#include "tests/support/stage.hpp"

#include <catch2/catch.hpp>

namespace hansom {
namespace {

using Fault = MemoryLog::Fault;

const Words forced_out{"force_disconnect", "close 1008"};
const Words come_again{"error LOG_UNAVAILABLE", "close 1013"};

/// Ways to take a driver's right to drive, and what the driver is told.
struct Ban {
  ChangeAccount command;
  std::string reason;
};
std::vector<Ban> bans_of(AccountId driver) {
  return {{set_status(driver, AccountStatus::blocked), "Account blocked."},
          {set_status(driver, AccountStatus::deleted), "Account deleted."},
          {set_roles(driver, {Role::customer}), "Role removed."}};
}

/// The admin's answer, which comes in the turn of the command.
Words ask(Stage& stage, Command command) { return stage.act(stage.new_peer(), std::move(command)); }

/// Bob has a ride on the way, a scheduled one that he took, and two offers.
struct Busy : Ride {
  BookingId scheduled;
  BookingId offer, other_offer;

  Busy() {
    Ride::start();
    auto request = request_of(carol);
    request.scheduled_for = noon + 24h;
    ask(*this, request);
    scheduled = loop->projections().bookings.of_customer(carol).at(0);
    act(driver, AcceptScheduledBooking{to_string(scheduled)});
    offer = this->request(alice);
    other_offer = this->request(carol);
    heard_by_all();
  }
};

}  // namespace

TEST_CASE("a driver who may not drive any more is disconnected, and told why", "[loop]") {
  for (const auto& [command, reason] : bans_of(bob)) {
    Ride ride;
    ride.heard_by_all();
    CHECK(ask(ride, command) == Words{"200 OK"});
    CHECK(ride.heard_by(ride.driver) == forced_out);
    CHECK(text_member(ride.last_frame(ride.driver), "reason") == reason);
    CHECK(ride.loop->projections().roster.size() == 0);
    CHECK(ride.act(ride.driver, Resync{}).empty());  // gone
    ride.check_state();
  }
}

TEST_CASE("the offers of a driver who may not drive any more go to the next at once", "[loop]") {
  for (const auto& [command, reason] : bans_of(bob)) {
    INFO(reason);
    Busy busy;
    const auto next = busy.connect(Side::driver, dana);
    ask(busy, command);
    CHECK(busy.heard_by(next) == Words{"booking_assigned", "booking_assigned"});
    CHECK(busy.find(busy.offer)->driver->account == dana);
    CHECK(busy.find(busy.other_offer)->driver->account == dana);
    CHECK(busy.heard_by(busy.driver) == forced_out);
    // What was confirmed stays.
    CHECK(busy.status_of(busy.booking) == BookingStatus::on_the_way);
    CHECK(busy.find(busy.booking)->driver->account == bob);
    CHECK(busy.status_of(busy.scheduled) == BookingStatus::confirmation);
    CHECK(busy.find(busy.scheduled)->driver->account == bob);
    CHECK(busy.heard_by(busy.customer).empty());
    busy.check_state();
  }
}

TEST_CASE("an offer that nobody else can take is cancelled, and its customer told", "[loop]") {
  Busy busy;
  ask(busy, set_status(bob, AccountStatus::blocked));
  CHECK(busy.heard_by(busy.customer) == Words{"driver_cancelled"});
  CHECK(text_member(busy.last_frame(busy.customer), "reason_code") == "NO_DRIVER_AVAILABLE");
  CHECK(busy.status_of(busy.offer) == BookingStatus::none);
  CHECK(busy.heard_by(busy.driver) == forced_out);  // and nothing of the offers
  busy.check_state();
}

TEST_CASE("what the admin does to an offer is the admin's in the log", "[loop]") {
  Ride ride;
  ask(ride, set_status(bob, AccountStatus::blocked));
  const auto events = read_stream(ride.memory, StreamId(ride.booking));
  REQUIRE(events.size() == 4);
  CHECK(events[2].event == Event(BookingEvent(OfferWithdrawn{bob})));
  CHECK(events[2].actor == admin);
  CHECK(events[3].actor == admin);
  CHECK(events[3].cause == events[2].cause);
}

TEST_CASE("an offer is withdrawn from a driver who is away, too", "[loop]") {
  Ride ride;
  const auto next = ride.connect(Side::driver, dana);
  ride.act(ride.driver, Disconnect{});
  ride.heard_by_all();
  ask(ride, set_status(bob, AccountStatus::blocked));
  CHECK(ride.heard_by(next) == Words{"booking_assigned"});
  CHECK(ride.heard_by(ride.driver).empty());
}

TEST_CASE("who loses one role is disconnected on that side alone", "[loop]") {
  const bool keeps_driving = GENERATE(true, false);
  Stage stage;
  const auto driving = stage.connect(Side::driver, erin);
  const auto riding = stage.connect(Side::customer, erin);
  ask(stage, set_roles(erin, {keeps_driving ? Role::driver : Role::customer}));
  CHECK(stage.heard_by(keeps_driving ? riding : driving) == forced_out);
  CHECK(stage.act(keeps_driving ? driving : riding, Resync{}) == Words{"snapshot"});
}

TEST_CASE("who is blocked is disconnected on both sides", "[loop]") {
  Stage stage;
  const auto driving = stage.connect(Side::driver, erin);
  const auto riding = stage.connect(Side::customer, erin);
  ask(stage, set_status(erin, AccountStatus::blocked));
  CHECK(stage.heard_by(driving) == forced_out);
  CHECK(stage.heard_by(riding) == forced_out);
}

TEST_CASE("who is blocked or deleted can't connect until it is taken back", "[loop]") {
  const auto [status, word] = GENERATE(
      table<AccountStatus, std::string>({{AccountStatus::blocked, "error ACCOUNT_BLOCKED"},
                                         {AccountStatus::deleted, "error ACCOUNT_DELETED"}}));
  Stage stage;
  ask(stage, set_status(bob, status));
  const auto refused = stage.send_connect(Side::driver, bob);
  stage.turn();
  CHECK(stage.heard_by(refused) == Words{word, "close 1008"});
  ask(stage, set_status(bob, AccountStatus::active));
  const auto driver = stage.connect(Side::driver, bob);
  stage.request(alice);
  CHECK(stage.heard_by(driver) == Words{"booking_assigned"});
}

TEST_CASE("who is changed otherwise stays connected", "[loop]") {
  Ride ride;
  ride.heard_by_all();
  ChangeAccount command{to_string(bob), {}};
  command.changes.email = "rob@example.com";
  command.changes.name = "Rob";
  command.changes.roles = std::vector{Role::driver, Role::student};
  CHECK(ask(ride, command) == Words{"200 OK"});
  CHECK(ride.heard_by_all().empty());
  CHECK(ride.act(ride.driver, Resync{}) == Words{"snapshot"});
  // The next socket is found by the new email.
  CHECK(ask(ride, Connect{Side::driver, Stage::identity_of(bob), std::nullopt}) ==
        Words{"error DRIVER_NOT_FOUND", "close 1008"});
  CHECK(ask(ride, Connect{Side::driver, {"rob@example.com", std::nullopt, std::nullopt}, {}}) ==
        Words{"connected"});
}

TEST_CASE("ended sessions are ended on both sides, and change nothing else", "[loop]") {
  Ride ride;
  const auto driving = ride.connect(Side::driver, erin);
  const auto riding = ride.connect(Side::customer, erin);
  ride.heard_by_all();
  CHECK(ask(ride, EndSessions{to_string(erin)}) == Words{"200 OK"});
  CHECK(ask(ride, EndSessions{to_string(bob)}) == Words{"200 OK"});
  for (const auto peer : {driving, riding, ride.driver}) {
    CHECK(ride.heard_by(peer) == forced_out);
    CHECK(text_member(ride.last_frame(peer), "reason") == "Session ended.");
  }
  CHECK(ride.heard_by_all().empty());  // the offer stays with Bob
  CHECK(ride.find(ride.booking)->driver->account == bob);
  const auto again = ride.connect(Side::driver, bob);
  CHECK(ride.act(again, SubmitArrivalTime{ride.id, 300}) == Words{"arrival_time_accepted"});
  CHECK(ask(ride, EndSessions{to_string(carol)}) == Words{"200 OK"});  // who has none
}

TEST_CASE("a session may be ended while a ride is on the way, and taken up on any device",
          "[loop]") {
  Ride ride;
  ride.start();
  ask(ride, EndSessions{to_string(bob)});
  const auto again = ride.connect(Side::driver, bob, "another");
  CHECK(ride.act(again, CompleteRide{ride.id}) == Words{"complete_accepted"});
}

TEST_CASE("an account that is not there is not found, by any text", "[loop]") {
  Stage stage;
  const auto end = stage.memory.end();
  for (const auto& id : {to_string(uuid(0xffff)), std::string("bob"), std::string()}) {
    const Words not_found{"404 NOT_FOUND"};
    CHECK(ask(stage, ShowAccount{id}) == not_found);
    CHECK(ask(stage, ChangeAccount{id, {}}) == not_found);
    CHECK(ask(stage, EndSessions{id}) == not_found);
  }
  CHECK(stage.memory.end() == end);
}

TEST_CASE("a change that changes nothing is answered, and appends nothing", "[loop]") {
  Stage stage;
  const auto driver = stage.connect(Side::driver, bob);
  const auto end = stage.memory.end();
  CHECK(ask(stage, ChangeAccount{to_string(bob), {}}) == Words{"200 OK"});
  CHECK(ask(stage, set_status(bob, AccountStatus::active)) == Words{"200 OK"});
  CHECK(stage.memory.end() == end);
  CHECK(stage.heard_by(driver).empty());
}

TEST_CASE("what the admin may not change is refused, and nobody is disconnected", "[loop]") {
  Ride ride;
  ride.heard_by_all();
  auto command = set_status(bob, AccountStatus::blocked);
  command.changes.email = "dana@example.com";
  CHECK(ask(ride, command) == Words{"409 EMAIL_TAKEN"});
  CHECK(ride.heard_by_all().empty());
  CHECK(ride.loop->projections().accounts.find(bob)->status == AccountStatus::active);
}

TEST_CASE("who was forced out in the same turn is not heard any more", "[loop]") {
  Ride ride;
  ride.heard_by_all();
  ride.send(ride.driver, SubmitArrivalTime{ride.id, 300});
  ride.send(ride.new_peer(), set_status(bob, AccountStatus::blocked));
  ride.send(ride.driver, SendChatMessage{ride.id, "hi"});
  ride.turn();
  CHECK(ride.heard_by(ride.driver) ==
        Words{"arrival_time_accepted", "force_disconnect", "close 1008"});
  CHECK(ride.status_of(ride.booking) == BookingStatus::confirmation);  // it came in time
}

TEST_CASE("who was forced out by a batch that failed has to come again", "[loop]") {
  const auto fault = GENERATE(Fault::lost, Fault::written);
  for (const auto& [command, reason] : bans_of(bob)) {
    INFO(reason);
    Ride ride;
    const auto next = ride.connect(Side::driver, dana);
    ride.heard_by_all();
    ride.memory.fail_next_append(fault);
    CHECK(ask(ride, command) == Words{"503 LOG_UNAVAILABLE"});
    CHECK(ride.heard_by(ride.driver) == come_again);
    // The offer has gone to the next driver if the log says so.
    CHECK(ride.heard_by(next) == (fault == Fault::written ? Words{"booking_assigned"} : Words{}));
    CHECK(ride.heard_by_all().empty());
    ride.check_state();
    CHECK(ride.act(next, Resync{}) == Words{"snapshot"});
    CHECK(ride.act(ride.driver, Resync{}).empty());

    const auto again = ride.send_connect(Side::driver, bob);
    ride.turn();
    if (fault == Fault::lost) {
      CHECK(ride.heard_by(again) == Words{"connected"});
      CHECK(ride.act(again, SubmitArrivalTime{ride.id, 300}) == Words{"arrival_time_accepted"});
    } else {
      CHECK(ride.heard_by(again).back() == "close 1008");
      CHECK(ride.find(ride.booking)->driver->account == dana);
    }
  }
}

TEST_CASE("sessions that were ended by a batch that failed have to come again", "[loop]") {
  Stage stage;
  const auto driving = stage.connect(Side::driver, erin);
  const auto riding = stage.connect(Side::customer, erin);
  stage.memory.fail_next_append(GENERATE(Fault::lost, Fault::written));
  CHECK(ask(stage, EndSessions{to_string(erin)}) == Words{"503 LOG_UNAVAILABLE"});
  CHECK(stage.heard_by(driving) == come_again);
  CHECK(stage.heard_by(riding) == come_again);
  stage.connect(Side::driver, erin);
  stage.connect(Side::customer, erin);
}

TEST_CASE("the admin's templates are listed for the admin, oldest first", "[loop]") {
  Stage stage;
  std::string body;
  stage.outbox_seen = [&](const Outbox& outbox) {
    for (const auto& [to, what] : outbox) body = *std::get<Answer>(what).body;
  };
  CHECK(ask(stage, ListAdminTemplates{}) == Words{"200 OK"});
  CHECK(ask(stage, AddAdminTemplate{"flat tyre"}) == Words{"201 CREATED"});
  CHECK(ask(stage, AddAdminTemplate{"too far"}) == Words{"201 CREATED"});
  CHECK(ask(stage, AddOwnTemplate{Stage::caller(Side::driver, bob), "I am ill"}) ==
        Words{"201 CREATED"});
  CHECK(ask(stage, ListAdminTemplates{}) == Words{"200 OK"});
  CHECK(body.find("flat tyre") < body.find("too far"));
  CHECK(body.find("too far") != std::string::npos);
  CHECK(body.find("I am ill") == std::string::npos);
}

}  // namespace hansom
