#include "tests/simulation/apps.hpp"

#include "tests/simulation/violation.hpp"

#include <algorithm>

namespace hansom::simulation {
namespace {

constexpr std::size_t remembered_max = 6;
constexpr std::size_t sockets_max = 2;

void remember(std::deque<std::string>& recent, const std::string& what) {
  if (std::ranges::find(recent, what) != recent.end()) return;
  recent.push_back(what);
  if (recent.size() > remembered_max) recent.pop_front();
}

std::string member(const net::Json& json, const char* name) {
  return net::string_member(json, name).value_or("");
}

net::JsonDocument parsed(const std::string& text) {
  auto json = net::read_json(text);
  if (!json || !json->IsObject()) throw Violation("no JSON object: " + text);
  return std::move(*json);
}

std::string quoted(const std::string& text) { return '"' + text + '"'; }

}  // namespace

void App::tick() {
  world_.after(world_.between(20ms, manners_.is_idle ? 1s : 3s), [this] {
    do_something();
    tick();
  });
}

/// Something to say that nobody else says, as a JSON string.
std::string App::words(const char* what) {
  return quoted(what + (" " + std::to_string(world_.chance.below(1'000'000))));
}

void App::request(std::string method, std::string target, std::string body, Heard heard) {
  world_.request({std::move(method), std::move(target), world_.token_of(account_), std::move(body)},
                 std::move(heard));
}

void App::fail(const std::string& what, const std::string& frame) const {
  const auto who = std::ranges::find(cast(), account_, [](const auto& each) { return each.first; });
  throw Violation(who->second.name + " (" + std::to_string(static_cast<int>(side_)) + "): " + what +
                  (frame.empty() ? "" : ": " + frame));
}

// Taxi.

TaxiApp::TaxiApp(World& world, const Manners& manners, AccountId account, Side side)
    : App(world, manners, account, side), last_seq_(world.truth.mark().position.value) {}

void TaxiApp::do_something() {
  auto& chance = world_.chance;
  if (!line_) {
    if (manners_.is_idle || chance.in(0.6)) connect();
    return;
  }
  if (manners_.is_idle || catches_up_) return;
  if (chance.in(manners_.drops)) {
    world_.drop(std::exchange(line_, nullptr));
    return;
  }
  // A second device, or the same one that has lost the first connection.
  if (chance.in(manners_.drops / 4)) return connect();
  if (chance.in(manners_.nonsense)) return send_nonsense();
  if (chance.in(0.05)) return list();
  side_ == Side::driver ? act_as_driver() : act_as_customer();
}

void TaxiApp::connect() {
  if (line_) world_.drop(std::exchange(line_, nullptr));
  const auto device = world_.chance.in(0.7) ? "?device_id=phone" : "";
  line_ =
      world_.open(*this, side_, account_,
                  (side_ == Side::driver ? "/ws/driver" : "/ws/customer") + std::string(device));
  catches_up_ = true;
  is_shown_again_ = false;
  gathered_.clear();
  gathered_last_ = 0;
  descents_left_ = 0;
}

/// Until it is answered; what is refused is asked for again when it must have been answered.
void TaxiApp::resync() {
  ++descents_left_;
  send("resync", R"(,"since":)" + std::to_string(last_seq_));
  world_.after(3s, [this, line = line_] {
    if (line == line_ && catches_up_) resync();
  });
}

void TaxiApp::heard(const Frame& frame, bool in_burst) {
  const auto json = parsed(*frame);
  const auto type = member(json, "type");
  if (type == "connected") return resync();
  if (type == "error") is_shown_again_ = false;  // it may have been given up
  if (type == "pong" || type == "error" || type == "force_disconnect") return;
  if (type == "snapshot") return take_snapshot(json, *frame);
  if (!json.HasMember("seq") || !json["seq"].IsUint64()) fail("a push without seq", *frame);
  if (is_shown_again_ && !in_burst) fail("told at once amid what comes again", *frame);
  is_shown_again_ = in_burst;
  take_push(json["seq"].GetUint64(), *frame);
  auto& last = bookings_[member(json, "booking_id")];
  last = type;
  remember(recent_, member(json, "booking_id"));
}

void TaxiApp::take_push(std::uint64_t seq, const std::string& frame) {
  if (!catches_up_) return apply(seq, frame);
  // What is brought again may repeat what came since the socket was opened, but is in order.
  if (seq <= gathered_last_ && descents_left_-- == 0) fail("out of order", frame);
  gathered_last_ = seq;
  const auto& kept = gathered_.try_emplace(seq, frame).first->second;
  if (kept != frame) fail("what comes again differs", frame);
}

/// The next push that this app has not had.
void TaxiApp::apply(std::uint64_t seq, const std::string& frame) {
  if (seq <= last_seq_) fail("told twice", frame);
  if (applied_ >= told().size()) fail("told what is not in the log", frame);
  const auto& next = told()[applied_];
  if (next.of.value != seq || *next.frame != frame) {
    fail("expected " + *next.frame + " and was told", frame);
  }
  ++applied_;
  last_seq_ = seq;
}

void TaxiApp::take_snapshot(const net::Json& json, const std::string& frame) {
  check_is_own(
      json.HasMember("assignment") && json["assignment"].IsObject() ? json["assignment"] : json,
      frame);
  is_shown_again_ = false;
  if (!catches_up_) return;
  for (const auto& [seq, push] : std::exchange(gathered_, {})) {
    if (seq > last_seq_) apply(seq, push);
  }
  catches_up_ = false;
}

void TaxiApp::check_is_own(const net::Json& object, const std::string& frame) const {
  const auto id = member(object, "booking_id");
  if (id.empty()) return;
  const auto booking = BookingId::parse(id);
  if (!booking || !world_.truth.concerns(*booking, account_)) {
    fail("shown somebody else's booking", frame);
  }
}

void TaxiApp::send(const std::string& type, const std::string& more) {
  if (line_) world_.send(line_, R"({"type":")" + type + '"' + more + '}');
}

