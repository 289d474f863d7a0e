// A loop that starts from a checkpoint, or recovers from one, is as one that has folded all events.

#include "engine/loop.hpp"
#include "tests/support/checkpoints.hpp"
#include "tests/support/fleet.hpp"
#include "tests/support/stage.hpp"

#include <catch2/catch.hpp>

namespace hansom {
namespace {

using Fault = MemoryLog::Fault;

/// Everything that is said, to the letter.
std::string to_the_letter(const Outbox& outbox) {
  struct {
    std::string operator()(const Frame& frame) const { return *frame; }
    std::string operator()(const Burst& burst) const {
      std::string all = burst.report_drained ? "burst:" : "burst, the last:";
      for (const auto& frame : burst.frames) all += "\n    " + *frame;
      return all;
    }
    std::string operator()(const Answer& answer) const {
      return std::to_string(answer.status) + " " + *answer.body;
    }
    std::string operator()(const Admitted&) const { return "admitted"; }
    std::string operator()(const Close& close) const {
      return "close " + std::to_string(static_cast<int>(close.code));
    }
  } in_words;
  std::string all;
  for (const auto& [to, what] : outbox) {
    all += std::to_string(to.value) + ": " + std::visit(in_words, what) + "\n";
  }
  return all;
}

/// A process of its own over a copy of a log.
struct Process {
  MemoryLog memory;
  NotingLog log{memory};
  Rules rules;
  net::WireRenderer renderer;
  Words journal;
  JournalObserver observer{journal};
  Gathering said;
  unsigned last_id = 0x10'0000;
  Loop loop;

