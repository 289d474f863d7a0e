// What is shown again after a position (PROTOCOL.md, Chat and catching up).

#include "engine/loop.hpp"
#include "tests/support/stage.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace hansom {
namespace {

using Frames = std::vector<std::string>;

std::uint64_t seq_of(const std::string& frame) {
  const auto json = net::read_json(frame).value();
  return static_cast<std::uint64_t>(net::number_member(json, "seq", 0, 1e15).value_or(0));
}

/// A stage that keeps every push and ack that a peer was shown, and the last burst.
struct Kept : Stage {
  std::map<PeerId, Frames> pushed;
  std::map<PeerId, Frames> bursts;
  std::map<PeerId, int> parts;
  std::map<PeerId, bool> waits_for_drained;

  explicit Kept(Rules with = {}) : Stage(with) {
    outbox_seen = [this](const Outbox& outbox) {
      for (const auto& [to, what] : outbox) {
        if (const auto* frame = std::get_if<Frame>(&what); frame && seq_of(**frame) > 0) {
          pushed[to].push_back(**frame);
        }
        if (const auto* burst = std::get_if<Burst>(&what)) {
          for (const auto& each : burst->frames) bursts[to].push_back(*each);
          ++parts[to];
          waits_for_drained[to] = burst->report_drained;
        }
      }
    };
  }

  /// What the peer was shown of events after a position.
  Frames shown_after(PeerId peer, std::uint64_t position) {
    auto frames = pushed[peer];
    std::erase_if(frames, [&](const auto& frame) { return seq_of(frame) <= position; });
    return frames;
  }
  /// What a peer is shown again after a position; behind it there has to be a snapshot.
  Frames shown_again(PeerId peer, std::uint64_t since) {
    bursts.erase(peer);
    parts.erase(peer);
    act(peer, Resync{std::nullopt, Position{since}});
    while (waits_for_drained[peer]) drain(peer);
    return replay_of(peer);
  }
  /// The net floor has sent all that there was.
  void drain(PeerId peer) {
    waits_for_drained[peer] = false;
    act(peer, Drained{});
  }
  Frames replay_of(PeerId peer) {
    auto frames = bursts[peer];
    REQUIRE_FALSE(frames.empty());
    snapshot = frames.back();
    CHECK(text_member(net::read_json(snapshot).value(), "type") == "snapshot");
    frames.pop_back();
    return frames;
  }
  std::uint64_t end() const { return memory.end().value; }

  std::string snapshot;  ///< at the end of the last replay
};

/// Two drivers and two customers who go through every way that a booking can take. Alice has one in
/// progress all the time, so that her socket stays open.
struct Chronicle : Kept {
  PeerId with_bob = connect(Side::driver, bob);
  PeerId with_dana = connect(Side::driver, dana);
  PeerId with_alice = connect(Side::customer, alice);
  PeerId with_carol = connect(Side::customer, carol);

  Chronicle() {
    auto scheduled = request_of(alice);
    scheduled.scheduled_for = noon + 24h;
    send(new_peer(), scheduled);
    turn();
    const auto planned = loop->projections().bookings.of_customer(alice).at(0);
    asked(planned, AcceptScheduledBooking{to_string(planned)});

    const auto ride = next_request(alice);
    asked(ride, DeclineOffer{to_string(ride), {std::nullopt, "too far"}});
    start(ride);
    asked(ride, SendChatMessage{to_string(ride), "I am here"});
    step(with_alice, SendChatMessage{to_string(ride), "so am I"});
    asked(ride, CompleteRide{to_string(ride)});

    const auto rejected = next_request(alice);
    step(with_alice, RejectBooking{to_string(rejected)});

    const auto given_up = next_request(alice);
    start(given_up);
    GivenReason reason{std::nullopt, "flat tyre"};
    const auto driver = loop->projections().bookings.find(given_up)->driver->account;
    step(new_peer(), CancelRideByDriver{caller(Side::driver, driver), to_string(given_up), reason});

    const auto called_off = next_request(alice);
    start(called_off);
    step(new_peer(), CancelRideByCustomer{caller(Side::customer, alice), to_string(called_off)});

    const auto accepted_late = next_request(alice);
    asked(accepted_late, SubmitArrivalTime{to_string(accepted_late), 300});
    wait(120s);
    asked(accepted_late, CompleteRide{to_string(accepted_late)});

    next_request(carol);
    wait(30s);
    wait(30s);  // nobody is left: carol is told, and stays for now
    heard_by_all();
  }