void TaxiApp::send_nonsense() {
  auto& chance = world_.chance;
  static const std::vector<std::string> frames = {
      "",
      "{",
      "[]",
      R"({"type":7})",
      R"({"type":"fly"})",
      R"({"type":"ping"})",
      R"({"type":"accept"})",
      R"({"type":"submit_arrival_time","booking_id":"x","arrival_time":-1})",
      R"({"type":"resync","since":-1})",
      R"({"type":"resync","booking_id":"no-such"})",
      "\xff\xfe",
  };
  switch (chance.below(4)) {
    case 0:
      return world_.send(line_, chance.pick(frames), chance.in(0.8));
    case 1:
      // A resync in the middle, of any booking that there is.
      return send("resync", R"(,"booking_id":)" + quoted(some_booking()));
    default:
      static const std::vector<std::string> types = {"accept", "reject", "mark_as_completed",
                                                     "accept_booking", "submit_arrival_time"};
      return send(chance.pick(types), R"(,"booking_id":)" + quoted(some_booking()) +
                                          R"(,"arrival_time":60,"status":"completed")");
  }
}

/// Anybody's.
std::string TaxiApp::some_booking() const {
  const auto all = world_.truth.state().bookings.all();
  if (all.empty()) return recent_.empty() ? "none" : recent_.back();
  return to_string(all[world_.chance.below(all.size())]->id);
}

void TaxiApp::act_as_driver() {
  auto& chance = world_.chance;
  if (recent_.empty() || chance.in(0.2)) {
    return send("location_update", R"(,"latitude":)" + std::to_string(-33 - chance.roll()) +
                                       R"(,"longitude":)" + std::to_string(151 + chance.roll()));
  }
  const auto& id = chance.pick(recent_);
  const auto booking = R"(,"booking_id":)" + quoted(id);
  const auto& last = bookings_[id];
  if (last == "booking_assigned") {
    switch (chance.below(8)) {
      case 0:
        return send("decline_booking", booking + R"(,"cancellation_description":"no time")");
      case 1:
        return;  // until it is too late
      case 2:
      case 3:
        return send("accept_booking", booking);
      default:
        return send("submit_arrival_time", booking + R"(,"arrival_time":300)");
    }
  }
  switch (chance.below(6)) {
    case 0:
    case 1:
      return send("mark_as_completed", booking + R"(,"status":"completed")");
    case 2:
      return cancel();
    default:
      return send("chat_message", booking + R"(,"text":)" + words("on my way"));
  }
}

void TaxiApp::act_as_customer() {
  auto& chance = world_.chance;
  if (wish_ || bookings_.empty() || chance.in(0.15)) return book();
  if (recent_.empty()) return;
  const auto& id = chance.pick(recent_);
  const auto booking = R"(,"booking_id":)" + quoted(id);
  const auto& last = bookings_[id];
  if (last == "arrival_time_offered") {
    switch (chance.below(6)) {
      case 0:
        return send("reject", booking);
      case 1:
      case 2:
        return;  // it is accepted by itself
      default:
        return send("accept", booking);
    }
  }
  switch (chance.below(8)) {
    case 0:
      return cancel();
    case 1:
      return send("reject", booking);
    case 2:
      return send("accept", booking);
    default:
      return send("chat_message", booking + R"(,"text":"where are you )" +
                                      std::to_string(chance.below(1000)) + '"');
  }
}

