#include "engine/loop.hpp"

#include <algorithm>
#include <type_traits>
#include <utility>

namespace hansom {
namespace {

const Booking no_booking;

Actor actor_of(const Session& session) {
  return {session.side == Side::driver ? ActorKind::driver : ActorKind::customer, session.account};
}

bool belongs_to(const Booking& booking, const Session& session) {
  if (session.side == Side::customer) return booking.customer.account == session.account;
  if (booking.driver) return booking.driver->account == session.account;
  // One that was cancelled for want of a driver is still that of the last who had it.
  return booking.status == BookingStatus::cancelled && !booking.asked.empty() &&
         booking.asked.back() == session.account;
}

}  // namespace

Loop::Loop(EventLog& log, const Rules& rules, const Renderer& renderer, Observer& observer,
           NewId new_id)
    : log_(log),
      rules_(rules),
      renderer_(renderer),
      observer_(observer),
      new_id_(std::move(new_id)) {}

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
  parting_.clear();
  if (!serving() && !recover(clock)) {
    turn_away(commands);
    return std::exchange(outbox_, {});
  }
  // 2. Decide. 3. Fold. 4. Render. (All in `commit`.) What is rendered is held back in the outbox.
  for (const auto& [from, command] : commands) run(from, command);
  expire_due();
  // 5. Append the whole batch with one sync; only then is anything shown.
  if (const auto appended = append(); appended) {
    bid_farewell();
  } else {
    observer_.log_failed(appended.error());
    withdraw(commands);
    retry_log_at_ = std::max(clock, reopened_at_ + log_retry_interval);
    recover(clock);
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

void Loop::handle(PeerId from, const Connect& command) {
  const auto* account = account_of(command.identity);
  if (const auto objection = objection_to(command, account)) {
    dismiss(from, *objection, CloseCode::policy_violation);
    return;
  }
  if (const auto replaced =
          sessions_.add({from, account->id, command.side, command.device_id, std::nullopt})) {
    replaced_.push_back(replaced->peer);
    dismiss(replaced->peer, session_replaced(), CloseCode::policy_violation);
  }
  if (command.side == Side::driver) projections_.roster.arrive(account->id);
  say(from, renderer_.connected(command.side, account->id));
}

void Loop::handle(PeerId from, const Disconnect&) {
  const auto session = sessions_.remove(from);
  if (session && session->side == Side::driver) projections_.roster.leave(session->account);
}

void Loop::handle(PeerId from, const Misspeak& command) {
  if (sessions_.find(from)) refuse(from, command, command.refusal);
}

void Loop::handle(PeerId from, const UpdateLocation& command) {
  if (const auto* session = sessions_.find(from)) {
    projections_.roster.move(session->account, command.position);
  }
}

void Loop::handle(PeerId from, const Resync& command) {
  const auto* session = sessions_.find(from);
  if (!session) return;
  if (!command.booking_id) {
    const auto& bookings = projections_.bookings;
    say(from,
        renderer_.snapshot(session->side, session->side == Side::driver
                                              ? bookings.oldest_of_driver(session->account)
                                              : bookings.newest_of_customer(session->account)));
    return;
  }
  std::expected<Booking, Refusal> ended;
  const auto* booking = find_booking(*command.booking_id);
  if (!booking) {
    ended = fold_ended(*command.booking_id);
    if (!ended) return refuse(from, command, ended.error());
    booking = &*ended;
  }
  if (!belongs_to(*booking, *session)) {
    return refuse(from, command,
                  {RefusalCode::booking_not_found, "There is no such booking of yours."});
  }
  say(from, renderer_.snapshot(session->side, booking));
}

void Loop::handle(PeerId from, const RequestBooking& command) {
  const auto* customer = account_of(command.customer);
  if (!customer || !customer->has(Role::customer)) {
    return refuse(from, command,
                  {RefusalCode::customer_not_found, "The token is not a customer's."});
  }
  const Actor actor{ActorKind::customer, customer->id};
  auto events = decide(no_booking, command, now(actor));
  if (!events) return refuse(from, command, events.error());
  std::optional<AccountId> driver;
  for (const auto& event : *events) {
    if (const auto* assigned = std::get_if<DriverAssigned>(&event)) {
      driver = assigned->driver.account;
    }
  }
  const BookingId booking{cause_.value};
  commit(StreamId(booking), actor, std::move(*events));
  say(from, renderer_.booking_requested(booking, driver, at_));
}

void Loop::handle(PeerId from, const RegisterAccount& command) {
  const Actor actor{ActorKind::admin};
  auto events = decide(command, now(actor));
  if (!events) return refuse(from, command, events.error());
  const AccountId account{cause_.value};
  commit(StreamId(account), actor, std::move(*events));
  say(from, renderer_.account_registered(account, at_));
}

template <typename Expiry>
requires requires(Expiry expiry) { expiry.booking; }
void Loop::handle(PeerId, const Expiry& command) {
  const Actor actor{ActorKind::timer};
  const auto* booking = projections_.bookings.find(command.booking);
  auto events = decide(booking ? *booking : no_booking, command, now(actor));
  if (!events) return observer_.refused(events.error().code);
  commit(StreamId(command.booking), actor, std::move(*events));
}

template <typename BookingCommand>
requires requires(BookingCommand command) { command.booking_id; }
void Loop::handle(PeerId from, const BookingCommand& command) {
  const auto* session = sessions_.find(from);
  if (!session) return;  // dismissed meanwhile
  const auto actor = actor_of(*session);
  const auto* booking = find_booking(command.booking_id);
  auto events = decide(booking ? *booking : no_booking, command, now(actor));
  if (!events) return refuse(from, command, events.error());
  commit(StreamId(booking->id), actor, std::move(*events));
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
    }
  }
}

