#include "tests/simulation/taxi_app.hpp"

#include "tests/simulation/violation.hpp"

#include <algorithm>

namespace hansom::simulation {

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
  snapshots_before_ = world_.truth.snapshots(account_, side_).size() - 1;
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
  const auto& all = world_.truth.snapshots(account_, side_);
  const auto is_it = [&](const Frame& each) { return *each == frame; };
  if (std::none_of(all.begin() + snapshots_before_, all.end(), is_it)) {
    fail("things did not stand like this since it was asked", frame);
  }
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
  const auto id = world_.chance.pick(recent_);
  const auto target = std::string("/api/mobile/") +
                      (side_ == Side::driver ? "driver" : "customer") + "/booking/" + id +
                      "/cancel";
  request("POST", target,
          side_ == Side::driver ? R"({"cancellation_description":"a flat tyre"})" : "",
          [this, id](const std::optional<Answer>& answer) {
            if (!answer || answer->status != 200) return;
            const auto booking = BookingId::parse(id);
            if (booking && world_.truth.state().bookings.find(*booking)) {
              fail("was cancelled, and goes on", *answer->body);
            }
          });
}

std::set<std::string> TaxiApp::in_progress() const {
  const auto& bookings = world_.truth.state().bookings;
  std::set<std::string> ids;
  for (const auto id :
       side_ == Side::driver ? bookings.of_driver(account_) : bookings.of_customer(account_)) {
    if (!is_open(*bookings.find(id))) ids.insert(to_string(id));
  }
  return ids;
}

/// Goes through all pages. What was in progress before, and still is, has to be on one of them.
void TaxiApp::list() { list({in_progress(), {}}, ""); }

void TaxiApp::list(Listing so_far, const std::string& before) {
  const auto side = side_ == Side::driver ? "driver" : "customer";
  request("GET", std::string("/api/mobile/") + side + "/bookings?limit=5" + before, "",
          [this, so_far = std::move(so_far)](const std::optional<Answer>& answer) mutable {
            if (!answer || answer->status != 200) return;
            const auto json = parsed(*answer->body);
            for (const auto& entry : json["data"]["bookings"].GetArray()) {
              check_is_own(entry, *answer->body);
              const auto id = member(entry, "booking_id");
              if (!so_far.listed.insert(id).second) fail("listed twice", *answer->body);
            }
            const auto next = member(json["data"], "next_before");
            if (!next.empty()) return list(std::move(so_far), "&before=" + next);
            const auto now = in_progress();
            for (const auto& id : so_far.expected) {
              if (now.contains(id) && !so_far.listed.contains(id)) {
                fail("the list lacks " + id, *answer->body);
              }
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

}  // namespace hansom::simulation
