#pragma once

// A loop on a stage: a log in memory with the cast registered, the real renderer, a clock that is
// set by hand and ids that are counted. What is shown to whom is noted in a few words each.

#include "engine/loop.hpp"
#include "events/memory_log.hpp"
#include "net/dialects/json_reader.hpp"
#include "net/dialects/wire_renderer.hpp"
#include "replay/invariants.hpp"
#include "tests/support/logs.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace hansom {

using Words = std::vector<std::string>;

/// A log in front of another, which notes what is asked of it.
class WatchedLog final : public LogInFront {
 public:
  WatchedLog(EventLog& log, Words& journal) : LogInFront(log), journal_(journal) {}

  void begin_append(Position expected_end, std::span<const Envelope> events,
                    Appended then) override {
    journal_.push_back("append " + std::to_string(events.size()));
    LogInFront::begin_append(expected_end, events,
                             [this, then = std::move(then)](const LogResult& appended) {
                               journal_.push_back(appended ? "durable" : "not appended");
                               then(appended);
                             });
  }
  LogResult read_stream(const StreamId& stream, const Visit& visit) const override {
    return streams_fail ? failed(*streams_fail) : LogInFront::read_stream(stream, visit);
  }
  LogResult read_mentions(const Subject& subject, Position before,
                          const Visit& visit) const override {
    return mentions_fail ? failed(*mentions_fail)
                         : LogInFront::read_mentions(subject, before, visit);
  }
  LogResult reopen() override {
    journal_.push_back("reopen");
    return LogInFront::reopen();
  }

  // How reading fails, where it is to.
  std::optional<LogError::Kind> streams_fail;
  std::optional<LogError::Kind> mentions_fail;

 private:
  static LogResult failed(LogError::Kind kind) {
    return std::unexpected(LogError{kind, "a failure was ordered"});
  }

  Words& journal_;
};

/// Notes what it is told of.
class JournalObserver final : public Observer {
 public:
  explicit JournalObserver(Words& journal) : journal_(journal) {}

  void command(std::string_view name) override { note("command", name); }
  void refused(RefusalCode code, std::optional<Side>) override { note("refused", to_string(code)); }
  void drivers_connected(std::size_t, std::size_t) override {}
  void appended(std::span<const Envelope> events) override {
    note("appended", std::to_string(events.size()));
  }
  void log_failed(const LogError& error) override { note("log failed:", error.message); }
  void log_recovered(Position end) override { note("log ends at", std::to_string(end.value)); }

 private:
  void note(const char* what, std::string_view which) {
    journal_.push_back(what + (" " + std::string(which)));
  }

  Words& journal_;
};

inline net::JsonDocument json_of(const Frame& frame) {
  auto json = net::read_json(*frame);
  REQUIRE(json);
  return std::move(*json);
}

inline std::string text_member(const net::Json& json, const char* name) {
  return net::string_member(json, name).value_or("none");
}

/// An output in a few words: `booking_assigned`, `error BOOKING_NOT_FOUND`, `chat_message new`,
/// `201 CREATED`, `close 1000`.
inline std::string words_for(const Output& output) {
  struct {
    std::string operator()(const Frame& frame) const {
      const auto json = json_of(frame);
      // Taxi names its messages by `type`, campus by `action`, rooms by both, or by an `error`.
      if (json.HasMember("error")) return "error: " + text_member(json, "error");
      const bool is_of_campus = !json.HasMember("type") || json.HasMember("data");
      const auto type = text_member(json, is_of_campus ? "action" : "type");
      if (type == "error") return "error " + text_member(json, "code");
      const bool has_both = !is_of_campus && json.HasMember("action");
      return has_both ? type + " " + text_member(json, "action") : type;
    }
    std::string operator()(const Burst& burst) const {
      std::string all;
      for (const auto& frame : burst.frames) all += (all.empty() ? "" : ", ") + (*this)(frame);
      return all;
    }
    std::string operator()(const Answer& answer) const {
      return std::to_string(answer.status) + " " + text_member(json_of(answer.body), "code");
    }
    std::string operator()(const Admitted&) const { return "admitted"; }
    std::string operator()(const Close& close) const {
      return "close " + std::to_string(static_cast<int>(close.code));
    }
  } in_words;
  return std::visit(in_words, output.what);
}

