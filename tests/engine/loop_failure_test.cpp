// What the loop does when the log fails, or when it is not alone with it.

#include "engine/loop.hpp"
#include "tests/support/stage.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace hansom {
namespace {

using Fault = MemoryLog::Fault;

const Words unavailable{"error LOG_UNAVAILABLE"};

auto count(const Words& words, const std::string& word) {
  return std::count(words.begin(), words.end(), word);
}

/// A ride, of which the batch that is sent next fails.
struct Failing : Ride {
  explicit Failing(Fault fault) {
    heard_by_all();
    memory.fail_next_append(fault);
  }
};

/// The log fails and can't be opened again.
struct OutOfOrder : Failing {
  OutOfOrder() : Failing(Fault::lost) {
    memory.refuse_reopen(true);
    REQUIRE(act(driver, SubmitArrivalTime{id, 300}) == unavailable);
    REQUIRE_FALSE(loop->serving());
    journal.clear();
  }
};

}  // namespace

TEST_CASE("of a batch that was lost nothing is shown, and nothing stays", "[loop]") {
  Failing ride(Fault::lost);
  CHECK(ride.act(ride.driver, SubmitArrivalTime{ride.id, 300}) == unavailable);
  CHECK(ride.heard_by_all().empty());
  CHECK(ride.status_of(ride.booking) == BookingStatus::requested);
  CHECK(ride.loop->serving());
  ride.check_state();
  // The next try is as if there had been none.
  CHECK(ride.act(ride.driver, SubmitArrivalTime{ride.id, 60}) == Words{"arrival_time_accepted"});
  CHECK(ride.heard_by(ride.customer) == Words{"arrival_time_offered"});
  ride.check_state();
}

TEST_CASE("a batch that was written after all stays, and is shown once that is known", "[loop]") {
  Failing ride(Fault::written);
  CHECK(ride.act(ride.driver, SubmitArrivalTime{ride.id, 300}) ==
        Words{"error LOG_UNAVAILABLE", "arrival_time_accepted"});
  CHECK(ride.heard_by(ride.customer) == Words{"arrival_time_offered"});
  CHECK(ride.heard_by_all().empty());
  CHECK(ride.status_of(ride.booking) == BookingStatus::confirmation);
  ride.check_state();
  // The ride goes on from there.
  CHECK(ride.act(ride.customer, Resync{}) == Words{"snapshot"});
  CHECK(text_member(ride.last_frame(ride.customer), "booking_status") == "confirmation");
  CHECK(ride.act(ride.driver, SubmitArrivalTime{ride.id, 300}) ==
        Words{"error BOOKING_NOT_ASSIGNABLE"});
  CHECK(ride.act(ride.customer, AcceptOffer{ride.id}) == Words{"accept_accepted"});
  ride.check_state();
}

TEST_CASE("every sender of a failed batch hears of it once, as sockets and HTTP do", "[loop]") {
  Failing ride(Fault::lost);
  ride.send(ride.driver, SubmitArrivalTime{ride.id, 300});
  ride.send(ride.customer, Resync{});
  ride.send(ride.customer, AcceptOffer{"nonsense"});
  const auto request = ride.send_request(carol);
  const auto registration = ride.new_peer();
  ride.send(registration, RegisterAccount{account("zoe", {Role::driver})});
  ride.turn();
  CHECK(ride.heard_by(ride.driver) == unavailable);
  CHECK(ride.heard_by(ride.customer) == Words{"error LOG_UNAVAILABLE", "error LOG_UNAVAILABLE"});
  CHECK(text_member(ride.last_frame(ride.customer), "booking_id") == "nonsense");
  CHECK(ride.heard_by(request) == Words{"503 LOG_UNAVAILABLE"});
  CHECK(ride.heard_by(registration) == Words{"503 LOG_UNAVAILABLE"});
  CHECK(ride.heard_by_all().empty());
  ride.check_state();
}

TEST_CASE("who came in a failed batch is sent to come again, and who went is gone", "[loop]") {
  Failing ride(GENERATE(Fault::lost, Fault::written));
  const auto dana_peer = ride.send_connect(Side::driver, dana);
  const auto stranger = ride.send_connect(Side::driver, alice);
  const auto newcomer = ride.send_connect(Side::driver, bob);
  ride.send_request(carol);
  ride.send(ride.customer, Disconnect{});
  ride.turn();
  const Words come_again{"error LOG_UNAVAILABLE", "close 1013"};
  CHECK(ride.heard_by(dana_peer) == come_again);
  CHECK(ride.heard_by(stranger) == come_again);
  CHECK(ride.heard_by(newcomer) == come_again);
  CHECK(ride.heard_by(ride.driver) == Words{"error SESSION_REPLACED", "close 1008"});
  CHECK(ride.act(ride.customer, Resync{}).empty());
  CHECK(ride.act(dana_peer, Resync{}).empty());

  ride.heard_by_all();
  const auto again = ride.connect(Side::driver, dana);
  ride.request(carol);
  CHECK(ride.heard_by(again) == Words{"booking_assigned"});
  ride.check_state();
}

