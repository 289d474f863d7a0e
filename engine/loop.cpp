#include "engine/loop.hpp"

#include "events/mentions.hpp"

#include <algorithm>
#include <ranges>
#include <type_traits>
#include <utility>

namespace hansom {
namespace {

const Booking no_booking;

}  // namespace

Loop::Loop(EventLog& log, const Rules& rules, const Renderer& renderer, Observer& observer,
           Outlet& outlet, NewId new_id, LoadCheckpoint load_checkpoint)
    : log_(log),
      rules_(rules),
      renderer_(renderer),
      observer_(observer),
      outlet_(outlet),
      new_id_(std::move(new_id)),
      load_checkpoint_(std::move(load_checkpoint)) {}

LogResult Loop::start(Instant clock) {
  auto folded = fold();
  grace_until_ = std::max(clock, projections_.last_at) + rules_.restart_grace;
  wait_for_drivers();
  return folded;
}

/// The way of a command. There is no other, and no way back.
void Loop::turn(std::vector<Submitted> commands, Instant clock, std::size_t in_flight_max) {
  see_to_turns(clock);
  const auto tell_who_is_there = [&] {
    observer_.drivers_connected(sessions_.on(Side::driver).size(),
                                sessions_.on(Side::campus_driver).size());
  };
  // 1. Take what is queued and stamp it; time never runs backwards in a log.
  turn_ = new_turn();
  turn_->commands = std::move(commands);
  at_ = std::max(clock, projections_.last_at);
  if (!serving() && !recover(clock)) {
    turn_away(turn_->commands);
    release(turn_->outbox);
    return tell_who_is_there();
  }
  turn_->before = projections_.end;
  if (std::exchange(folded_anew_, false)) end_all_unentitled();
  // 2. Decide. 3. Fold. 4. Render. (All in `commit`.) What is rendered is held back in the outbox.
  for (std::span<const Submitted> rest(turn_->commands); !rest.empty();) {
    const auto next = rest.first(std::min(rest.size(), commands_ahead));
    look_ahead(next);
    for (const auto& [from, command] : next) run(from, command);
    rest = rest.subspan(next.size());
  }
  expire_due();
  plan_farewells();
  for (const auto& envelope : turn_->events) projections_.settle(envelope);
  // 5. Append all of it, with one sync, and maybe that of other turns; only then is anything shown.
  hand_over(in_flight_max);
  see_to_turns(clock);
  if (serving()) bid_farewells(clock);
  tell_who_is_there();
}

std::optional<Instant> Loop::next_due() const {
  if (retry_log_at_) return retry_log_at_;
  if (folded_anew_) return at_;
  std::optional<Instant> next;
  const auto consider = [&](Instant due) { next = next ? std::min(*next, due) : due; };
  if (const auto due = projections_.deadlines.next()) consider(*due);
  if (!farewells_.empty()) consider(farewells_.front().first);
  return next;
}

/// Every command comes through here, with an id of its own.
void Loop::run(PeerId from, const Command& command) {
  observer_.command(name_of(command));
  cause_ = CommandId{new_id_()};
  std::visit([&](const auto& alternative) { handle(from, alternative); }, command);
}

template <typename BookingCommand>
requires(std::is_same_v<decltype(BookingCommand::booking_id), std::string> &&
         !has_caller<BookingCommand>) void Loop::handle(PeerId from,
                                                        const BookingCommand& command) {
  act(from, command, [&](const Session&, const Now& now) {
    const auto* found = find_booking(command.booking_id);
    const auto& booking = found ? *found : no_booking;
    return Step<BookingEvent>{StreamId(booking.id), decide(booking, command, now)};
  });
}

template <typename Consequence>
requires(std::is_same_v<decltype(Consequence::booking), BookingId>) void Loop::handle(
    PeerId, const Consequence& command) {
  constexpr bool is_of_admin =
      std::is_same_v<Consequence, WithdrawOffer> || std::is_same_v<Consequence, WithdrawRequest>;
  const Actor actor{is_of_admin ? ActorKind::admin : ActorKind::timer};
  const auto* booking = projections_.bookings.find(command.booking);
  auto events = decide(booking ? *booking : no_booking, command, now(actor));
  if (!events) return observer_.refused(events.error().code, std::nullopt);
  commit(StreamId(command.booking), actor, std::move(*events));
}

/// Timers are commands too: what is due is decided like anything else.
void Loop::expire_due() {
  for (const auto& due : projections_.deadlines.due(at_, expiries_per_turn_max)) {
    switch (due.kind) {
      case DeadlineKind::driver_response:
        run(PeerId{}, ExpireDriverResponse{due.booking});
        break;
      case DeadlineKind::customer_answer:
        run(PeerId{}, ExpireCustomerAnswer{due.booking});
        break;
      case DeadlineKind::pickup:
        run(PeerId{}, ReachPickupTime{due.booking});
        break;
    }
  }
}

/// Customers with nothing in progress go a moment after their final push.
void Loop::plan_farewells() {
  for (const auto peer : turn_->parting) {
    auto* session = sessions_.find(peer);
    if (!session || projections_.bookings.newest_of_customer(session->account)) continue;
    session->farewell_at = at_ + farewell_delay;
    farewells_.emplace_back(*session->farewell_at, peer);
  }
}

/// Said once all before it is durable, so that it need never be taken back.
void Loop::bid_farewells(Instant clock) {
  for (; !farewells_.empty() && farewells_.front().first <= at_; farewells_.pop_front()) {
    const auto [due, peer] = farewells_.front();
    const auto leaves = [&] {
      const auto* session = sessions_.find(peer);
      return session && session->farewell_at == due;
    };
    if (!leaves()) continue;
    finish(clock);
    if (!serving()) return;
    if (!leaves()) continue;
    sessions_.remove(peer);
    outlet_.release({{peer, Close{CloseCode::normal}}});
  }
}

/// Folds an event that was decided, and holds back what it tells whom.
void Loop::commit(const StreamId& stream, const Actor& actor, Event event) {
  const Revision revision{projections_.revision_of(stream).value + 1};
  const Position position{projections_.end.value + 1};
  const auto& envelope = turn_->events.emplace_back(
      Envelope{position, stream, revision, at_, actor, cause_, std::move(event)});
  projections_.apply(envelope);
  show(envelope);
}

/// Holds back what an event that was just folded tells whom.
void Loop::show(const Envelope& envelope) {
  const auto& stream = envelope.stream;
  if (stream.kind == StreamKind::booking) {
    push(envelope, *projections_.bookings.find(BookingId{stream.id}));
  }
  if (stream.kind == StreamKind::room) push_to_room(envelope);
}

void Loop::push(const Envelope& envelope, const Booking& booking) {
  pushes_.clear();
  renderer_.pushes(envelope, booking, pushes_);
  for (const auto& [to, side, frame] : pushes_) {
    const bool is_final = side == Side::customer && !is_in_progress(booking.status);
    for (const auto peer : sessions_.of(to, side)) {
      auto* session = sessions_.find(peer);
      if (session->is_catching_up()) {  // it comes in its turn
        session->parts_then |= is_final;
        continue;
      }
      say(peer, frame);
      if (is_final) turn_->parting.push_back(peer);
    }
  }
  if (is_open(booking)) push_to_drivers(envelope, booking);
}

/// Tells all connected drivers of an open booking but the one who has it.
void Loop::push_to_drivers(const Envelope& envelope, const Booking& booking) {
  const auto news = renderer_.news_to_drivers(envelope, booking);
  if (booking.status == BookingStatus::requested) {
    pending_frames_[booking.id] = news;  // what it tells when it is requested
  } else {
    pending_frames_.erase(booking.id);
  }
  if (!news) return;
  for (const auto& [account, peers] : sessions_.on(Side::campus_driver)) {
    if (account == parties_of(booking).driver) continue;
    for (const auto peer : peers) say(peer, news);
  }
}

void Loop::push_to_room(const Envelope& envelope) {
  const auto news = renderer_.news_to_room(envelope);
  if (!news) return;
  for (const auto peer : sessions_.in(RoomId{envelope.stream.id})) say(peer, news);
}

void Loop::refuse(PeerId to, bool over_http, std::optional<Side> side,
                  std::optional<std::string_view> booking_id, const Refusal& refusal) {
  const auto* session = over_http ? nullptr : sessions_.find(to);
  observer_.refused(refusal.code, session ? session->side : side);
  if (over_http) {
    say(to, renderer_.refused(refusal, at_));
  } else if (session) {
    say(to, renderer_.error(session->side, refusal, booking_id));
  }
}

void Loop::say(PeerId to, decltype(Output::what) what) {
  if (to != PeerId{}) turn_->outbox.push_back({to, std::move(what)});
}

std::unique_ptr<Turn> Loop::new_turn() {
  if (used_.empty()) return std::make_unique<Turn>();
  auto turn = std::move(used_.back());
  used_.pop_back();
  return turn;
}

/// Gives the turn to the log. What has no events waits there for what it rests on, if that is not
/// durable yet.
void Loop::hand_over(std::size_t in_flight_max) {
  if (turn_->events.empty() && in_flight_.empty()) {
    release(turn_->outbox);
    turn_->clear();
    return used_.push_back(std::move(turn_));
  }
  auto& turn = *in_flight_.emplace_back(std::move(turn_));
  if (in_flight_.size() <= in_flight_max) {
    log_.begin_append(turn.before, turn.events,
                      [&](const LogResult& appended) { conclude(turn, appended); });
  } else {
    conclude(turn, log_.append(turn.before, turn.events));
  }
}

/// Maybe on the log's thread, which touches nothing but the turn: what it tells may be shown now,
/// or never.
void Loop::conclude(Turn& turn, const LogResult& appended) {
  if (appended) {
    if (!turn.events.empty()) observer_.appended(turn.events);
    release(turn.outbox);
    turn.clear();  // here, as there is less to do
  }
  turn.outcome.say(appended);
  if (!appended) outlet_.call_turn();
}

void Loop::release(Outbox& outbox) {
  if (!outbox.empty()) outlet_.release(std::exchange(outbox, {}));
}

/// Lets go of the turns that are durable, and takes back those that failed.
void Loop::see_to_turns(Instant clock) {
  for (; !in_flight_.empty(); in_flight_.pop_front()) {
    auto& turn = in_flight_.front();
    if (!turn->outcome.is_known()) return;
    if (!turn->outcome.result()) return take_back(clock);
    turn->outcome.clear();
    used_.push_back(std::move(turn));
  }
}

void Loop::finish(Instant clock) {
  log_.finish_appends();
  see_to_turns(clock);
}

const Account* Loop::account_of(const Identity& identity) const {
  const auto& accounts = projections_.accounts;
  if (identity.email) {
    if (const auto* account = accounts.find_email(*identity.email)) return account;
  }
  for (const auto& text : {identity.user_id, identity.subject}) {
    if (!text) continue;
    if (const auto id = AccountId::parse(*text)) {
      if (const auto* account = accounts.find(*id)) return account;
    }
  }
  return nullptr;
}

/// Why an account may not act on a side, in the order that PROTOCOL.md gives (Sockets and
/// accounts).
std::optional<Refusal> Loop::objection_to(Side side, const Account* account) const {
  switch (side) {
    case Side::driver:
      if (account && account->has(Role::driver)) break;
      return Refusal{RefusalCode::driver_not_found, "The token is not a driver's."};
    case Side::customer:
      if (account && account->has(Role::customer)) break;
      return Refusal{RefusalCode::customer_not_found, "The token is not a customer's."};
    case Side::campus_driver:
    case Side::passenger:
    case Side::participant:
      if (!account) return Refusal{RefusalCode::invalid_token, "The token is of no account."};
      if (side == Side::participant || account->has(Role::student)) break;
      return Refusal{RefusalCode::forbidden, "The token is not a student's."};
  }
  switch (account->status) {
    case AccountStatus::active:
      return std::nullopt;
    case AccountStatus::blocked:
      return Refusal{RefusalCode::account_blocked, "Account blocked."};
    case AccountStatus::deleted:
      return Refusal{RefusalCode::account_deleted, "Account deleted."};
  }
  return std::nullopt;
}

const Booking* Loop::find_booking(std::string_view id) const {
  const auto booking = BookingId::parse(id);
  return booking ? projections_.bookings.find(*booking) : nullptr;
}

std::expected<const Booking*, Refusal> Loop::find_or_fold(std::string_view id,
                                                          Booking& room) const {
  const auto parsed = BookingId::parse(id);
  return parsed ? find_or_fold(*parsed, room) : &(room = Booking{});
}

std::expected<const Booking*, Refusal> Loop::find_or_fold(BookingId id, Booking& room) const {
  if (const auto* booking = projections_.bookings.find(id)) return booking;
  room = Booking{};
  if (const auto there = history_is_there(); !there)
    return std::unexpected(unreadable(there.error()));
  const auto read = log_.read_stream(StreamId(id), [&](const Envelope& envelope) {
    apply(room, envelope);
    return true;
  });
  if (!read) return std::unexpected(unreadable(read.error()));
  return &room;
}

/// A stream with what the running turn adds to it.
LogResult Loop::read_stream(const StreamId& stream, const EventLog::Visit& visit) const {
  bool more = true;
  if (auto there = history_is_there(); !there) return there;
  const auto read =
      log_.read_stream(stream, [&](const Envelope& envelope) { return more = visit(envelope); });
  if (!read) return read;
  for (const auto& envelope : turn_->events) {
    if (more && envelope.stream == stream) more = visit(envelope);
  }
  return {};
}

/// What mentions a subject, newest first, from the running turn on backwards.
LogResult Loop::read_mentions(const Subject& subject, Position before,
                              const EventLog::Visit& visit) const {
  for (const auto& envelope : turn_->events | std::views::reverse) {
    const bool fits = envelope.position < before && mentions(envelope, subject);
    if (fits && !visit(envelope)) return {};
  }
  if (auto there = history_is_there(); !there) return there;
  return log_.read_mentions(subject, before, visit);
}

/// What is in flight is history as well. If it turns out that it failed, the log holds less than
/// what was decided and let go of: then nothing may be decided on what it holds.
LogResult Loop::history_is_there() const {
  log_.finish_appends();
  return rests_on_failure() ? in_flight_.back()->outcome.result() : LogResult{};
}

/// Whether the turn that runs is going to be taken back.
bool Loop::rests_on_failure() const {
  if (in_flight_.empty()) return false;
  const auto& outcome = in_flight_.back()->outcome;  // whatever came before, it fails then, too
  return outcome.is_known() && !outcome.result();
}

/// What is told to who asked for something that can't be read.
Refusal Loop::unreadable(const LogError& error) const {
  if (rests_on_failure()) return log_unavailable();  // and is told of when it is taken back
  observer_.log_failed(error);
  if (error.kind != LogError::Kind::damaged) return log_unavailable();
  return {RefusalCode::internal_error, "What was asked for can't be read; the operator knows."};
}

Now Loop::now(const Actor& actor) const {
  return {at_, actor, rules_, projections_.accounts, projections_.templates, projections_.roster};
}

}  // namespace hansom