  void step(PeerId peer, Command command) {
    now += 10ms;
    act(peer, std::move(command));
  }
  /// What the driver does who is asked, or has the ride.
  void asked(BookingId booking, Command command) {
    const auto driver = loop->projections().bookings.find(booking)->driver->account;
    step(driver == bob ? with_bob : with_dana, std::move(command));
  }
  BookingId next_request(AccountId customer) {
    now += 10ms;
    return request(customer);
  }
  void start(BookingId booking) {
    asked(booking, SubmitArrivalTime{to_string(booking), 300});
    step(with_alice, AcceptOffer{to_string(booking)});
  }
};

}  // namespace

TEST_CASE("what is shown again is what was shown, frame by frame, from any position on", "[loop]") {
  Chronicle story;
  for (const auto peer : {story.with_bob, story.with_dana, story.with_alice, story.with_carol}) {
    CHECK_FALSE(story.pushed[peer].empty());
    for (std::uint64_t since = 1; since <= story.end() + 2; ++since) {
      INFO("peer " << peer.value << " since " << since);
      CHECK(story.shown_again(peer, since) == story.shown_after(peer, since));
    }
  }
}

TEST_CASE("after a restart the same is shown again", "[loop]") {
  Chronicle story;
  const auto expected = story.shown_after(story.with_bob, 1);
  story.restart();
  const auto driver = story.connect(Side::driver, bob);
  CHECK(story.shown_again(driver, 1) == expected);
}

TEST_CASE("what happened while a socket was gone is shown again", "[loop]") {
  Kept stage;
  const auto driver = stage.connect(Side::driver, bob);
  const auto gone = stage.connect(Side::customer, alice);
  const auto id = to_string(stage.request(alice));
  const auto seen = stage.end();
  stage.act(gone, Disconnect{});
  stage.act(driver, SubmitArrivalTime{id, 300});
  stage.wait(120s);
  stage.act(driver, CompleteRide{id});
  const auto back = stage.connect(Side::customer, alice);
  CHECK(stage.act(back, Resync{std::nullopt, Position{seen}}) ==
        Words{"arrival_time_offered, offer_auto_accepted, ride_completed, snapshot"});
}

TEST_CASE("one side of an account is not shown the other's pushes", "[loop]") {
  Kept stage;
  const auto driving = stage.connect(Side::driver, erin);
  const auto riding = stage.connect(Side::customer, erin);
  stage.request(alice);  // asks erin
  const auto driver = stage.connect(Side::driver, bob);
  const auto own = to_string(stage.request(erin));  // asks bob
  stage.act(driver, SubmitArrivalTime{own, 300});
  CHECK(stage.act(driving, Resync{std::nullopt, Position{1}}) ==
        Words{"booking_assigned, snapshot"});
  CHECK(stage.act(riding, Resync{std::nullopt, Position{1}}) ==
        Words{"arrival_time_offered, snapshot"});
}

TEST_CASE("of a long history little is looked at in a turn, and nothing is missed", "[loop]") {
  Rules rules;
  rules.max_attempts = 1;
  Kept stage(rules);
  const auto driver = stage.connect(Side::driver, bob);
  for (std::size_t i = 0; i < replay_looked_at_max; ++i) {
    stage.request(alice);
    stage.wait(rules.driver_response_time);  // expires, and is cancelled
  }
  const auto shown = stage.shown_after(driver, 1);
  CHECK(shown.size() >= 2 * replay_looked_at_max);
  CHECK(stage.shown_again(driver, 1) == shown);
  CHECK(stage.parts[driver] > 4);
  // Something happens while it is still looked for.
  stage.bursts.erase(driver);
  stage.act(driver, Resync{std::nullopt, Position{1}});
  CHECK(stage.bursts[driver].empty());
  stage.request(alice);
  while (stage.waits_for_drained[driver]) stage.drain(driver);
  const auto again = stage.replay_of(driver);
  REQUIRE(again.size() == shown.size() + 1);
  CHECK(std::equal(shown.begin(), shown.end(), again.begin()));
}

TEST_CASE("since 0 is since the beginning of what is in progress", "[loop]") {
  Kept stage;
  const auto driver = stage.connect(Side::driver, bob);
  const auto customer = stage.connect(Side::customer, alice);
  const auto resync = [&](PeerId peer) {
    return stage.act(peer, Resync{std::nullopt, Position{0}});
  };
  CHECK(resync(driver) == Words{"snapshot"});  // nothing ever happened

  const auto first = to_string(stage.request(alice));
  stage.act(customer, RejectBooking{first});
  CHECK(resync(driver) == Words{"snapshot"});  // nothing is in progress

  const auto second = to_string(stage.request(alice));
  CHECK(resync(driver) == Words{"booking_assigned, snapshot"});
  CHECK(resync(customer) == Words{"snapshot"});
  stage.act(driver, SubmitArrivalTime{second, 300});
  const auto third = to_string(stage.request(alice));
  stage.act(customer, RejectBooking{third});
  // What came and went meanwhile is part of it.
  CHECK(resync(driver) == Words{"booking_assigned, arrival_time_accepted, booking_assigned, "
                                "customer_rejected, snapshot"});
  CHECK(resync(customer) == Words{"arrival_time_offered, reject_accepted, snapshot"});
}

