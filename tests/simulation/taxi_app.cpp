#include "tests/simulation/taxi_app.hpp"

#include <algorithm>
#include <utility>

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
  gathered_.clear();
  gathered_last_ = 0;
  descents_left_ = 0;
  asks_.clear();
  told_here_ = 0;
}

/// Until it is answered; what is refused is asked for again when it must have been answered.
void TaxiApp::resync() {
  ++descents_left_;
  asks_.push_back({std::nullopt, now_at()});
  send("resync", R"(,"since":)" + std::to_string(last_seq_));
  world_.after(3s, [this, line = line_] {
    if (line == line_ && catches_up_) resync();
  });
}

void TaxiApp::heard(const Frame& frame, bool in_burst) {
  const auto json = parsed(*frame);
  const auto type = member(json, "type");
  const auto id = BookingId::parse(member(json, "booking_id"));
  if (id && side_ == Side::customer && world_.truth.shows_driver_too_early(*id, *frame)) {
    fail("told who drives too early", *frame);
  }
  if (type == "connected") return resync();
  if (type == "error") return take_error(json, *frame);
  if (type == "pong" || type == "force_disconnect") return;
  if (type == "snapshot") return take_snapshot(*frame);
  if (!json.HasMember("seq") || !json["seq"].IsUint64()) fail("a push without seq", *frame);
  if (is_shown_again_ && !in_burst) fail("told at once amid what comes again", *frame);
  is_shown_again_ = in_burst;
  told_here_ = std::max(told_here_, json["seq"].GetUint64());
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

/// What a `resync` would have been answered at a position; null says that nothing was in progress.
const Booking* TaxiApp::answer_to(const Ask& ask, Position at) const {
  const auto& history = world_.truth.history();
  return ask.booking ? history.booking(*ask.booking, at) : history.current(account_, side_, at);
}

/// It shows how things stood at some point since it was asked for, and not before what was told
/// already. What was asked for before was refused.
void TaxiApp::take_snapshot(const std::string& frame) {
  const auto& history = world_.truth.history();
  const auto is_answered = [&](const Ask& ask) {
    return history.once(std::max(ask.from, Position{told_here_}), [&](Position at) {
      const auto* booking = answer_to(ask, at);
      if (ask.booking && (!booking || !history.is_shown(*booking, account_, side_))) return false;
      return *world_.renderer().snapshot(side_, booking) == frame;
    });
  };
  const auto ask = std::ranges::find_if(asks_, is_answered);
  if (ask == asks_.end()) fail("shown what is not so, or was not asked for", frame);
  asks_.erase(asks_.begin(), ask + 1);
  is_shown_again_ = false;
  if (!catches_up_) return;
  for (const auto& [seq, push] : std::exchange(gathered_, {})) {
    if (seq > last_seq_) apply(seq, push);
  }
  catches_up_ = false;
}

void TaxiApp::take_error(const net::Json& json, const std::string& frame) {
  is_shown_again_ = false;  // it may have been given up
  if (member(json, "code") != "BOOKING_NOT_FOUND") return;
  const auto& history = world_.truth.history();
  const auto id = BookingId::parse(member(json, "booking_id"));
  for (const auto& ask : asks_) {
    if (!id || ask.booking != id) continue;
    const bool was_so = history.once(ask.from, [&](Position at) {
      const auto* booking = answer_to(ask, at);
      return !booking || !history.is_shown(*booking, account_, side_);
    });
    if (was_so) return;
  }
  if (id) fail("not shown what is there", frame);
}

void TaxiApp::check_all_is_told() const {
  if (!line_ || catches_up_) fail("did not catch up");
  if (applied_ != told().size()) fail("was not told", *told()[applied_].frame);
}

}  // namespace hansom::simulation