void TaxiApp::cancel() {
  const auto target = std::string("/api/mobile/") +
                      (side_ == Side::driver ? "driver" : "customer") + "/booking/" +
                      world_.chance.pick(recent_) + "/cancel";
  request("POST", target,
          side_ == Side::driver ? R"({"cancellation_description":"a flat tyre"})" : "",
          [](auto&) {});
}

void TaxiApp::list() {
  const auto side = side_ == Side::driver ? "driver" : "customer";
  request("GET", std::string("/api/mobile/") + side + "/bookings?limit=5", "",
          [this](const std::optional<Answer>& answer) {
            if (!answer || answer->status != 200) return;
            const auto json = parsed(*answer->body);
            for (const auto& entry : json["data"]["bookings"].GetArray()) {
              check_is_own(entry, *answer->body);
            }
          });
}

/// Asks for a booking, again and again with the same key until it is answered.
void TaxiApp::book() {
  if (wish_) return;
  std::string scheduled = "null";
  if (world_.chance.in(0.25)) {
    scheduled = quoted(to_iso(world_.now() + world_.between(5s, 40s), Fraction::milliseconds));
  }
  wish_ = Wish{to_string(account_) + "-" + std::to_string(++last_key_),
               R"({"pickup_location_title":"Home","pickup_location_address":"12 King St",)"
               R"("pickup_map_id":"m","pickup_latitude":-33.8688,"pickup_longitude":151.2093,)"
               R"("no_of_passengers":2,"note":null,"scheduled_date":)" +
                   scheduled +
                   R"(,"drop_offs":[{"drop_off_location_title":"Airport",)"
                   R"("drop_off_location_address":"Sydney Airport","drop_off_map_id":"a",)"
                   R"("drop_off_latitude":-33.9399,"drop_off_longitude":151.1753}]})"};
  send_booking();
}

void TaxiApp::send_booking() {
  ++wish_->attempts;
  Request request{"POST", "/api/mobile/customer/booking/request", world_.token_of(account_),
                  wish_->body, wish_->key};
  world_.request(std::move(request), [this, key = wish_->key](const std::optional<Answer>& answer) {
    if (answer && answer->status == 201) {
      const auto json = parsed(*answer->body);
      const auto id = member(json["data"], "booking_id");
      const auto booking = BookingId::parse(id);
      if (!booking || !world_.truth.concerns(*booking, account_)) {
        fail("a booking was promised that is not in the log", *answer->body);
      }
      const auto& before = booked_.try_emplace(key, id).first->second;
      if (before != id) fail("a key gave another booking", *answer->body);
      bookings_[id];
      remember(recent_, id);
    }
    if (!wish_ || wish_->key != key) return;
    const bool is_settled = answer && answer->status != 503;
    // Now and then it is asked once more though it was answered.
    if ((is_settled && world_.chance.in(0.8)) || wish_->attempts > 8) {
      wish_.reset();
      return;
    }
    world_.after(world_.between(100ms, 2s), [this] {
      if (wish_) send_booking();
    });
  });
}

void TaxiApp::check_all_is_told() const {
  if (!line_ || catches_up_) fail("did not catch up");
  if (applied_ != told().size()) fail("was not told", *told()[applied_].frame);
}

// What has several sockets.

bool Cursor::take(const Frame& frame) {
  for (auto at = next_.value_or(from_); at < told_.size(); ++at) {
    if (*told_[at].frame == *frame) {
      next_ = at + 1;
      return true;
    }
    if (next_) return false;
  }
  return false;
}

void Cursor::may_have_taken(const Frame& frame) {
  for (auto at = from_; at < told_.size() && !may_be_next_; ++at) {
    if (*told_[at].frame == *frame) may_be_next_ = at + 1;
  }
}

void ManySockets::do_something() {
  auto& chance = world_.chance;
  std::erase_if(sockets_, [](const auto& socket) { return !socket->line; });
  if (sockets_.empty() || (!manners_.is_idle && sockets_.size() < sockets_max && chance.in(0.1))) {
    auto& socket = *sockets_.emplace_back(std::make_unique<Socket>(*this, told()));
    socket.line = world_.open(socket, side_, account_, target());
    return;
  }
  if (manners_.is_idle) return;
  auto& socket = *sockets_[chance.below(sockets_.size())];
  if (!socket.is_open) return;
  if (chance.in(manners_.drops)) return world_.drop(std::exchange(socket.line, nullptr));
  if (chance.in(manners_.nonsense)) {
    static const std::vector<std::string> frames = {
        "", "{", "[]", R"({"action":7})", R"({"action":"fly"})", R"({"type":"fly"})", "\xff"};
    return world_.send(socket.line, chance.pick(frames), chance.in(0.8));
  }
  use(socket);
}