TEST_CASE("without since nothing comes again", "[loop]") {
  Ride ride;
  ride.start();
  CHECK(ride.act(ride.driver, Resync{}) == Words{"snapshot"});
  CHECK(ride.act(ride.driver, Resync{ride.id}) == Words{"snapshot"});
}

TEST_CASE("a booking that is named is the snapshot's, not the replay's", "[loop]") {
  Kept stage;
  const auto driver = stage.connect(Side::driver, bob);
  const auto first = to_string(stage.request(alice));
  stage.request(carol);
  CHECK(stage.act(driver, Resync{first, Position{1}}) ==
        Words{"booking_assigned, booking_assigned, snapshot"});
  stage.replay_of(driver);
  CHECK(stage.snapshot.find(first) != std::string::npos);
  CHECK(stage.act(driver, Resync{"nonsense", Position{1}}) == Words{"error BOOKING_NOT_FOUND"});
}

TEST_CASE("what was decided before a resync in its turn is shown again, what comes after is not",
          "[loop]") {
  Ride ride;
  ride.heard_by_all();
  const auto before = ride.memory.end();
  ride.send(ride.driver, SubmitArrivalTime{ride.id, 300});
  ride.send(ride.driver, Resync{std::nullopt, before});
  ride.send(ride.customer, Resync{std::nullopt, before});
  ride.send(ride.customer, AcceptOffer{ride.id});
  ride.turn();
  CHECK(ride.heard_by(ride.driver) ==
        Words{"arrival_time_accepted", "arrival_time_accepted, snapshot", "customer_accepted"});
  CHECK(ride.heard_by(ride.customer) ==
        Words{"arrival_time_offered", "arrival_time_offered, snapshot", "accept_accepted"});
}

TEST_CASE("a booking that was made or ended in the same turn is shown again", "[loop]") {
  Ride ride;
  ride.start();
  const auto before = ride.memory.end();
  ride.send(ride.driver, CompleteRide{ride.id});
  ride.send_request(carol);
  ride.send(ride.driver, Resync{std::nullopt, before});
  ride.turn();
  CHECK(ride.heard_by(ride.driver) == Words{"complete_accepted", "booking_assigned",
                                            "complete_accepted, booking_assigned, snapshot"});
}

TEST_CASE("who connects in the turn of an event is shown it once, before or after the snapshot",
          "[loop]") {
  Kept stage;
  const auto driver = stage.connect(Side::driver, bob);
  const auto id = to_string(stage.request(alice));
  const auto before = stage.memory.end();
  const bool event_first = GENERATE(true, false);
  if (event_first) stage.send(driver, SubmitArrivalTime{id, 300});
  const auto customer = stage.send_connect(Side::customer, alice);
  stage.send(customer, Resync{std::nullopt, before});
  if (!event_first) stage.send(driver, SubmitArrivalTime{id, 300});
  stage.turn();
  CHECK(stage.heard_by(customer) == (event_first
                                         ? Words{"connected", "arrival_time_offered, snapshot"}
                                         : Words{"connected", "snapshot", "arrival_time_offered"}));
}

/// A ride with so much chat that it comes again in several parts.
struct Talkative : Kept {
  PeerId driver = connect(Side::driver, bob);
  PeerId customer = connect(Side::customer, alice);
  std::string id = to_string(request(alice));

