// Turns that are decided while the ones before are still being written.

#include "engine/loop.hpp"
#include "tests/support/stage.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace hansom {
namespace {

using Fault = MemoryLog::Fault;

const Words unavailable{"error LOG_UNAVAILABLE"};

/// A ride on a log that holds what it is given.
struct Hurried : Ride {
  Hurried() {
    heard_by_all();
    memory.hold_appends(true);
    more_wait = [] { return true; };
  }
  /// Lets the ride be on the way, durably.
  void set_out() {
    start();
    finish();
    heard_by_all();
  }
};

}  // namespace

TEST_CASE("turns that are in flight are shown once they are durable, in order", "[loop]") {
  Hurried ride;
  CHECK(ride.act(ride.driver, SubmitArrivalTime{ride.id, 300}).empty());
  CHECK(ride.act(ride.customer, AcceptOffer{ride.id}).empty());
  CHECK(ride.act(ride.driver, SendChatMessage{ride.id, "I'm there."}).empty());
  CHECK(ride.heard_by_all().empty());
  ride.finish();
  ride.check_heard({{ride.driver, {"arrival_time_accepted", "customer_accepted", "chat_message"}},
                    {ride.customer, {"arrival_time_offered", "accept_accepted", "chat_message"}}});
  ride.check_state();
}

TEST_CASE("a turn that is waited for shows those before it first", "[loop]") {
  Hurried ride;
  ride.act(ride.driver, SubmitArrivalTime{ride.id, 300});
  ride.more_wait = {};
  CHECK(ride.act(ride.customer, AcceptOffer{ride.id}) ==
        Words{"arrival_time_offered", "accept_accepted"});
  ride.check_state();
}

TEST_CASE("a refusal that rests on what is in flight is not heard before that is durable",
          "[loop]") {
  Hurried ride;
  ride.act(ride.driver, SubmitArrivalTime{ride.id, 300});
  CHECK(ride.act(ride.driver, SubmitArrivalTime{ride.id, 60}).empty());
  ride.finish();
  CHECK(ride.heard_by(ride.driver) ==
        Words{"arrival_time_accepted", "error BOOKING_NOT_ASSIGNABLE"});
}

TEST_CASE("when a turn fails, those that rest on it are taken back with it", "[loop]") {
  Hurried ride;
  ride.memory.fail_next_append(Fault::lost);
  ride.act(ride.driver, SubmitArrivalTime{ride.id, 300});
  ride.act(ride.customer, AcceptOffer{ride.id});
  const auto request = ride.send_request(carol);
  ride.turn();
  CHECK(ride.heard_by_all().empty());
  ride.finish();
  ride.check_heard({{ride.driver, unavailable},
                    {ride.customer, unavailable},
                    {request, {"503 LOG_UNAVAILABLE"}}});
  CHECK(ride.status_of(ride.booking) == BookingStatus::requested);
  CHECK(ride.loop->serving());
  ride.check_state();
  ride.act(ride.driver, SubmitArrivalTime{ride.id, 60});
  ride.finish();
  CHECK(ride.heard_by(ride.driver) == Words{"arrival_time_accepted"});
}

TEST_CASE("of turns in flight, one that was written after all is shown, and no other", "[loop]") {
  Hurried ride;
  ride.memory.fail_next_append(Fault::written);
  ride.act(ride.driver, SubmitArrivalTime{ride.id, 300});
  ride.act(ride.customer, AcceptOffer{ride.id});
  ride.finish();
  ride.check_heard({{ride.driver, {"error LOG_UNAVAILABLE", "arrival_time_accepted"}},
                    {ride.customer, {"error LOG_UNAVAILABLE", "arrival_time_offered"}}});
  CHECK(ride.status_of(ride.booking) == BookingStatus::confirmation);
  ride.check_state();
}

TEST_CASE("what was durable before a turn failed stays, and was shown once", "[loop]") {
  Hurried ride;
  ride.act(ride.driver, SubmitArrivalTime{ride.id, 300});
  ride.memory.finish_appends();
  ride.memory.fail_next_append(Fault::lost);
  ride.send(ride.customer, AcceptOffer{ride.id});
  ride.turn();
  ride.finish();
  ride.check_heard({{ride.driver, {"arrival_time_accepted"}},
                    {ride.customer, {"arrival_time_offered", "error LOG_UNAVAILABLE"}}});
  CHECK(ride.status_of(ride.booking) == BookingStatus::confirmation);
  ride.check_state();
}

