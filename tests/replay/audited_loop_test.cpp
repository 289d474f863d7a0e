// An audit has nothing against what the loop does. Every `Stage` has its log looked at when it is
// struck, and engine/state_machine_test.cpp each step of a booking; here all events happen.

#include "events/event_schema.hpp"
#include "tests/support/campus_stage.hpp"
#include "tests/support/room_stage.hpp"

#include <catch2/catch.hpp>

#include <map>
#include <set>
#include <string_view>

namespace hansom {
namespace {

/// A stage on which many things happen to many.
struct Town : Stage {
  Town() { connect_all(); }

  void connect_all() {
    for (const auto id : {bob, dana, frank, erin}) drivers[id] = connect(Side::driver, id);
    for (const auto id : {alice, carol, erin}) customers[id] = connect(Side::customer, id);
  }
  /// Asks for a ride, with a schedule or none, as somebody.
  BookingId ask_for(AccountId by, std::optional<Instant> at = std::nullopt) {
    auto request = request_of(by);
    request.scheduled_for = at;
    request.device = {"phone", "a model"};
    const BookingId booking{next_id()};
    REQUIRE(act(new_peer(), request) == Words{"201 CREATED"});
    return booking;
  }
  AccountId driver_of(BookingId booking) { return find(booking)->driver->account; }
  /// The driver who is asked does something.
  void by_driver(BookingId booking, Command command) {
    act(drivers.at(driver_of(booking)), std::move(command));
  }
  void begin(BookingId booking) {
    by_driver(booking, SubmitArrivalTime{to_string(booking), 300});
    act(customers.at(find(booking)->customer.account), AcceptOffer{to_string(booking)});
    REQUIRE(status_of(booking) == BookingStatus::on_the_way);
  }
  void admin_does(Command command) { act(new_peer(), std::move(command)); }

