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
           NewId new_id, LoadCheckpoint load_checkpoint)
    : log_(log),
      rules_(rules),
      renderer_(renderer),
      observer_(observer),
      new_id_(std::move(new_id)),
      load_checkpoint_(std::move(load_checkpoint)) {}

LogResult Loop::start(Instant clock) {
  grace_until_ = clock + rules_.restart_grace;
  return fold();
}

/// The way of a command. There is no other, and no way back.
Outbox Loop::turn(std::span<const Submitted> commands, Instant clock) {
  // 1. Take what is queued and stamp it; time never runs backwards in a log.
  at_ = std::max(clock, projections_.last_at);
  batch_.clear();
  outbox_.clear();
  replaced_.clear();
  forced_out_.clear();
  resynced_.clear();
  parting_.clear();
  if (!serving() && !recover(clock)) {
    turn_away(commands);
    return std::exchange(outbox_, {});
  }
  at_ = std::max(at_, projections_.last_at);  // which a recovery may have moved
  // 2. Decide. 3. Fold. 4. Render. (All in `commit`.) What is rendered is held back in the outbox.
  for (const auto& [from, command] : commands) {
    run(from, command);
    append_part();
  }
  expire_due();
  // 5. Append the whole batch with one sync; only then is anything shown.
  if (const auto appended = append(); appended) {
    unshown_after_.reset();
    bid_farewell();
  } else {
    observer_.log_failed(appended.error());
    withdraw(commands);
    retry_log_at_ = std::max(clock, reopened_at_ + log_retry_interval);
    if (recover(clock)) {
      unshown_after_.reset();
      bid_farewell();
    }
  }
  return std::exchange(outbox_, {});
}

std::optional<Instant> Loop::next_due() const {
  if (retry_log_at_) return retry_log_at_;
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
  if (!events) return observer_.refused(events.error().code);
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

/// Closes the sockets of customers with nothing in progress, a moment after their final push.
void Loop::bid_farewell() {
  for (const auto peer : parting_) {
    auto* session = sessions_.find(peer);
    if (!session || projections_.bookings.newest_of_customer(session->account)) continue;
    session->farewell_at = at_ + farewell_delay;
    farewells_.emplace_back(*session->farewell_at, peer);
  }
  for (; !farewells_.empty() && farewells_.front().first <= at_; farewells_.pop_front()) {
    const auto [due, peer] = farewells_.front();
    const auto* session = sessions_.find(peer);
    if (!session || session->farewell_at != due) continue;
    sessions_.remove(peer);
    say(peer, Close{CloseCode::normal});
  }
}

/// Folds an event that was decided, and holds back what it tells whom.
void Loop::commit(const StreamId& stream, const Actor& actor, Event event) {
  const Revision revision{projections_.revision_of(stream).value + 1};
  const Position position{projections_.end.value + 1};
  const auto& envelope =
      batch_.add({position, stream, revision, at_, actor, cause_, std::move(event)});
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
      if (is_final) parting_.push_back(peer);
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

void Loop::refuse(PeerId to, bool over_http, std::optional<std::string_view> booking_id,
                  const Refusal& refusal) {
  observer_.refused(refusal.code);
  if (over_http) {
    say(to, renderer_.refused(refusal, at_));
  } else if (const auto* session = sessions_.find(to)) {
    say(to, renderer_.error(session->side, refusal, booking_id));
  }
}

void Loop::say(PeerId to, decltype(Output::what) what) {
  if (to != PeerId{}) outbox_.push_back({to, std::move(what)});
}

/// Lets the log write what there is of a large batch while the rest is decided.
void Loop::append_part() {
  const auto part = batch_.open_part();
  if (part.size() < part_events_min) return;
  log_.append_part({part.front().position.value - 1}, part);
  batch_.close_part();
}

LogResult Loop::append() {
  if (batch_.empty()) return {};
  const auto part = batch_.open_part();
  if (auto appended = log_.append({batch_.end().value - part.size()}, part); !appended) {
    return appended;
  }
  for (const auto& envelope : batch_.all()) projections_.settle(envelope);
  observer_.appended(batch_);
  return {};
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
  const auto read =
      log_.read_stream(stream, [&](const Envelope& envelope) { return more = visit(envelope); });
  if (!read) return read;
  for (const auto& envelope : batch_.all()) {
    if (more && envelope.stream == stream) more = visit(envelope);
  }
  return {};
}

/// What mentions a subject, newest first, from the running turn on backwards.
LogResult Loop::read_mentions(const Subject& subject, Position before,
                              const EventLog::Visit& visit) const {
  for (const auto& envelope : batch_.all() | std::views::reverse) {
    const bool fits = envelope.position < before && mentions(envelope, subject);
    if (fits && !visit(envelope)) return {};
  }
  return log_.read_mentions(subject, before, visit);
}

/// What is told to who asked for something that can't be read.
Refusal Loop::unreadable(const LogError& error) const {
  observer_.log_failed(error);
  if (error.kind != LogError::Kind::damaged) return log_unavailable();
  return {RefusalCode::internal_error, "What was asked for can't be read; the operator knows."};
}

Now Loop::now(const Actor& actor) const {
  return {at_, actor, rules_, projections_.accounts, projections_.templates, projections_.roster};
}

}  // namespace hansom
