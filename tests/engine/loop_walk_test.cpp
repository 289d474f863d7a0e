// A random walk through all that peers may do, with a fixed seed. What must hold at every step: the
// live state is the folded log, nothing is shown that is not in the log, and the loop never runs
// hot (Stage looks at the last two); at the end: the log is one that could have been decided.

#include "engine/loop.hpp"
#include "tests/support/stage.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <map>
#include <random>
#include <set>

namespace hansom {
namespace {

constexpr int commands_max = 16'000;

class Walk {
 public:
  Walk(Stage& stage, unsigned seed) : stage_(stage), random_(seed) {
    stage_.outbox_seen = [this](const Outbox& outbox) {
      for (const auto& output : outbox) {
        if (std::holds_alternative<Close>(output.what)) forget(output.to);
        if (const auto* answer = std::get_if<Answer>(&output.what)) hear(*answer);
      }
    };
  }

  /// A few commands, and a turn.
  void step() {
    for (auto count = 1 + pick(5); count > 0; --count) act();
    if (pick(50) == 0) stage_.memory.fail_next_append(MemoryLog::Fault::lost);
    if (pick(50) == 0) stage_.memory.fail_next_append(MemoryLog::Fault::written);
    if (pick(50) == 0) append_from_elsewhere();
    if (pick(60) == 0) stage_.memory.refuse_reopen(true);
    if (pick(5) == 0) stage_.memory.refuse_reopen(false);
    stage_.wait(std::chrono::milliseconds(pick(4'000)));
    stage_.heard_by_all();
  }

  int commands() const { return commands_; }

 private:
  struct Socket {
    PeerId peer;
    Side side;
    AccountId account;
  };

  std::size_t pick(std::size_t below) { return random_() % below; }

  void send(PeerId from, Command command) {
    ++commands_;
    stage_.send(from, std::move(command));
  }

  void act() {
    const auto choice = pick(20);
    if (choice >= 18) return administer();
    if (choice >= 16) return ask_over_http();
    if (choice >= 10) return further();
    if (choice == 0 || sockets_.size() < 4) return connect();
    if (choice <= 2) {
      ++commands_;
      stage_.send_request(std::array{alice, carol, erin, bob}[pick(4)]);
      return;
    }
    const auto socket = sockets_[pick(sockets_.size())];
    if (choice == 3) {
      if (pick(3) == 0) forget(socket.peer);  // else it goes on sending, and is not heard
      return send(socket.peer, Disconnect{});
    }
    if (choice == 4) return send(socket.peer, UpdateLocation{somewhere()});
    send(socket.peer, command_on(name_of_booking(socket), socket.side));
  }

  /// Something of the admin's. Who was blocked does not stay so.
  void administer() {
    const auto account = to_string(cast()[pick(cast().size())].first);
    AccountChanges changes;
    switch (pick(5)) {
      case 0:
        changes.status = pick(2) ? AccountStatus::blocked : AccountStatus::deleted;
        send(stage_.new_peer(), ChangeAccount{account, changes});
        changes.status = AccountStatus::active;
        break;
      case 1:
        changes.name = "name " + std::to_string(pick(100));
        break;
      case 2:
        return send(stage_.new_peer(), EndSessions{account});
      case 3:
        return send(stage_.new_peer(), AddAdminTemplate{"a reason"});
      default:
        return send(stage_.new_peer(), ShowAccount{account});
    }
    send(stage_.new_peer(), ChangeAccount{account, changes});
  }

  void ask_over_http() {
    const auto account = cast()[pick(cast().size())].first;
    const auto driving = Stage::caller(Side::driver, account);
    const auto riding = Stage::caller(Side::customer, account);
    const auto& templates = stage_.loop->projections().templates;
    const auto own = templates.of(account);
    switch (pick(9)) {
      case 0:
        return send(stage_.new_peer(), AddOwnTemplate{driving, "my reason"});
      case 1:
        return send(stage_.new_peer(),
                    DeleteOwnTemplate{driving, own.empty() ? "none" : to_string(own[0]->id)});
      case 2:
        return send(stage_.new_peer(), ListBookings{pick(2) ? driving : riding, 3, {}});
      case 3:
        return send(stage_.new_peer(), ShowProfile{pick(2) ? driving : riding});
      case 4: {
        auto request = Stage::request_of(account);
        request.idempotency_key = {"key-" + std::to_string(pick(20)), std::to_string(pick(2))};
        return send(stage_.new_peer(), request);
      }
      case 5: {
        auto request = Stage::request_of(account);
        request.device = {"phone", "a model"};
        request.scheduled_for = stage_.now + std::chrono::seconds(1 + pick(60));
        return send(stage_.new_peer(), request);
      }
      default:
        if (bookings_.empty()) return;
        if (pick(2)) return send(stage_.new_peer(), CancelRideByCustomer{riding, recent_booking()});
        send(stage_.new_peer(), CancelRideByDriver{driving, recent_booking(), reason()});
    }
  }

  GivenReason reason() {
    const auto of_admin = stage_.loop->projections().templates.of(std::nullopt);
    if (of_admin.empty() || pick(2)) return {std::nullopt, "no time"};
    return {to_string(of_admin[0]->id)};
  }

  /// Does what gets one of the latest bookings on, if it is in progress.
  void further() {
    if (bookings_.empty()) return;
    const auto id = recent_booking();
    const auto* booking = stage_.find(*BookingId::parse(id));
    if (!booking) return;
    const bool by_driver = pick(2) == 0;
    const auto side = by_driver ? Side::driver : Side::customer;
    const auto account =
        by_driver && booking->driver ? booking->driver->account : booking->customer.account;
    const auto socket = std::find_if(sockets_.begin(), sockets_.end(), [&](const auto& s) {
      return s.side == side && s.account == account;
    });
    if (socket == sockets_.end()) return connect(side, account);
    if (booking->status == BookingStatus::on_the_way) {
      const auto caller = Stage::caller(side, account);
      switch (pick(4)) {
        case 0:
          return send(socket->peer, SendChatMessage{id, "hello"});
        case 1:
          return send(socket->peer, CompleteRide{id});
        default:
          if (by_driver) return send(stage_.new_peer(), CancelRideByDriver{caller, id, reason()});
          return send(stage_.new_peer(), CancelRideByCustomer{caller, id});
      }
    }
    if (!by_driver && pick(4) == 0) return send(socket->peer, RejectBooking{id});
    if (!by_driver) return send(socket->peer, AcceptOffer{id});
    if (pick(4) == 0) return send(socket->peer, DeclineOffer{id, reason()});
    if (booking->schedule) return send(socket->peer, AcceptScheduledBooking{id});
    send(socket->peer, SubmitArrivalTime{id, 300});
  }

  void connect() {
    connect(pick(2) ? Side::driver : Side::customer, cast()[pick(cast().size())].first);
  }

  void connect(Side side, AccountId account) {
    const auto device = pick(2) ? std::optional<std::string>("phone") : std::nullopt;
    ++commands_;
    sockets_.push_back({stage_.send_connect(side, account, device), side, account});
  }

  Coordinates somewhere() {
    return {static_cast<double>(pick(180)) - 90, static_cast<double>(pick(360)) - 180};
  }

  void forget(PeerId peer) {
    std::erase_if(sockets_, [&](const auto& socket) { return socket.peer == peer; });
  }

  void hear(const Answer& answer) {
    const auto json = json_of(answer.body);
    if (json["data"].IsObject()) bookings_.push_back(text_member(json["data"], "booking_id"));
  }

  /// Mostly one of the account's own or a recent one, so that rides get on.
  std::string name_of_booking(const Socket& socket) {
    const auto& bookings = stage_.loop->projections().bookings;
    const auto* own = socket.side == Side::driver ? bookings.oldest_of_driver(socket.account)
                                                  : bookings.newest_of_customer(socket.account);
    const auto choice = pick(10);
    if (choice == 0 || bookings_.empty()) return "nonsense";
    if (choice == 1) return bookings_[pick(bookings_.size())];
    if (choice < 6 && own) return to_string(own->id);
    return recent_booking();
  }

  std::string recent_booking() {
    const auto recent = std::min<std::size_t>(bookings_.size(), 8);
    return bookings_[bookings_.size() - 1 - pick(recent)];
  }

  Command command_on(std::string booking, Side side) {
    switch (pick(10)) {
      case 8:
        if (side == Side::customer) return RejectBooking{std::move(booking)};
        return DeclineOffer{std::move(booking), reason()};
      case 9:
        return Resync{std::nullopt,
                      Position{stage_.memory.end().value -
                               pick(std::min<std::size_t>(50, stage_.memory.end().value))}};
      case 0:
      case 1:
      case 2:
        if (side == Side::customer) return AcceptOffer{std::move(booking)};
        return SubmitArrivalTime{std::move(booking), 1 + static_cast<int>(pick(86'400))};
      case 3:
        if (side == Side::driver) return AcceptOffer{std::move(booking)};
        return SubmitArrivalTime{std::move(booking), 300};
      case 4:
        return CompleteRide{std::move(booking)};
      case 5:
        return Resync{pick(2) ? std::optional(std::move(booking)) : std::nullopt};
      case 6:
        return Misspeak{{RefusalCode::invalid_json, "no JSON"}, std::nullopt};
      default:
        return SendChatMessage{std::move(booking), "hello"};
    }
  }

  /// Another writer, on a log that is in order: the walk's loop learns of it by a conflict.
  void append_from_elsewhere() {
    stage_.memory.finish_appends();
    Story foreign(stage_.memory.end());
    const AccountId id{uuid(0xf000'0000 + static_cast<unsigned>(foreign.end().value))};
    foreign.tell(StreamId(id), Event(AccountEvent(account(to_string(id), {Role::student}))),
                 stage_.now);
    (void)stage_.memory.append(stage_.memory.end(), foreign.events());
  }

  Stage& stage_;
  std::mt19937 random_;
  std::vector<Socket> sockets_;
  std::vector<std::string> bookings_;  // all that were granted
  int commands_ = 0;
};

/// Which event may follow which, and what holds of a booking's whole stream.
void check_streams(const EventLog& log, const Rules& rules) {
  std::map<std::string, std::vector<Envelope>> streams;
  Instant last_at{};
  for (const auto& envelope : read_all(log)) {
    CHECK(envelope.at >= last_at);
    last_at = envelope.at;
    streams[to_string(envelope.stream)].push_back(envelope);
  }
  using Types = std::set<std::string_view>;
  const Types of_account = {"profile_changed", "account_status_changed", "sessions_ended",
                            "device_seen"};
  const Types riding = {"chat_message_sent", "ride_completed", "ride_cancelled_by_customer",
                        "ride_cancelled_by_driver"};
  const std::map<std::string_view, Types> may_follow = {
      {"", {"booking_requested", "account_registered", "template_added"}},
      {"account_registered", of_account},
      {"profile_changed", of_account},
      {"account_status_changed", of_account},
      {"sessions_ended", of_account},
      {"device_seen", of_account},
      {"template_added", {"template_deleted"}},
      {"template_deleted", {}},
      {"booking_requested", {"driver_assigned", "booking_cancelled"}},
      {"driver_assigned",
       {"arrival_time_submitted", "scheduled_booking_accepted", "offer_expired", "offer_declined",
        "offer_withdrawn", "booking_rejected", "booking_cancelled"}},
      {"offer_expired", {"driver_assigned", "booking_cancelled"}},
      {"offer_declined", {"driver_assigned", "booking_cancelled"}},
      {"offer_withdrawn", {"driver_assigned", "booking_cancelled"}},
      {"arrival_time_submitted", {"offer_accepted", "offer_auto_accepted", "booking_rejected"}},
      {"scheduled_booking_accepted", {"scheduled_ride_started", "booking_rejected"}},
      {"offer_accepted", riding},
      {"offer_auto_accepted", riding},
      {"scheduled_ride_started", riding},
      {"chat_message_sent", riding},
      {"booking_rejected", {}},
      {"ride_cancelled_by_customer", {}},
      {"ride_cancelled_by_driver", {}},
      {"ride_completed", {}},
      {"booking_cancelled", {}},
  };
  std::set<std::string_view> types;
  for (const auto& [name, events] : streams) {
    std::string_view before;
    std::uint32_t revision = 0;
    std::set<std::string> asked;
    for (const auto& envelope : events) {
      const auto type = type_of(envelope.event);
      INFO(name << ": " << type << " after '" << before << "'");
      CHECK(may_follow.at(before).contains(type));
      CHECK(envelope.revision.value == ++revision);
      if (type == "driver_assigned") {
        const auto& assigned = std::get<DriverAssigned>(std::get<BookingEvent>(envelope.event));
        CHECK(asked.insert(to_string(assigned.driver.account)).second);
        CHECK(assigned.attempt == static_cast<int>(asked.size()));
      }
      before = type;
      types.insert(type);
    }
    CHECK(static_cast<int>(asked.size()) <= rules.max_attempts);
  }
  for (const auto& [type, next] : may_follow) {
    INFO("the walk saw no " << type);
    CHECK((type.empty() || types.contains(type)));
  }
}

}  // namespace

TEST_CASE("after any walk the live state is the folded log", "[loop]") {
  Rules rules;
  rules.restart_grace = 0s;
  rules.driver_response_time = 12s;
  rules.customer_waiting_time = 20s;
  Stage stage(rules);
  const bool in_flight =
      GENERATE(false, true);  // whether turns are decided before others are there
  Walk walk(stage, GENERATE(1u, 2026u));
  std::mt19937 busy(3);
  stage.memory.hold_appends(in_flight);
  if (in_flight) stage.more_wait = [&] { return busy() % 4 != 0; };
  // The loop learns of what was appended elsewhere when it appends the next time.
  const auto knows_all = [&] {
    return stage.loop->serving() && stage.loop->projections().end == stage.memory.end();
  };
  int checks = 0;
  for (int turns = 0; walk.commands() < commands_max; ++turns) {
    walk.step();
    if (turns % 50 != 0) continue;
    stage.finish();
    if (!knows_all()) continue;
    stage.check_state();
    ++checks;
  }
  CHECK(checks > 20);

  stage.memory.refuse_reopen(false);
  stage.more_wait = {};
  for (const auto* name : {"last-1", "last-2", "last-3"}) {
    stage.act(stage.new_peer(), RegisterAccount{account(name, {Role::student})});
    stage.wait(1s);
  }
  REQUIRE(knows_all());
  stage.check_state();
  check_streams(stage.memory, stage.rules);
  CHECK(std::count(stage.journal.begin(), stage.journal.end(), "not appended") > 5);
}

}  // namespace hansom