  std::map<AccountId, PeerId> drivers, customers;
};

/// Erin, who is nearest, is not asked to drive herself; one lets the time run out, one declines,
/// and the third is blocked and renamed in mid-ride.
void ride_with_obstacles(Town& town) {
  town.act(town.drivers[bob], UpdateLocation{airport.at});
  town.act(town.drivers[erin], UpdateLocation{home.at});
  const auto ride = town.ask_for(erin);
  const auto id = to_string(ride);
  CHECK(town.driver_of(ride) == bob);
  town.wait(30s);
  town.by_driver(ride, DeclineOffer{id, {std::nullopt, "no"}});
  town.by_driver(ride, SubmitArrivalTime{id, 300});
  town.wait(2min);
  REQUIRE(town.status_of(ride) == BookingStatus::on_the_way);
  town.act(town.customers[erin], SendChatMessage{id, "hi"});
  town.by_driver(ride, SendChatMessage{id, "hi"});

  const auto driver = town.driver_of(ride);
  ChangeAccount rename{to_string(driver), {}};
  rename.changes.name = "somebody else";
  town.admin_does(set_status(driver, AccountStatus::blocked));
  town.admin_does(rename);
  town.admin_does(set_status(driver, AccountStatus::active));
  town.drivers[driver] = town.connect(Side::driver, driver);
  town.by_driver(ride, CompleteRide{id});
  CHECK_FALSE(town.find(ride));
}

/// An offer is withdrawn; rides are cancelled by either side, and one is rejected.
void early_ends(Town& town) {
  const auto first = town.ask_for(alice);
  town.admin_does(set_status(town.driver_of(first), AccountStatus::deleted));
  town.begin(first);
  town.admin_does(CancelRideByCustomer{Stage::caller(Side::customer, alice), to_string(first)});
  const auto second = town.ask_for(alice);
  town.begin(second);
  const auto driver = Stage::caller(Side::driver, town.driver_of(second));
  town.admin_does(CancelRideByDriver{driver, to_string(second), {std::nullopt, "no"}});
  const auto third = town.ask_for(carol);
  town.act(town.customers[carol], RejectBooking{to_string(third)});
  CHECK(town.loop->projections().bookings.size() == 0);
}

/// One rides, one is given up.
void scheduled_rides(Town& town) {
  const auto planned = town.ask_for(alice, town.now + 2h);
  town.by_driver(planned, AcceptScheduledBooking{to_string(planned)});
  const auto given_up = town.ask_for(carol, town.now + 10s);
  town.wait(10s);
  CHECK_FALSE(town.find(given_up));
  town.wait(2h);
  REQUIRE(town.status_of(planned) == BookingStatus::on_the_way);
  town.by_driver(planned, CompleteRide{to_string(planned)});
}

/// One rides, one may not any more.
void open_rides(Town& town) {
  const auto passenger = town.to_campus(Side::passenger, alice);
  const auto driver = town.to_campus(Side::campus_driver, dana);
  const auto ride = to_string(town.request_ride(passenger));
  town.act(driver, AcceptOpenOffer{ride});
  town.act(driver, SendRideMessage{"hi"});
  town.act(passenger, SendRideMessage{"hi"});
  town.act(driver, CompleteOpenRide{ride});
  town.request_ride(passenger);
  town.admin_does(set_roles(alice, {Role::customer}));
  CHECK(town.loop->projections().bookings.size() == 0);
}

std::size_t types_in(const EventLog& log, StreamKind kind) {
  std::set<std::string_view> types;
  for (const auto& envelope : read_all(log)) {
    if (envelope.stream.kind == kind) types.insert(type_of(envelope.event));
  }
  return types.size();
}

}  // namespace

TEST_CASE("an audit has nothing against what the loop lets bookings do", "[audit]") {
  Town town;
  ride_with_obstacles(town);
  early_ends(town);
  scheduled_rides(town);
  open_rides(town);
  CHECK(types_in(town.memory, StreamKind::booking) == std::variant_size_v<BookingEvent>);
}

TEST_CASE("an audit has nothing against offers that waited for a restart's grace", "[audit]") {
  Town town;
  const auto booking = town.ask_for(alice);
  const auto first = town.driver_of(booking);
  town.now += 1h;
  town.restart();
  town.connect_all();
  CHECK(town.driver_of(booking) == first);
  town.wait(10s);
  CHECK_FALSE(town.driver_of(booking) == first);
}

TEST_CASE("an audit has nothing against what the loop lets accounts and rooms do", "[audit]") {
  Physics stage;
  const auto id = stage.say(stage.guest, "hi");
  CHECK(stage.act(stage.guest, EditRoomMessage{id, "ho"}) == updated);
  CHECK(stage.act(stage.guest, DeleteRoomMessage{id}) == deleted);
  stage.ask(set_username(dana, "daniela"));
  stage.ask(removal("daniela"));
  stage.ask(add("daniela"));
  stage.ask(set_status(carol, AccountStatus::deleted));
  stage.ask(removal("carol"));
  stage.ask(set_status(carol, AccountStatus::active));
  stage.ask(RegisterAccount{account("zoe", {Role::customer})});
  stage.ask(EndSessions{to_string(alice)});
  stage.connect(Side::driver, erin, "phone");
  stage.connect(Side::customer, erin, "phone");
  stage.ask(AddAdminTemplate{"too far"});
  const TemplateId own{stage.next_id()};
  stage.ask(AddOwnTemplate{Stage::caller(Side::driver, bob), "flat tyre"});
  stage.ask(DeleteOwnTemplate{Stage::caller(Side::driver, bob), to_string(own)});

  const auto& log = stage.memory;
  CHECK(types_in(log, StreamKind::account) == std::variant_size_v<AccountEvent>);
  CHECK(types_in(log, StreamKind::cancellation_template) == std::variant_size_v<TemplateEvent>);
  CHECK(types_in(log, StreamKind::room) == std::variant_size_v<RoomEvent>);
}

}  // namespace hansom