TEST_CASE("who moved in a failed batch has moved, and hears nothing of the failure", "[loop]") {
  Failing ride(Fault::lost);
  const auto far = ride.connect(Side::driver, dana);
  ride.act(far, UpdateLocation{airport.at});
  ride.send(ride.driver, UpdateLocation{home.at});
  ride.send(far, UpdateLocation{{51.5, 0}});
  ride.send_request(carol);
  ride.turn();
  CHECK(ride.heard_by(ride.driver).empty());
  CHECK(ride.heard_by(far).empty());
  ride.request(carol);
  CHECK(ride.heard_by(ride.driver) == Words{"booking_assigned"});
}

TEST_CASE("a deadline whose batch was lost fires again", "[loop]") {
  Failing ride(Fault::lost);
  ride.wait(30s);
  CHECK(ride.heard_by_all().empty());
  CHECK(ride.status_of(ride.booking) == BookingStatus::requested);
  ride.wait(1s);
  CHECK(ride.heard_by(ride.driver) == Words{"offer_expired", "booking_cancelled"});
  ride.check_state();
}

TEST_CASE("a failure is told of once, and so is the recovery", "[loop]") {
  Failing ride(Fault::lost);
  ride.journal.clear();
  ride.act(ride.driver, SubmitArrivalTime{ride.id, 300});
  CHECK(ride.journal == Words{"command submit_arrival_time", "append 1", "not appended",
                              "log failed: a failure was ordered", "refused LOG_UNAVAILABLE",
                              "reopen", "log ends at 8"});
}

TEST_CASE("while the log is out of order all are refused, and whoever connects is sent away",
          "[loop]") {
  OutOfOrder ride;
  CHECK(ride.act(ride.driver, SubmitArrivalTime{ride.id, 300}) == unavailable);
  CHECK(ride.act(ride.customer, Resync{}) == unavailable);
  CHECK(ride.act(ride.customer, Misspeak{{RefusalCode::invalid_json, "no JSON"}, std::nullopt}) ==
        unavailable);
  const auto request = ride.send_request(carol);
  const auto newcomer = ride.send_connect(Side::driver, dana);
  ride.turn();
  CHECK(ride.heard_by(request) == Words{"503 LOG_UNAVAILABLE"});
  CHECK(ride.heard_by(newcomer) == Words{"error LOG_UNAVAILABLE", "close 1013"});
  CHECK(ride.heard_by_all().empty());
}

TEST_CASE("while the log is out of order who leaves has left, and who moves has moved", "[loop]") {
  OutOfOrder ride;
  ride.act(ride.customer, Disconnect{});
  ride.act(ride.driver, UpdateLocation{home.at});
  ride.memory.refuse_reopen(false);
  ride.wait(1s);
  REQUIRE(ride.loop->serving());
  CHECK(ride.act(ride.customer, Resync{}).empty());
  const auto dana_peer = ride.connect(Side::driver, dana);
  ride.request(carol);
  CHECK(ride.heard_by(ride.driver) == Words{"booking_assigned"});
  CHECK(ride.heard_by(dana_peer).empty());
}

TEST_CASE("a log that is out of order is tried again once a second, and no more often", "[loop]") {
  OutOfOrder ride;
  const auto failed_at = ride.now;
  CHECK(ride.loop->next_due() == failed_at + 1s);
  for (int i = 0; i < 35; ++i) {
    ride.send(ride.driver, Resync{});
    ride.wait(100ms);
    CHECK(ride.loop->next_due() > ride.now);
  }
  CHECK(count(ride.journal, "reopen") == 3);
  CHECK(count(ride.journal, "log failed: a failure was ordered") == 3);
  CHECK(count(ride.journal, "append 1") == 0);

  ride.memory.refuse_reopen(false);
  ride.wait(400ms);
  CHECK_FALSE(ride.loop->serving());
  ride.heard_by_all();
  ride.now += 100ms;
  CHECK(ride.act(ride.driver, SubmitArrivalTime{ride.id, 300}) == Words{"arrival_time_accepted"});
  CHECK(ride.loop->serving());
  CHECK(count(ride.journal, "reopen") == 4);
  ride.check_state();
}

