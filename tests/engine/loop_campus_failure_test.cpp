// Campus when the log fails.

#include "engine/loop.hpp"
#include "tests/support/campus_stage.hpp"

#include <catch2/catch.hpp>

namespace hansom {
namespace {

using Fault = MemoryLog::Fault;

}  // namespace

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