void ManySockets::check_all_is_told() const {
  if (sockets_.empty()) fail("is not connected");
  for (const auto& socket : sockets_) {
    if (!socket->line || !socket->is_open) fail("is not connected");
    if (!socket->cursor.is_at_end()) fail("was not told all", *told().back().frame);
  }
}

void CampusApp::heard(Socket& socket, const Frame& frame, bool in_burst) {
  const bool is_first = !std::exchange(socket.heard_any, true);
  const auto json = parsed(*frame);
  const auto action = member(json, "action");
  if (action == "error" || action == "force_disconnect") return;
  std::string ride;
  if (json.HasMember("data")) ride = member(json["data"], "id");
  if (!ride.empty()) remember(rides_, ride);
  if (action == "sending_pending_ride_request") {
    if (!socket.shown.insert(ride).second) fail("shown a request twice", *frame);
    const auto booking = BookingId::parse(ride);
    if (in_burst && booking && world_.truth.has_booking(*booking)) return;
  }
  // Who comes back into a ride is shown it, with the frame that told of it.
  const bool is_ride = action == "ride_request_created" || action == "ride_request_accepted";
  const auto booking = BookingId::parse(ride);
  if (is_first && is_ride && booking && world_.truth.concerns(*booking, account_)) {
    return socket.cursor.may_have_taken(frame);
  }
  if (socket.cursor.take(frame)) return;
  fail("out of order, or not in the log", *frame);
}

std::string CampusApp::ride() const { return rides_.empty() ? "none" : world_.chance.pick(rides_); }

void CampusApp::use(Socket& socket) {
  auto& chance = world_.chance;
  const auto named = R"(,"ride_request_id":)" + quoted(ride()) + '}';
  const auto send = [&](const std::string& text) { world_.send(socket.line, text); };
  if (chance.in(0.25)) {
    return send(R"({"action":"send_chat_message","message":)" + words("hello") + '}');
  }
  if (side_ == Side::campus_driver) {
    return send((chance.in(0.7) ? R"({"action":"accept_ride_request")"
                                : R"({"action":"complete_ride_request")") +
                named);
  }
  if (chance.in(0.25)) return send(R"({"action":"cancel_ride_request")" + named);
  send(R"({"action":"create_ride_request","pickup_latitude":1,"pickup_longitude":2,)"
       R"("dropoff_latitude":3,"dropoff_longitude":4,"pickup_address":"a","dropoff_address":"b"})");
}

void RoomApp::heard(Socket& socket, const Frame& frame, bool) {
  const auto json = parsed(*frame);
  if (json.HasMember("error")) return;
  if (!socket.cursor.take(frame)) fail("out of order, or not in the log", *frame);
  if (member(json, "action") == "new") remember(messages_, member(json, "id"));
}

/// The newest messages are all there, newest first, and none that was deleted before.
void RoomApp::look_back() {
  request("GET", "/api/rooms/alice/general/messages", "",
          [this, before = world_.truth.messages_in(room_)](const std::optional<Answer>& answer) {
            if (!answer || answer->status != 200) return;
            const auto json = parsed(*answer->body);
            const auto& now = world_.truth.messages_in(room_);
            auto oldest = beyond_all;
            std::set<std::string> page;
            for (const auto& entry : json["data"]["messages"].GetArray()) {
              const auto id = member(entry, "id");
              const auto is_it = [&](const auto& each) { return to_string(each.second) == id; };
              std::optional<Position> sent;
              for (const auto* known : {&before, &now}) {
                const auto found = std::ranges::find_if(*known, is_it);
                if (found != known->end()) sent = found->first;
              }
              if (!sent || *sent >= oldest) fail("the history is wrong", *answer->body);
              oldest = *sent;
              page.insert(id);
            }
            if (!json["data"]["next_before"].IsNull()) return;
            for (const auto& [sent, id] : before) {
              const auto still = now.find(sent);
              if (still != now.end() && !page.contains(to_string(id))) {
                fail("the history lacks " + to_string(id), *answer->body);
              }
            }
          });
}

void RoomApp::use(Socket& socket) {
  auto& chance = world_.chance;
  if (chance.in(0.1)) return look_back();
  const auto text = R"("message":"say )" + std::to_string(chance.below(1'000'000)) + R"("})";
  if (messages_.empty() || chance.in(0.6)) {
    return world_.send(socket.line, R"({"type":"text",)" + text);
  }
  const auto id = R"("messageId":)" + quoted(chance.pick(messages_));
  world_.send(socket.line, chance.in(0.6) ? R"({"type":"update",)" + id + ',' + text
                                          : R"({"type":"delete",)" + id + '}');
}

}  // namespace hansom::simulation