TEST_CASE("deadlines that fell due while the log was out of order fire when it is back", "[loop]") {
  OutOfOrder ride;
  ride.wait(1h);
  CHECK(ride.heard_by_all().empty());
  ride.memory.refuse_reopen(false);
  ride.wait(1s);
  CHECK(ride.heard_by(ride.driver) == Words{"offer_expired", "booking_cancelled"});
  ride.check_state();
}

TEST_CASE("a second failure right after the first is survived, too", "[loop]") {
  Failing ride(Fault::lost);
  ride.act(ride.driver, SubmitArrivalTime{ride.id, 300});
  ride.memory.fail_next_append(Fault::written);
  CHECK(ride.act(ride.driver, SubmitArrivalTime{ride.id, 300}) == unavailable);
  ride.wait(1s);
  CHECK(ride.heard_by(ride.driver) == Words{"arrival_time_accepted"});
  CHECK(ride.heard_by(ride.customer) == Words{"arrival_time_offered"});
  CHECK(ride.act(ride.customer, AcceptOffer{ride.id}) == Words{"accept_accepted"});
  ride.check_state();
}

TEST_CASE("what was withheld is shown though the turn in which the log came back fails, too",
          "[loop]") {
  Failing ride(Fault::written);
  ride.memory.refuse_reopen(true);
  CHECK(ride.act(ride.driver, SubmitArrivalTime{ride.id, 300}) == unavailable);
  REQUIRE_FALSE(ride.loop->serving());
  ride.memory.refuse_reopen(false);
  ride.memory.fail_next_append(Fault::lost);
  ride.now += 1s;
  // The log is back, this turn shows what was withheld, and fails: nobody has heard of it.
  ride.act(ride.customer, RejectBooking{ride.id});
  ride.wait(1s);
  ride.wait(1s);
  Words heard = ride.heard_by(ride.driver);
  CHECK(heard == Words{"arrival_time_accepted"});
  ride.check_state();
}

TEST_CASE("what another writer appended is found out by a conflict, and folded", "[loop]") {
  Ride ride;
  ride.has_foreign_events = true;
  ride.heard_by_all();
  Story foreign(ride.memory.end());
  foreign.tell(StreamId(AccountId{uuid(77)}),
               Event(AccountEvent(account("zoe", {Role::customer}))));
  foreign.tell(StreamId(ride.booking), Event(BookingEvent(arrival_submitted())), noon + 1s);
  REQUIRE(ride.memory.append(ride.memory.end(), foreign.events()));

  CHECK(ride.act(ride.driver, SubmitArrivalTime{ride.id, 60}) ==
        Words{"error LOG_UNAVAILABLE", "arrival_time_accepted"});
  CHECK(ride.heard_by(ride.customer) == Words{"arrival_time_offered"});
  CHECK(ride.heard_by_all().empty());
  CHECK(ride.loop->serving());
  ride.check_state();
  CHECK(ride.status_of(ride.booking) == BookingStatus::confirmation);
  CHECK(ride.loop->projections().accounts.find_email("zoe@example.com"));
  CHECK(ride.act(ride.customer, AcceptOffer{ride.id}) == Words{"accept_accepted"});
  CHECK(ride.heard_by(ride.driver) == Words{"customer_accepted"});
}

// It may have been another server, which took the log over while it was out of order.
TEST_CASE("whom another writer put out is put out here as well", "[loop]") {
  Ride ride;
  ride.has_foreign_events = true;
  const auto other = ride.connect(Side::driver, dana);
  ride.heard_by_all();
  Story foreign(ride.memory.end());
  foreign.tell(StreamId(bob), Event(AccountEvent(AccountStatusChanged{AccountStatus::blocked})));
  REQUIRE(ride.memory.append(ride.memory.end(), foreign.events()));

  ride.send_request(carol);
  ride.turn();
  ride.turn();
  CHECK(ride.heard_by(ride.driver) == Words{"force_disconnect", "close 1008"});
  CHECK(ride.heard_by(other) == Words{"booking_assigned"});
  ride.check_state();
}