TEST_CASE("the next turn takes back what failed, before it decides", "[loop]") {
  Hurried ride;
  ride.memory.fail_next_append(Fault::lost);
  ride.act(ride.driver, SubmitArrivalTime{ride.id, 300});
  ride.memory.finish_appends();
  CHECK(ride.heard_by_all().empty());
  ride.more_wait = {};
  CHECK(ride.act(ride.customer, AcceptOffer{ride.id}) == Words{"error BOOKING_NOT_ACCEPTABLE"});
  CHECK(ride.heard_by(ride.driver) == unavailable);
  ride.check_state();
}

TEST_CASE("who came in a turn that failed is sent to come again, whatever they said since",
          "[loop]") {
  Hurried ride;
  ride.memory.fail_next_append(Fault::lost);
  ride.send_request(carol);
  const auto newcomer = ride.send_connect(Side::driver, bob);
  ride.turn();
  ride.act(newcomer, SubmitArrivalTime{ride.id, 300});
  ride.finish();
  CHECK(ride.heard_by(newcomer) == Words{"error LOG_UNAVAILABLE", "close 1013"});
  CHECK(ride.heard_by(ride.driver) == Words{"error SESSION_REPLACED", "close 1008"});
}

TEST_CASE("history shows what is in flight", "[loop]") {
  Hurried ride;
  ride.act(ride.driver, SubmitArrivalTime{ride.id, 300});
  ride.act(ride.customer, AcceptOffer{ride.id});
  ride.act(ride.driver, CompleteRide{ride.id});
  ride.heard_by_all();
  ride.act(ride.customer, Resync{ride.id});
  ride.finish();
  CHECK(ride.heard_by(ride.customer).back() == "snapshot");
  CHECK(text_member(ride.last_frame(ride.customer), "booking_status") == "completed");
}

// What ended has left memory, and the log never heard that it ended: nothing may be decided on it.
TEST_CASE("nothing is decided on a history that lacks what is in flight", "[loop]") {
  Hurried ride;
  ride.set_out();
  ride.journal.clear();
  ride.memory.fail_next_append(Fault::lost);
  ride.act(ride.driver, CompleteRide{ride.id});
  const auto request = ride.new_peer();
  ride.send(request, CancelRideByCustomer{Stage::caller(Side::customer, alice), ride.id});
  ride.turn();
  ride.finish();
  CHECK(ride.heard_by(request) == Words{"503 LOG_UNAVAILABLE"});
  CHECK(ride.heard_by(ride.driver) == unavailable);
  CHECK(std::ranges::count(ride.journal, "log failed: a failure was ordered") == 1);
  CHECK(ride.status_of(ride.booking) == BookingStatus::on_the_way);
  ride.check_state();
}

TEST_CASE("a farewell that turns in flight promised, or bid, follows what became of them",
          "[loop]") {
  Hurried ride;
  ride.set_out();
  SECTION("promised, and the ride goes on") {
    ride.memory.fail_next_append(Fault::lost);
    ride.act(ride.driver, CompleteRide{ride.id});
    ride.finish();
    ride.wait(1s);
    ride.finish();
    CHECK(ride.heard_by(ride.customer).empty());
  }
  SECTION("bid, and the ride has ended") {
    ride.act(ride.driver, CompleteRide{ride.id});
    ride.finish();
    ride.memory.fail_next_append(Fault::lost);
    ride.send_request(carol);
    ride.wait(200ms);
    ride.finish();
    CHECK(ride.heard_by(ride.customer) == Words{"ride_completed", "close 1000"});
  }
}

TEST_CASE("so many turns are in flight and no more", "[loop]") {
  Hurried ride;
  ride.set_out();
  const SendChatMessage message{ride.id, "hello"};
  for (std::size_t i = 0; i < turns_in_flight_max; ++i) ride.act(ride.driver, message);
  CHECK(ride.heard_by_all().empty());
  ride.send(ride.driver, message);
  ride.turn();
  CHECK(ride.heard_by(ride.customer).size() == turns_in_flight_max + 1);
}

}  // namespace hansom