/// What the log says, folded from its beginning. Who is there and where is taken from `live`.
inline Projections folded(const EventLog& log, const Projections& live) {
  Projections fresh;
  live.roster.by_preference({}, [&](const Roster::Driver& driver) {
    fresh.roster.arrive(driver.account);
    if (driver.position) fresh.roster.move(driver.account, *driver.position);
    return true;
  });
  for (const auto& envelope : read_all(log)) {
    fresh.apply(envelope);
    fresh.settle(envelope);
  }
  return fresh;
}

inline std::vector<std::pair<AccountId, Instant>> last_assignments(const Roster& roster) {
  std::vector<std::pair<AccountId, Instant>> all;
  roster.by_preference(home.at, [&](const Roster::Driver& driver) {
    all.emplace_back(driver.account, driver.last_assigned);
    return true;
  });
  return all;
}

/// Compares all that can be asked of the state with the same of the log, folded afresh.
inline void check_state_is_as_logged(const Projections& live, const EventLog& log) {
  const auto fresh = folded(log, live);
  CHECK(live.end == log.end());
  CHECK(live.end == fresh.end);
  CHECK(live.last_at == fresh.last_at);
  CHECK(live.accounts.size() == fresh.accounts.size());
  CHECK(live.bookings.size() == fresh.bookings.size());
  CHECK(live.deadlines.size() == fresh.deadlines.size());
  CHECK(live.templates.of(std::nullopt).size() == fresh.templates.of(std::nullopt).size());
  CHECK(live.idempotency.size() == fresh.idempotency.size());
  CHECK(std::ranges::equal(live.bookings.pending_from({}), fresh.bookings.pending_from({})));
  CHECK(live.rooms.size() == fresh.rooms.size());
  CHECK(live.deadlines.next() == fresh.deadlines.next());
  CHECK(live.deadlines.due(Instant::max(), 100'000) ==
        fresh.deadlines.due(Instant::max(), 100'000));
  CHECK(last_assignments(live.roster) == last_assignments(fresh.roster));
  const auto same = [](const auto* a, const auto* b) { return a && b ? *a == *b : a == b; };
  for (const auto& [id, account] : cast()) {
    CHECK(*live.accounts.find(id) == *fresh.accounts.find(id));
    CHECK(live.templates.of(id).size() == fresh.templates.of(id).size());
    CHECK(same(live.bookings.oldest_of_driver(id), fresh.bookings.oldest_of_driver(id)));
    CHECK(same(live.bookings.newest_of_customer(id), fresh.bookings.newest_of_customer(id)));
    CHECK(live.bookings.driver_is_on_the_way(id) == fresh.bookings.driver_is_on_the_way(id));
    CHECK(same(live.bookings.open_of_customer(id), fresh.bookings.open_of_customer(id)));
    CHECK(same(live.bookings.open_of_driver(id), fresh.bookings.open_of_driver(id)));
  }
  for (const auto& envelope : read_all(log)) {
    const BookingId id{envelope.stream.id};
    if (!same(live.bookings.find(id), fresh.bookings.find(id))) {
      FAIL_CHECK("booking " + to_string(id) + " is not as logged");
    }
    if (envelope.stream.kind != StreamKind::room) continue;
    const auto* room = fresh.rooms.find(RoomId{envelope.stream.id});
    if (!same(live.rooms.find(room->id), room) ||
        live.rooms.find(room->host, room->slug) != live.rooms.find(room->id)) {
      FAIL_CHECK("room " + to_string(room->id) + " is not as logged");
    }
  }
}

/// What `hansom-replay` finds wrong in a log, each with its position and type.
inline Words objections_in(const EventLog& log) {
  Words objections;
  Projections before;
  for (const auto& envelope : read_all(log)) {
    if (const auto objection = replay::objection_to(envelope, before)) {
      objections.push_back(std::to_string(envelope.position.value) + " " +
                           std::string(type_of(envelope.event)) + ": " + *objection);
    }
    before.apply(envelope);
    before.settle(envelope);
  }
  return objections;
}

// What the admin changes of an account.

inline ChangeAccount set_status(AccountId account, AccountStatus status) {
  ChangeAccount command{to_string(account), {}};
  command.changes.status = status;
  return command;
}
inline ChangeAccount set_roles(AccountId account, std::vector<Role> roles) {
  ChangeAccount command{to_string(account), {}};
  command.changes.roles = std::move(roles);
  return command;
}
inline ChangeAccount set_username(AccountId account, std::optional<std::string> username) {
  ChangeAccount command{to_string(account), {}};
  command.changes.username.emplace(std::move(username));
  return command;
}

class Stage {
 public:
  explicit Stage(Rules with = {}) : rules(with) {
    Story story;
    story.register_cast();
    REQUIRE(memory.append({0}, story.events()));
    restart();
  }
  /// Whatever the loop let through, an audit lets through as well.
  ~Stage() {
    if (has_foreign_events) return;
    CHECK(objections_in(memory) == Words{});
  }
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;

  /// A new process over the same log: nobody is connected.
  void restart() {
    loop.emplace(
        log, rules, renderer, observer, said, [this] { return uuid(++last_id_); },
        [this] { return load_checkpoint ? load_checkpoint() : std::nullopt; });
    REQUIRE(loop->start(now));
  }

  // What peers do. `send` waits for the next turn, all else takes one at once.

  PeerId new_peer() { return {++last_peer_}; }

  void send(PeerId from, Command command) { queue_.push_back({from, std::move(command)}); }

  /// Opens a socket in the next turn.
  PeerId send_connect(Side side, AccountId account,
                      std::optional<std::string> device_id = std::nullopt) {
    const auto peer = new_peer();
    send(peer, Connect{side, identity_of(account), std::move(device_id)});
    return peer;
  }
  /// Opens a socket; the greeting is taken for granted.
  PeerId connect(Side side, AccountId account,
                 std::optional<std::string> device_id = std::nullopt) {
    const auto peer = send_connect(side, account, std::move(device_id));
    turn();
    REQUIRE(was_admitted(peer));
    REQUIRE(heard_by(peer) == Words{"connected"});
    return peer;
  }

  /// Asks for a socket of campus, or in a room, in the next turn.
  PeerId send_to_campus(Side side, AccountId account) {
    return send_arrival(ConnectToCampus{caller(side, account), to_string(account)});
  }
  PeerId send_to_room(AccountId account, std::string host, std::string slug) {
    return send_arrival(
        EnterRoom{caller(Side::participant, account), std::move(host), std::move(slug)});
  }
  /// Opens a socket of campus, or in a room. What is shown on it at once is left to be heard.
  PeerId to_campus(Side side, AccountId account) { return admitted(send_to_campus(side, account)); }
  PeerId to_room(AccountId account, std::string host, std::string slug) {
    return admitted(send_to_room(account, std::move(host), std::move(slug)));
  }

  /// A passenger asks for a ride, and gets a request for all drivers.
  BookingId request_ride(PeerId passenger) {
    REQUIRE(act(passenger, ride_to_airport()) == Words{"ride_request_created"});
    return BookingId::parse(text_member(last_frame(passenger)["data"], "id")).value();
  }
  static RequestOpenRide ride_to_airport() { return {address_of(home), address_of(airport)}; }

  static RequestBooking request_of(AccountId customer) {
    RequestBooking request;
    request.caller = caller(Side::customer, customer);
    request.pickup = home;
    request.drop_offs = {airport};
    return request;
  }
  static Caller caller(Side side, AccountId account) { return {side, identity_of(account)}; }

  /// Asks for a booking in the next turn; the answer goes to the peer that is returned.
  PeerId send_request(AccountId customer) {
    const auto peer = new_peer();
    send(peer, request_of(customer));
    return peer;
  }
  /// Asks for a booking, which is granted.
  BookingId request(AccountId customer) {
    const auto peer = send_request(customer);
    turn();
    REQUIRE(heard_by(peer) == Words{"201 CREATED"});
    return booking_in_answer();
  }

  /// Does something and hears the words for what came of it.
  Words act(PeerId peer, Command command) {
    heard_by(peer);
    send(peer, std::move(command));
    turn();
    return heard_by(peer);
  }

  /// One turn of the loop with all that was sent.
  void turn() {
    const auto noted_before = static_cast<std::ptrdiff_t>(journal.size());
    loop->turn(std::exchange(queue_, {}), now, more_wait && more_wait() ? turns_in_flight_max : 0);
    hear();
    // A loop that is due again at once would run hot. (After a failed append what was due is due
    // again, but the log is tried no more often than once a second: see loop_failure_test.cpp.)
    const auto next = loop->next_due();
    const bool failed =
        std::find(journal.begin() + noted_before, journal.end(), "not appended") != journal.end();
    if (next && !failed && !may_be_due_at_once) CHECK(*next > now);
  }
  /// Lets the log finish what it holds, and the loop see to it.
  void finish() {
    loop->finish(now);
    hear();
  }
  void wait(std::chrono::microseconds time) {
    now += time;
    turn();
  }

  /// What a peer was shown since this was last asked.
  Words heard_by(PeerId peer) { return std::exchange(heard_[peer], {}); }
  /// What all were shown since they were last asked.
  Words heard_by_all() {
    Words all;
    for (auto& [peer, words] : heard_) {
      for (auto& word : std::exchange(words, {})) all.push_back(std::move(word));
    }
    return all;
  }
  /// Nobody was shown anything but these, and each of them just that.
  void check_heard(const std::vector<std::pair<PeerId, Words>>& expected) {
    for (const auto& [peer, words] : expected) {
      INFO("peer " << peer.value);
      CHECK(heard_by(peer) == words);
    }
    CHECK(heard_by_all().empty());
  }
  /// Whether the peer got the socket that it asked for.
  bool was_admitted(PeerId peer) const { return admitted_.contains(peer); }
  /// The data of the last answer to an HTTP request.
  net::JsonDocument last_answer() const { return json_of(last_answer_); }
  /// The last frame that a peer was shown.
  net::JsonDocument last_frame(PeerId peer) const { return json_of(last_frames_.at(peer)); }

  /// The id that the command after so many gets, and with it what it creates.
  Uuid next_id(unsigned commands_before = 0) const { return uuid(last_id_ + 1 + commands_before); }

  const Booking* find(BookingId id) const { return loop->projections().bookings.find(id); }
  BookingStatus status_of(BookingId id) const {
    const auto* booking = find(id);
    return booking ? booking->status : BookingStatus::none;
  }
  void check_state() const { check_state_is_as_logged(loop->projections(), memory); }

  static Identity identity_of(AccountId account) {
    return {registration_of(account).email, std::nullopt, std::nullopt};
  }

  Words journal;
  MemoryLog memory;
  WatchedLog log{memory, journal};
  Rules rules;
  net::WireRenderer renderer;
  JournalObserver observer{journal};
  Instant now = noon;
  Loop::LoadCheckpoint load_checkpoint;  // where there is one
  Gathering said;
  std::optional<Loop> loop;
  bool may_be_due_at_once = false;
  bool has_foreign_events = false;  // some that no loop decided
  std::function<void(const Outbox&)> outbox_seen;
  std::function<bool()> more_wait;  // whether a turn is not waited for, on a log that holds appends

 private:
  PeerId send_arrival(Command command) {
    const auto peer = new_peer();
    send(peer, std::move(command));
    return peer;
  }
  PeerId admitted(PeerId peer) {
    turn();
    INFO("peer " << peer.value);
    REQUIRE(was_admitted(peer));
    return peer;
  }

  void hear() {
    const auto outbox = said.take();
    for (const auto& output : outbox) show(output);
    if (outbox_seen) outbox_seen(outbox);
  }

  BookingId booking_in_answer() const {
    const auto json = json_of(last_answer_);
    return BookingId::parse(text_member(json["data"], "booking_id")).value();
  }

  void show(const Output& output) {
    if (std::holds_alternative<Admitted>(output.what)) {
      admitted_.insert(output.to);
      return;
    }
    heard_[output.to].push_back(words_for(output));
    if (const auto* answer = std::get_if<Answer>(&output.what)) last_answer_ = answer->body;
    if (const auto* frame = std::get_if<Frame>(&output.what)) show(output.to, *frame);
    if (const auto* burst = std::get_if<Burst>(&output.what)) {
      for (const auto& frame : burst->frames) show(output.to, frame);
    }
  }

  void show(PeerId to, const Frame& frame) {
    last_frames_[to] = frame;
    // What is shown is in the log.
    const auto json = json_of(frame);
    if (const auto seq = net::number_member(json, "seq", 0, 1e15)) {
      CHECK(*seq <= static_cast<double>(memory.end().value));
    }
  }

  unsigned last_id_ = 0x1'0000;
  std::uint64_t last_peer_ = 0;
  std::vector<Submitted> queue_;
  std::map<PeerId, Words> heard_;
  std::set<PeerId> admitted_;
  std::map<PeerId, Frame> last_frames_;
  Frame last_answer_;
};

/// Bob drives Alice: both are connected, and a booking is at the step that a test begins with.
struct Ride : Stage {
  explicit Ride(Rules with = {}) : Stage(with) {}

  PeerId driver = connect(Side::driver, bob);
  PeerId customer = connect(Side::customer, alice);
  BookingId booking = request(alice);
  std::string id = to_string(booking);

  void offer() { act(driver, SubmitArrivalTime{id, 300}); }
  void start() {
    offer();
    act(customer, AcceptOffer{id});
    REQUIRE(status_of(booking) == BookingStatus::on_the_way);
    heard_by_all();
  }
  void complete() { act(driver, CompleteRide{id}); }
};

}  // namespace hansom