TEST_CASE("a start over a log that can't be read fails", "[loop]") {
  struct Unreadable final : EventLog {
    LogResult failed() const {
      return std::unexpected(LogError{LogError::Kind::damaged, "damaged at position 3"});
    }
    void begin_append(Position, std::span<const Envelope>, Appended then) override {
      then(failed());
    }
    void finish_appends() override {}
    LogResult read(Position, const Visit&) const override { return failed(); }
    LogResult read_stream(const StreamId&, const Visit&) const override { return failed(); }
    LogResult read_mentions(const Subject&, Position, const Visit&) const override {
      return failed();
    }
    HighWaterMark mark() const override { return {}; }
    std::expected<bool, LogError> holds(const HighWaterMark&) const override { return false; }
    LogResult reopen() override { return failed(); }
  } log;
  Words journal;
  JournalObserver observer(journal);
  const net::WireRenderer renderer;
  const Rules rules;
  Gathering said;
  Loop loop(log, rules, renderer, observer, said, [] { return uuid(1); });
  const auto started = loop.start(noon);
  REQUIRE_FALSE(started);
  CHECK(started.error().message == "damaged at position 3");
}

TEST_CASE("a turn of more events than the log takes at once is durable as a whole, or not at all",
          "[loop]") {
  Stage stage;
  const bool fails = GENERATE(false, true);
  const auto fault = GENERATE(Fault::lost, Fault::written);
  const auto before = stage.memory.end();
  std::vector<PeerId> requests;
  for (int i = 0; i < 2'000; ++i) requests.push_back(stage.send_request(alice));
  if (fails) stage.memory.fail_next_append(fault);
  stage.turn();
  // Each is granted, and given up at once, as there is no driver.
  const auto is_there = !fails || fault == Fault::written;
  CHECK(stage.memory.end() == Position{before.value + (is_there ? 4'000 : 0)});
  CHECK(read_all(stage.memory).size() == stage.memory.end().value);
  for (const auto request : requests) {
    REQUIRE(stage.heard_by(request) == Words{fails ? "503 LOG_UNAVAILABLE" : "201 CREATED"});
  }
  CHECK(stage.loop->projections().end == stage.memory.end());
}

TEST_CASE("a farewell that a lost batch promised is not bid", "[loop]") {
  Stage stage;
  const auto peer = stage.connect(Side::customer, alice);
  stage.memory.fail_next_append(Fault::lost);
  const auto request = stage.send_request(alice);  // finds no driver: granted and cancelled at once
  stage.turn();
  REQUIRE(stage.heard_by(request) == Words{"503 LOG_UNAVAILABLE"});
  stage.wait(1s);
  CHECK(stage.heard_by(peer).empty());
}

TEST_CASE("a farewell that is due in a batch that fails is bid all the same", "[loop]") {
  Ride ride;
  ride.start();
  ride.complete();
  ride.heard_by_all();
  ride.now += 200ms;
  ride.memory.fail_next_append(Fault::lost);
  ride.send_request(carol);
  ride.turn();
  ride.wait(1s);
  CHECK(ride.heard_by(ride.customer) == Words{"close 1000"});
}

TEST_CASE("an account whose registration was lost is not greeted", "[loop]") {
  Stage stage;
  stage.memory.fail_next_append(Fault::lost);
  const auto registration = stage.new_peer();
  const auto socket = stage.new_peer();
  stage.send(registration, RegisterAccount{account("zoe", {Role::driver})});
  stage.send(socket, Connect{Side::driver, {"zoe@example.com", std::nullopt, std::nullopt}, {}});
  stage.turn();
  CHECK(count(stage.heard_by(socket), "connected") == 0);
}

TEST_CASE("nobody is sent away for a ride that was lost", "[loop]") {
  Ride ride;
  ride.offer();
  ride.heard_by_all();
  ride.memory.fail_next_append(Fault::lost);
  ride.send(ride.customer, AcceptOffer{ride.id});
  const auto newcomer = ride.send_connect(Side::driver, bob);
  ride.turn();
  REQUIRE(ride.status_of(ride.booking) == BookingStatus::confirmation);
  CHECK(count(ride.heard_by(newcomer), "error ONGOING_RIDE_ELSEWHERE") == 0);
}

// On a full disk opening works and appending does not, and an overdue deadline is due again at
// once.
TEST_CASE("a log that opens but takes nothing is tried once a second", "[loop]") {
  Failing ride(Fault::lost);
  ride.journal.clear();
  ride.now += 30s;
  for (int i = 0; i < 10; ++i) {
    ride.memory.fail_next_append(Fault::lost);
    ride.turn();
  }
  CHECK(count(ride.journal, "reopen") <= 1);
}

}  // namespace hansom