  Process(const MemoryLog& copied, std::optional<std::string> checkpoint)
      : memory(copied),
        loop(
            log, rules, renderer, observer, said, [this] { return uuid(++last_id); },
            [checkpoint] {
              return checkpoint ? std::optional(decoded(*checkpoint)) : std::nullopt;
            }) {}
};

/// All who have an account come back, ask for what they can ask for, and let the time run.
std::string day_after(Process& process, Instant from) {
  std::string said;
  std::vector<Submitted> commands;
  std::uint64_t peer = 0;
  const auto send = [&](PeerId from_peer, Command command) {
    commands.push_back({from_peer, std::move(command)});
  };
  const auto turn = [&](Instant at) {
    said += to_iso(at, Fraction::milliseconds) + "\n";
    process.loop.turn(std::exchange(commands, {}), at);
    said += to_the_letter(process.said.take());
  };
  std::vector<Account> accounts;
  for (const auto& [id, account] : process.loop.projections().accounts.all()) {
    accounts.push_back(account);
  }
  std::ranges::sort(accounts, {}, [](const Account& account) { return to_string(account.id); });
  turn(from);
  for (const auto& account : accounts) {
    const Identity who{account.email, {}, {}};
    const auto ask = [&](Command command) { send(PeerId{++peer}, std::move(command)); };
    for (const auto side : {Side::driver, Side::customer}) {
      ask(Connect{side, who, "a new phone"});
      send(PeerId{peer}, Resync{});
      if (side == Side::driver) {
        send(PeerId{peer}, UpdateLocation{{home.at.latitude, double(peer % 7)}});
      }
      ask(ListBookings{{side, who}, 5, {}});
      ask(ShowProfile{{side, who}});
    }
    for (const auto side : {Side::campus_driver, Side::passenger}) {
      ask(ConnectToCampus{{side, who}, to_string(account.id)});
    }
    ask(ListTemplates{{Side::driver, who}});
    turn(from + 10ms * peer);
  }
  for (const auto& account : accounts) {
    RequestBooking request;
    request.caller = {Side::customer, {account.email, {}, {}}};
    request.pickup = home;
    request.drop_offs = {airport};
    send(PeerId{++peer}, std::move(request));
  }
  for (const auto later : {1min, 2min, 3min, 60min, 600min, 3'000min}) turn(from + later);
  return said;
}

/// A log of a fleet, and the checkpoints that it had on the way.
struct FleetLog {
  MemoryLog memory;
  std::vector<std::string> checkpoints;
  Instant last_at;

  FleetLog() {
    NotingLog log(memory);
    fill(log, 6, 2'500, {20, 20, 20});
    const auto events = read_all(memory);
    Projections state;
    const std::size_t one_of = log.marks.size() / 4;
    for (std::size_t i = 0; i < log.marks.size(); ++i) {
      fold(state, std::span(events).subspan(state.end.value,
                                            log.marks[i].position.value - state.end.value));
      const bool is_last = i + 1 == log.marks.size();
      if (i % one_of == 0 || is_last) checkpoints.push_back(encode_checkpoint(log.marks[i], state));
    }
    last_at = state.last_at;
  }
};

const FleetLog& fleet_log() {
  static const FleetLog log;
  return log;
}

/// A ride whose log has a checkpoint of all that happened.
struct Checkpointed : Ride {
  explicit Checkpointed(Rules with = {}) : Ride(with) {
    load_checkpoint = [this]() -> std::optional<Checkpoint> {
      ++loaded;
      return decoded(text);
    };
    note();
    heard_by_all();
  }

  /// Makes a checkpoint of the log as it is.
  void note() { text = checkpoint_of(memory); }

  std::string text;
  int loaded = 0;
};

/// A start over a log of these, with a checkpoint at a record.
LogResult start_with(const HighWaterMark& at) {
  MemoryLog log;
  const auto story = chatter(6);
  append(log, story, 6, 2);
  Process process(
      log, encode_checkpoint(
               at, folded(story.events().first(std::min<std::size_t>(at.position.value, 6)))));
  return process.loop.start(noon);
}

}  // namespace

TEST_CASE("a start from a checkpoint goes on as one from the first event", "[loop]") {
  const auto& fleet = fleet_log();
  const auto start_at = fleet.last_at + 3s;
  Process whole(fleet.memory, std::nullopt);
  REQUIRE(whole.loop.start(start_at));
  const auto state = written_state(whole.loop.projections());
  const auto said = day_after(whole, start_at);
  const auto state_after = written_state(whole.loop.projections());
  CHECK(said.find("booking_assigned") != std::string::npos);

  REQUIRE(fleet.checkpoints.size() >= 4);
  for (const auto& text : fleet.checkpoints) {
    const auto at = decoded(text).at.position;
    INFO("the checkpoint stands at position " << at.value);
    Process process(fleet.memory, text);
    REQUIRE(process.loop.start(start_at));
    CHECK(process.log.read_from == std::vector{Position{at.value + 1}});
    CHECK(written_state(process.loop.projections()) == state);
    CHECK(process.loop.next_due() == [&] {
      Process fresh(fleet.memory, std::nullopt);
      REQUIRE(fresh.loop.start(start_at));
      return fresh.loop.next_due();
    }());
    const bool says_the_same = day_after(process, start_at) == said;
    CHECK(says_the_same);
    CHECK(written_state(process.loop.projections()) == state_after);
  }
}

TEST_CASE("a loop without a checkpoint folds the whole log", "[loop]") {
  MemoryLog log;
  append(log, chatter(6), 6);
  Process process(log, std::nullopt);
  REQUIRE(process.loop.start(noon));
  CHECK(process.log.read_from == std::vector{Position{1}});
  CHECK(process.loop.projections().end == Position{6});
}

TEST_CASE("a checkpoint of a record that the log does not have refuses the start", "[loop]") {
  MemoryLog log;
  append(log, chatter(4), 4);
  const auto held = log.mark();
  CHECK(start_with(held));

  auto other = held;
  other.hash[0] ^= 1;
  for (const auto& [at, position] : std::vector<std::pair<HighWaterMark, std::string>>{
           {other, "4"}, {{{3}, held.hash}, "3"}, {{{8}, held.hash}, "8"}}) {
    const auto started = start_with(at);
    REQUIRE_FALSE(started);
    INFO(started.error().message);
    CHECK(started.error().kind == LogError::Kind::damaged);
    CHECK(started.error().message.find("position " + position + " ") != std::string::npos);
    CHECK(started.error().message.find("hansom-replay") != std::string::npos);
    CHECK(started.error().message.find('\n') == std::string::npos);
  }
}

TEST_CASE("a log that can't say whether it has the checkpoint refuses the start", "[loop]") {
  struct Unsure final : LogInFront {
    using LogInFront::LogInFront;
    std::expected<bool, LogError> holds(const HighWaterMark&) const override {
      return std::unexpected(LogError{LogError::Kind::unavailable, "a failure was ordered"});
    }
  };
  MemoryLog memory;
  append(memory, chatter(4), 4);
  Unsure log(memory);
  const Rules rules;
  const net::WireRenderer renderer;
  Words journal;
  JournalObserver observer(journal);
  const auto text = checkpoint_of(memory);
  Gathering said;
  Loop loop(
      log, rules, renderer, observer, said, [] { return uuid(1); },
      [&] { return std::optional(decoded(text)); });
  const auto started = loop.start(noon);
  REQUIRE_FALSE(started);
  CHECK(started.error().message == "a failure was ordered");
}

TEST_CASE("a recovery goes by the checkpoint, and shows what was withheld behind it", "[loop]") {
  Checkpointed ride;
  ride.memory.fail_next_append(Fault::written);
  CHECK(ride.act(ride.driver, SubmitArrivalTime{ride.id, 300}) ==
        Words{"error LOG_UNAVAILABLE", "arrival_time_accepted"});
  CHECK(ride.loaded == 1);
  CHECK(ride.heard_by(ride.customer) == Words{"arrival_time_offered"});
  CHECK(ride.heard_by_all().empty());
  CHECK(ride.status_of(ride.booking) == BookingStatus::confirmation);
  ride.check_state();
  // The ride goes on from there.
  CHECK(ride.act(ride.customer, AcceptOffer{ride.id}) == Words{"accept_accepted"});
  CHECK(ride.heard_by(ride.driver) == Words{"customer_accepted"});
  ride.check_state();
}

TEST_CASE("a recovery by a checkpoint after a lost batch leaves nothing of it", "[loop]") {
  Checkpointed ride;
  ride.memory.fail_next_append(Fault::lost);
  CHECK(ride.act(ride.driver, SubmitArrivalTime{ride.id, 300}) == Words{"error LOG_UNAVAILABLE"});
  CHECK(ride.loaded == 1);
  CHECK(ride.heard_by_all().empty());
  CHECK(ride.status_of(ride.booking) == BookingStatus::requested);
  ride.check_state();
  CHECK(ride.act(ride.driver, SubmitArrivalTime{ride.id, 60}) == Words{"arrival_time_accepted"});
  ride.check_state();
}

// The checkpoint's thread reads the log as it is once that is open again, which may be before the
// loop has shown what it finds there.
TEST_CASE("what was withheld is shown though there is a checkpoint of it already", "[loop]") {
  Checkpointed ride;
  ride.memory.refuse_reopen(true);
  ride.memory.fail_next_append(Fault::written);
  CHECK(ride.act(ride.driver, SubmitArrivalTime{ride.id, 300}) == Words{"error LOG_UNAVAILABLE"});
  REQUIRE_FALSE(ride.loop->serving());
  ride.note();
  ride.memory.refuse_reopen(false);
  ride.wait(1s);
  REQUIRE(ride.loop->serving());
  CHECK(ride.heard_by(ride.driver) == Words{"arrival_time_accepted"});
  CHECK(ride.heard_by(ride.customer) == Words{"arrival_time_offered"});
  ride.check_state();
  // From then on the checkpoint is as good as any other.
  ride.memory.fail_next_append(Fault::lost);
  ride.act(ride.customer, AcceptOffer{ride.id});
  ride.wait(1s);
  CHECK(ride.heard_by(ride.driver).empty());
  CHECK(ride.status_of(ride.booking) == BookingStatus::confirmation);
  ride.check_state();
}

TEST_CASE("a recovery with a checkpoint that the log does not have does not serve", "[loop]") {
  Checkpointed ride;
  const auto good = ride.text;
  ride.text = encode_checkpoint({ride.memory.end(), {}}, {});
  ride.memory.fail_next_append(Fault::lost);
  ride.act(ride.driver, SubmitArrivalTime{ride.id, 300});
  CHECK_FALSE(ride.loop->serving());
  ride.wait(1s);
  CHECK_FALSE(ride.loop->serving());
  ride.text = good;
  ride.wait(1s);
  CHECK(ride.loop->serving());
  ride.heard_by_all();
  CHECK(ride.act(ride.driver, SubmitArrivalTime{ride.id, 60}) == Words{"arrival_time_accepted"});
  ride.check_state();
}

TEST_CASE("a driver of a restored booking has the grace of a restart to answer", "[loop]") {
  Checkpointed ride;
  ride.now += 25s;
  ride.restart();
  REQUIRE(ride.loaded == 1);
  CHECK(ride.loop->next_due() == ride.now + 10s);
  const auto driver = ride.connect(Side::driver, bob);
  ride.wait(9'999ms);
  CHECK(ride.heard_by(driver).empty());
  ride.wait(1ms);
  CHECK(ride.heard_by(driver) == Words{"offer_expired", "booking_cancelled"});
  ride.check_state();
}

TEST_CASE(
    "a driver of a restored booking has the rest of their time if that is longer than the "
    "grace",
    "[loop]") {
  Checkpointed ride;
  ride.now += 5s;
  ride.restart();
  CHECK(ride.loop->next_due() == noon + 30s);
}

TEST_CASE("who is asked after a start from a checkpoint has no grace", "[loop]") {
  Checkpointed ride(Rules{.restart_grace = 1h});
  ride.restart();
  ride.connect(Side::driver, dana);
  ride.request(carol);
  CHECK(ride.loop->next_due() == ride.now + 30s);
}

TEST_CASE("a customer's answer to a restored offer is awaited as long as before", "[loop]") {
  Checkpointed ride;
  ride.offer();
  ride.note();
  ride.now += 119s;
  ride.restart();
  CHECK(ride.loop->next_due() == noon + 120s);
  const auto customer = ride.connect(Side::customer, alice);
  ride.wait(1s);
  CHECK(ride.heard_by(customer) == Words{"offer_auto_accepted"});
  CHECK(ride.status_of(ride.booking) == BookingStatus::on_the_way);
  ride.check_state();
}

TEST_CASE("what fell due of restored bookings while nobody served is due at once", "[loop]") {
  Checkpointed ride;
  const auto driver = ride.connect(Side::driver, dana);
  auto request = Stage::request_of(carol);
  request.scheduled_for = ride.now + 2h;
  const BookingId scheduled{ride.next_id()};
  REQUIRE(ride.act(ride.new_peer(), request) == Words{"201 CREATED"});
  REQUIRE(ride.act(driver, AcceptScheduledBooking{to_string(scheduled)}) ==
          Words{"accept_accepted"});
  ride.note();
  ride.now += 3h;
  ride.restart();
  ride.turn();
  CHECK(ride.status_of(scheduled) == BookingStatus::on_the_way);
  CHECK(ride.status_of(ride.booking) == BookingStatus::requested);  // has its grace
  ride.wait(10s);
  CHECK(ride.status_of(ride.booking) == BookingStatus::none);  // given up: nobody is there
  ride.check_state();
}

TEST_CASE("who was asked longest ago by the checkpoint is asked first", "[loop]") {
  Checkpointed ride;  // Bob was asked, Dana never was
  ride.start();
  ride.complete();
  ride.note();
  ride.restart();
  const auto bob_peer = ride.connect(Side::driver, bob);
  const auto dana_peer = ride.connect(Side::driver, dana);
  ride.now += 1s;
  ride.request(carol);
  CHECK(ride.heard_by(bob_peer).empty());
  CHECK(ride.heard_by(dana_peer) == Words{"booking_assigned"});
}

TEST_CASE("a key that a checkpoint remembers brings the first answer again", "[loop]") {
  Stage stage;
  stage.connect(Side::driver, bob);
  auto request = Stage::request_of(alice);
  request.idempotency_key = IdempotencyKey{"key", to_hex(Digest{})};
  const auto first = stage.new_peer();
  REQUIRE(stage.act(first, request) == Words{"201 CREATED"});
  const auto answer = text_member(stage.last_answer()["data"], "booking_id");
  const auto text = checkpoint_of(stage.memory);
  stage.load_checkpoint = [&] { return std::optional(decoded(text)); };
  stage.restart();
  const auto end = stage.memory.end();
  REQUIRE(stage.act(stage.new_peer(), request) == Words{"201 CREATED"});
  CHECK(text_member(stage.last_answer()["data"], "booking_id") == answer);
  CHECK(stage.memory.end() == end);
}

}  // namespace hansom