/// Closes the sockets of customers with nothing in progress, a moment after their final push.
void Loop::bid_farewell() {
  for (const auto peer : parting_) {
    if (auto* session = sessions_.find(peer)) {
      session->farewell_at = at_ + farewell_delay;
      farewells_.emplace_back(*session->farewell_at, peer);
    }
  }
  for (; !farewells_.empty() && farewells_.front().first <= at_; farewells_.pop_front()) {
    const auto [due, peer] = farewells_.front();
    const auto* session = sessions_.find(peer);
    if (!session || session->farewell_at != due) continue;
    if (projections_.bookings.newest_of_customer(session->account)) continue;
    sessions_.remove(peer);
    say(peer, Close{CloseCode::normal});
  }
}

template <typename Event>
void Loop::commit(const StreamId& stream, const Actor& actor, std::vector<Event> events) {
  auto revision = projections_.revision_of(stream);
  for (auto& event : events) {
    batch_.push_back({{projections_.end.value + 1},
                      stream,
                      {++revision.value},
                      at_,
                      actor,
                      cause_,
                      Event(std::move(event))});
    const auto& envelope = batch_.back();
    projections_.apply(envelope);
    if constexpr (std::is_same_v<Event, BookingEvent>) {
      push(envelope, *projections_.bookings.find(BookingId{stream.id}));
    }
  }
}

void Loop::push(const Envelope& envelope, const Booking& booking) {
  pushes_.clear();
  renderer_.pushes(envelope, booking, pushes_);
  for (auto& [to, side, frame] : pushes_) {
    auto* session = sessions_.find(to, side);
    if (!session) continue;
    say(session->peer, std::move(frame));
    if (side == Side::customer && !is_in_progress(booking.status)) {
      parting_.push_back(session->peer);
    }
  }
}

template <typename Command>
void Loop::refuse(PeerId to, const Command& command, const Refusal& refusal) {
  refuse(to, comes_over_http<Command>, booking_id_of(command), refusal);
}

void Loop::refuse(PeerId to, bool over_http, std::optional<std::string_view> booking_id,
                  const Refusal& refusal) {
  observer_.refused(refusal.code);
  if (over_http) {
    say(to, renderer_.refused(refusal, at_));
  } else {
    say(to, renderer_.error(refusal, booking_id));
  }
}

/// Tells a socket why, and closes it.
void Loop::dismiss(PeerId peer, const Refusal& refusal, CloseCode code) {
  observer_.refused(refusal.code);
  say(peer, renderer_.error(refusal, std::nullopt));
  say(peer, Close{code});
}

template <typename What>
void Loop::say(PeerId to, What what) {
  if (to != PeerId{}) outbox_.push_back({to, std::move(what)});
}

LogResult Loop::append() {
  if (batch_.empty()) return {};
  const Position before{batch_.front().position.value - 1};
  if (auto appended = log_.append(before, batch_); !appended) return appended;
  for (const auto& envelope : batch_) projections_.settle(envelope);
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

/// Why a socket may not be opened, in the order that PROTOCOL.md gives (Sockets and accounts).
std::optional<Refusal> Loop::objection_to(const Connect& command, const Account* account) {
  if (command.side == Side::customer) {
    if (account && account->has(Role::customer)) return std::nullopt;
    return Refusal{RefusalCode::customer_not_found, "The token is not a customer's."};
  }
  if (!account || !account->has(Role::driver)) {
    return Refusal{RefusalCode::driver_not_found, "The token is not a driver's."};
  }
  const auto* elsewhere = sessions_.find(account->id, Side::driver);
  const bool same_device =
      elsewhere && command.device_id && command.device_id == elsewhere->device_id;
  if (elsewhere && !same_device && projections_.bookings.driver_is_on_the_way(account->id)) {
    return Refusal{RefusalCode::ongoing_ride_elsewhere, "A ride is on the way on another device."};
  }
  return std::nullopt;
}

const Booking* Loop::find_booking(std::string_view id) const {
  const auto booking = BookingId::parse(id);
  return booking ? projections_.bookings.find(*booking) : nullptr;
}

/// A booking that has left memory, folded from its stream.
std::expected<Booking, Refusal> Loop::fold_ended(std::string_view id) const {
  Booking booking;
  if (const auto parsed = BookingId::parse(id)) {
    const auto read = log_.read_stream(StreamId(*parsed), [&](const Envelope& envelope) {
      apply(booking, envelope);
      return true;
    });
    if (!read) return std::unexpected(log_unavailable());
  }
  return booking;
}

Now Loop::now(const Actor& actor) const {
  return {at_, actor, rules_, projections_.accounts, projections_.roster};
}

}  // namespace hansom