  Talkative() {
    act(driver, SubmitArrivalTime{id, 300});
    act(customer, AcceptOffer{id});
    for (int i = 0; i < 60; ++i) say(i % 2 ? customer : driver);
    turn();
  }
  void say(PeerId from) { send(from, SendChatMessage{id, std::string(1'000, 'x')}); }
};

TEST_CASE("what is large comes again in parts, each when the one before is sent", "[loop]") {
  Talkative stage;
  const auto since = GENERATE(0u, 1u);
  const auto frames = stage.shown_again(stage.driver, since);
  // In brackets: a failure would show megabytes.
  CHECK((frames == stage.shown_after(stage.driver, since)));
  CHECK(stage.parts[stage.driver] > 4);
}

TEST_CASE("what happens between two parts comes in its turn, and the snapshot after it", "[loop]") {
  Talkative stage;
  stage.act(stage.driver, Resync{std::nullopt, Position{1}});
  REQUIRE(stage.waits_for_drained[stage.driver]);
  stage.say(stage.customer);
  stage.turn();
  CHECK(stage.heard_by(stage.driver).empty());
  const auto heard_by_customer = stage.pushed[stage.customer].back();
  while (stage.waits_for_drained[stage.driver]) stage.drain(stage.driver);
  const auto frames = stage.replay_of(stage.driver);
  CHECK((frames.back() == heard_by_customer));
  CHECK((frames.size() == stage.pushed[stage.driver].size() + 1));
  // From then on pushes come at once.
  CHECK(stage.act(stage.driver, CompleteRide{stage.id}) == Words{"complete_accepted"});
}

TEST_CASE("a customer who learns of the end of a ride late is bid farewell then", "[loop]") {
  Talkative stage;
  stage.act(stage.customer, Resync{std::nullopt, Position{1}});
  stage.act(stage.driver, CompleteRide{stage.id});
  stage.wait(1s);
  CHECK(stage.heard_by(stage.customer).empty());
  while (stage.waits_for_drained[stage.customer]) stage.drain(stage.customer);
  CHECK(text_member(net::read_json(stage.replay_of(stage.customer).back()).value(), "type") ==
        "ride_completed");
  stage.wait(farewell_delay);
  CHECK(stage.heard_by(stage.customer) == Words{"close 1000"});
}

TEST_CASE("resyncs are answered one after the other, and only so many wait", "[loop]") {
  Talkative stage;
  for (std::size_t i = 0; i < resyncs_waiting_max; ++i) {
    stage.act(stage.driver, Resync{std::nullopt, Position{1}});
  }
  CHECK(stage.act(stage.driver, Resync{}) == Words{"error SERVER_BUSY"});
  const auto all = stage.shown_after(stage.driver, 1);
  while (stage.waits_for_drained[stage.driver]) stage.drain(stage.driver);
  CHECK((stage.bursts[stage.driver].size() == resyncs_waiting_max * (all.size() + 1)));
}

TEST_CASE("a replay that a failed append cuts short has to be asked for again", "[loop]") {
  Talkative stage;
  stage.act(stage.driver, Resync{std::nullopt, Position{1}});
  stage.act(stage.driver, Resync{});
  REQUIRE(stage.waits_for_drained[stage.driver]);
  stage.memory.fail_next_append(MemoryLog::Fault::lost);
  stage.say(stage.customer);
  stage.send(stage.driver, Drained{});
  stage.turn();
  CHECK(stage.heard_by(stage.driver) == Words{"error LOG_UNAVAILABLE", "error LOG_UNAVAILABLE"});
  stage.waits_for_drained.clear();
  stage.wait(1s);
  CHECK((stage.shown_again(stage.driver, 1) == stage.shown_after(stage.driver, 1)));
}

TEST_CASE("a replay whose log can't be read is refused, and says whether it ever can be",
          "[loop]") {
  const auto [kind, code] = GENERATE(
      table<LogError::Kind, std::string>({{LogError::Kind::damaged, "error INTERNAL_ERROR"},
                                          {LogError::Kind::unavailable, "error LOG_UNAVAILABLE"}}));
  const bool streams = GENERATE(true, false);
  Ride ride;
  ride.start();
  (streams ? ride.log.streams_fail : ride.log.mentions_fail) = kind;
  ride.journal.clear();
  CHECK(ride.act(ride.driver, Resync{std::nullopt, Position{1}}) == Words{code});
  CHECK(std::count(ride.journal.begin(), ride.journal.end(), "log failed: a failure was ordered") ==
        1);
  // Nothing else is the worse for it.
  CHECK(ride.loop->serving());
  CHECK(ride.act(ride.driver, Resync{}) == Words{"snapshot"});
  CHECK(ride.act(ride.driver, SendChatMessage{ride.id, "hi"}) == Words{"chat_message"});
  ride.log.streams_fail.reset();
  ride.log.mentions_fail.reset();
  CHECK(ride.act(ride.driver, Resync{std::nullopt, ride.memory.end()}) == Words{"snapshot"});
}

TEST_CASE("a damaged booking that has ended can't be shown", "[loop]") {
  Ride ride;
  ride.start();
  ride.complete();
  ride.log.streams_fail = LogError::Kind::damaged;
  CHECK(ride.act(ride.driver, Resync{ride.id}) == Words{"error INTERNAL_ERROR"});
  CHECK(text_member(ride.last_frame(ride.driver), "booking_id") == ride.id);
}

}  // namespace hansom
