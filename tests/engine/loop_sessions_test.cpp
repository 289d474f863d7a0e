// Who is connected (PROTOCOL.md, Sockets and accounts).

#include "engine/loop.hpp"
#include "tests/support/stage.hpp"

#include <catch2/catch.hpp>

namespace hansom {
namespace {

const Words replaced{"error SESSION_REPLACED", "close 1008"};
const Words ride_elsewhere{"error ONGOING_RIDE_ELSEWHERE", "close 1008"};

Identity by_id(AccountId account) { return {std::nullopt, to_string(account), std::nullopt}; }
Identity by_subject(AccountId account) { return {std::nullopt, std::nullopt, to_string(account)}; }

}  // namespace

TEST_CASE("a socket is greeted with the account's id", "[loop]") {
  Stage stage;
  CHECK(text_member(stage.last_frame(stage.connect(Side::driver, bob)), "driver_id") ==
        to_string(bob));
  CHECK(text_member(stage.last_frame(stage.connect(Side::customer, alice)), "customer_id") ==
        to_string(alice));
}

TEST_CASE("an account is found by email, by user id or by subject", "[loop]") {
  Stage stage;
  const auto identity =
      GENERATE(Identity{"BOB@example.com", std::nullopt, std::nullopt}, by_id(bob), by_subject(bob),
               Identity{"bob@example.com", to_string(dana), "x"},  // the email counts first
               Identity{"nobody@example.com", to_string(bob), std::nullopt},  // then what is known
               Identity{std::nullopt, "bob", to_string(bob)});
  const auto peer = stage.new_peer();
  CHECK(stage.act(peer, Connect{Side::driver, identity, std::nullopt}) == Words{"connected"});
  CHECK(text_member(stage.last_frame(peer), "driver_id") == to_string(bob));
}

TEST_CASE("who is not on that side is told so, and closed", "[loop]") {
  Stage stage;
  const auto [side, identity, words] = GENERATE(table<Side, Identity, Words>({
      {Side::driver, by_id(alice), {"error DRIVER_NOT_FOUND", "close 1008"}},
      {Side::driver, Identity{}, {"error DRIVER_NOT_FOUND", "close 1008"}},
      {Side::driver, by_id(AccountId{uuid(1)}), {"error DRIVER_NOT_FOUND", "close 1008"}},
      {Side::customer, by_id(bob), {"error CUSTOMER_NOT_FOUND", "close 1008"}},
      {Side::customer, Identity{}, {"error CUSTOMER_NOT_FOUND", "close 1008"}},
  }));
  const auto peer = stage.new_peer();
  CHECK(stage.act(peer, Connect{side, identity, std::nullopt}) == words);
  CHECK(stage.act(peer, Resync{}).empty());
  CHECK(stage.loop->projections().roster.size() == 0);
}

TEST_CASE("a newcomer takes the place of the older socket, which is told and closed", "[loop]") {
  Stage stage;
  const auto [side, account] =
      GENERATE(table<Side, AccountId>({{Side::driver, bob}, {Side::customer, alice}}));
  const auto older = stage.connect(side, account);
  const auto newer = stage.connect(side, account);
  CHECK(stage.heard_by(older) == replaced);
  CHECK(stage.act(older, Resync{}).empty());
  CHECK(stage.act(newer, Resync{}) == Words{"snapshot"});
  // The older socket's end is not the newer one's.
  stage.act(older, Disconnect{});
  CHECK(stage.act(newer, Resync{}) == Words{"snapshot"});
}

TEST_CASE("a driver whose older socket ends after the newer came is still there", "[loop]") {
  Stage stage;
  const auto older = stage.connect(Side::driver, bob);
  stage.act(older, UpdateLocation{home.at});
  const auto newer = stage.connect(Side::driver, bob);
  stage.act(older, Disconnect{});
  CHECK(stage.loop->projections().roster.size() == 1);
  stage.request(alice);
  CHECK(stage.heard_by(newer) == Words{"booking_assigned"});
  stage.act(newer, Disconnect{});
  CHECK(stage.loop->projections().roster.size() == 0);
}

TEST_CASE("an account that drives and rides has a socket on each side", "[loop]") {
  Stage stage;
  const auto driving = stage.connect(Side::driver, erin);
  const auto riding = stage.connect(Side::customer, erin);
  CHECK(stage.heard_by_all().empty());
  stage.request(alice);
  CHECK(stage.heard_by(driving) == Words{"booking_assigned"});
  CHECK(stage.heard_by(riding).empty());
  stage.act(riding, Disconnect{});
  CHECK(stage.loop->projections().roster.size() == 1);
  CHECK(stage.act(driving, Resync{}) == Words{"snapshot"});
}

TEST_CASE("a driver with a ride on the way is kept on the device that has it", "[loop]") {
  Stage stage;
  const auto [mine, theirs, refused] =
      GENERATE(table<std::optional<std::string>, std::optional<std::string>, bool>({
          {"phone-1", "phone-2", true},
          {"phone-1", std::nullopt, true},
          {std::nullopt, "phone-1", true},
          {std::nullopt, std::nullopt, true},
          {"phone-1", "phone-1", false},
      }));
  const auto driver = stage.connect(Side::driver, bob, mine);
  const auto customer = stage.connect(Side::customer, alice);
  const auto id = to_string(stage.request(alice));
  stage.act(driver, SubmitArrivalTime{id, 300});
  stage.act(customer, AcceptOffer{id});
  stage.heard_by_all();

  const auto newcomer = stage.send_connect(Side::driver, bob, theirs);
  stage.turn();
  if (refused) {
    CHECK(stage.heard_by(newcomer) == ride_elsewhere);
    CHECK(stage.heard_by(driver).empty());
    CHECK(stage.act(driver, CompleteRide{id}) == Words{"complete_accepted"});
  } else {
    CHECK(stage.heard_by(newcomer) == Words{"connected"});
    CHECK(stage.heard_by(driver) == replaced);
    CHECK(stage.act(newcomer, CompleteRide{id}) == Words{"complete_accepted"});
  }
}

TEST_CASE("before and after the ride any device may take the driver's place", "[loop]") {
  Ride ride;
  ride.offer();
  ride.driver = ride.connect(Side::driver, bob, "phone-2");
  ride.start();
  ride.complete();
  ride.connect(Side::driver, bob, "phone-3");
  CHECK(ride.heard_by(ride.driver) == replaced);
}

TEST_CASE("a driver whose socket is gone may take up the ride on any device", "[loop]") {
  Ride ride;
  ride.start();
  ride.act(ride.driver, Disconnect{});
  const auto newcomer = ride.connect(Side::driver, bob, "phone-2");
  CHECK(ride.act(newcomer, CompleteRide{ride.id}) == Words{"complete_accepted"});
}

TEST_CASE("a customer's newcomer is never refused for a ride", "[loop]") {
  Ride ride;
  ride.start();
  ride.connect(Side::customer, alice, "phone-2");
  CHECK(ride.heard_by(ride.customer) == replaced);
}

TEST_CASE("losing a socket changes nothing about a booking", "[loop]") {
  Ride ride;
  ride.act(ride.driver, Disconnect{});
  ride.act(ride.customer, Disconnect{});
  CHECK(ride.status_of(ride.booking) == BookingStatus::requested);
  const auto driver = ride.connect(Side::driver, bob);
  CHECK(ride.act(driver, SubmitArrivalTime{ride.id, 300}) == Words{"arrival_time_accepted"});
}

}  // namespace hansom
