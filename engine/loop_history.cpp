// What was: snapshots, what is shown again, and lists. Read from the log, which holds what is no
// longer in memory; what the running turn decided is not there yet, and taken from its batch.

#include "engine/loop.hpp"
#include "events/mentions.hpp"

#include <algorithm>
#include <limits>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace hansom {
namespace {

constexpr Position beyond_all{std::numeric_limits<std::uint64_t>::max()};

bool belongs_to(const Booking& booking, AccountId account, Side side) {
  if (side == Side::customer) return booking.customer.account == account;
  if (booking.driver) return booking.driver->account == account;
  // One that was cancelled for want of a driver is still that of the last who had it.
  return booking.status == BookingStatus::cancelled && !booking.asked.empty() &&
         booking.asked.back() == account;
}

/// Whether a booking becomes one of the account's on this side with the event.
bool enters_list(const Envelope& envelope, AccountId account, Side side) {
  const auto& event = std::get<BookingEvent>(envelope.event);
  if (const auto* requested = std::get_if<BookingRequested>(&event)) {
    return side == Side::customer && requested->customer.account == account;
  }
  const auto* assigned = std::get_if<DriverAssigned>(&event);
  return assigned && side == Side::driver && assigned->driver.account == account;
}

}  // namespace

void Loop::handle(PeerId from, const Resync& command) {
  auto* session = sessions_.find(from);
  if (!session) return;
  if (session->resyncs.size() == resyncs_waiting_max) {
    resynced_.emplace_back(from, command);
    return refuse(from, command,
                  {RefusalCode::server_busy, "Too many resyncs wait for their answers."});
  }
  session->resyncs.push_back(command);
  answer_resyncs(*session);
}

void Loop::handle(PeerId from, const Drained&) {
  auto* session = sessions_.find(from);
  if (!session) return;
  session->draining = false;
  answer_resyncs(*session);
}

/// Answers what was asked for, in order; pauses whenever much is on its way to the peer.
void Loop::answer_resyncs(Session& session) {
  while (!session.resyncs.empty() && !session.draining) {
    auto part = next_part(session);
    if (part) {
      std::size_t bytes = 0;
      for (const auto& frame : part->frames) bytes += frame->size();
      session.draining = !part->is_last || bytes > resync_unwatched_bytes;
      say(session.peer, Burst{std::move(part->frames), session.draining});
      if (!part->is_last) continue;
    } else {
      refuse(session.peer, session.resyncs.front(), part.error());
    }
    resynced_.emplace_back(session.peer, std::move(session.resyncs.front()));
    session.resyncs.pop_front();
    session.replayed_to.reset();
    if (std::exchange(session.parts_then, false)) parting_.push_back(session.peer);
  }
}

/// What was not shown has to be asked for again.
void Loop::give_up_resyncs(PeerId peer) {
  auto* session = sessions_.find(peer);
  if (!session) return;
  for (const auto& command : std::exchange(session->resyncs, {})) {
    refuse(peer, command, log_unavailable());
  }
  session->replayed_to.reset();
  session->draining = false;
}

/// What comes next of the answer to the first resync.
std::expected<Loop::Part, Refusal> Loop::next_part(Session& session) {
  const auto& command = session.resyncs.front();
  const auto booking = booking_to_show(session, command);
  if (!booking) return std::unexpected(booking.error());
  Part part;
  if (command.since) {
    auto since = session.replayed_to.value_or(*command.since);
    if (since == Position{}) since = before_all_in_progress(session);
    auto replayed = replay(session, since, session.replayed_to.emplace(since));
    if (!replayed || !replayed->is_last) return replayed;
    part = std::move(*replayed);
  }
  part.frames.push_back(renderer_.snapshot(session.side, *booking ? &**booking : nullptr));
  return part;
}

/// The booking that is asked for; without an id a driver's oldest in progress, or a customer's
/// newest (the taxi document, resync).
std::expected<std::optional<Booking>, Refusal> Loop::booking_to_show(const Session& session,
                                                                     const Resync& command) const {
  if (!command.booking_id) {
    const auto& bookings = projections_.bookings;
    const auto* booking = session.side == Side::driver
                              ? bookings.oldest_of_driver(session.account)
                              : bookings.newest_of_customer(session.account);
    return booking ? std::optional(*booking) : std::nullopt;
  }
  auto booking = find_or_fold(*command.booking_id);
  if (!booking) return std::unexpected(booking.error());
  if (!belongs_to(*booking, session.account, session.side)) {
    return std::unexpected(no_such_booking());
  }
  return std::move(*booking);
}

/// The pushes to the session's account and side after `since`, rendered from the log as they were
/// the first time; as many as fit into a part.
std::expected<Loop::Part, Refusal> Loop::replay(const Session& session, Position since,
                                                Position& replayed_to) {
  const auto ids = concerning(session, since);
  if (!ids) return std::unexpected(ids.error());
  std::vector<Envelope> events;
  for (const auto id : *ids) {
    const auto read = read_stream(StreamId(id), [&](const Envelope& envelope) {
      events.push_back(envelope);
      return true;
    });
    if (!read) return std::unexpected(unreadable(read.error()));
  }
  std::ranges::sort(events, {}, &Envelope::position);

  Part part;
  std::size_t bytes = 0;
  std::unordered_map<BookingId, Booking> bookings;
  for (const auto& envelope : events) {
    if (bytes >= replay_part_bytes) {
      part.is_last = false;
      break;
    }
    auto& booking = bookings[BookingId{envelope.stream.id}];
    apply(booking, envelope);
    if (envelope.position <= since) continue;
    pushes_.clear();
    renderer_.pushes(envelope, booking, pushes_);
    for (auto& [to, side, frame] : pushes_) {
      if (to != session.account || side != session.side) continue;
      bytes += frame->size();
      part.frames.push_back(std::move(frame));
    }
    replayed_to = envelope.position;
  }
  return part;
}

/// The bookings with pushes for the session after `since`: what is in progress, and what the
/// account came into or left after it (see events/mentions.hpp).
std::expected<std::vector<BookingId>, Refusal> Loop::concerning(const Session& session,
                                                                Position since) const {
  auto ids = in_progress(session);
  std::unordered_set<BookingId> known(ids.begin(), ids.end());
  const auto read = read_mentions(session.account, beyond_all, [&](const Envelope& envelope) {
    const BookingId id{envelope.stream.id};
    if (envelope.position > since && known.insert(id).second) ids.push_back(id);
    return envelope.position > since;
  });
  if (!read) return std::unexpected(unreadable(read.error()));
  return ids;
}

std::vector<BookingId> Loop::in_progress(const Session& session) const {
  const auto& bookings = projections_.bookings;
  return session.side == Side::driver ? bookings.of_driver(session.account)
                                      : bookings.of_customer(session.account);
}

/// The position before the beginning of what is in progress; the log's end where nothing is.
Position Loop::before_all_in_progress(const Session& session) const {
  const auto ids = in_progress(session);
  if (ids.empty()) return projections_.end;
  return {projections_.bookings.find(ids.front())->requested_position.value - 1};
}

/// A stream with what the running turn adds to it.
LogResult Loop::read_stream(const StreamId& stream, const EventLog::Visit& visit) const {
  bool more = true;
  const auto read =
      log_.read_stream(stream, [&](const Envelope& envelope) { return more = visit(envelope); });
  if (!read) return read;
  for (const auto& envelope : batch_) {
    if (more && envelope.stream == stream) more = visit(envelope);
  }
  return {};
}

/// What mentions an account, newest first, from the running turn on backwards.
LogResult Loop::read_mentions(AccountId account, Position before,
                              const EventLog::Visit& visit) const {
  for (auto envelope = batch_.rbegin(); envelope != batch_.rend(); ++envelope) {
    const bool fits = envelope->position < before && mentions_in(envelope->event).include(account);
    if (fits && !visit(*envelope)) return {};
  }
  return log_.read_mentions(account, before, visit);
}

void Loop::serve(PeerId from, const Account& caller, const ListBookings& request) {
  const auto side = request.caller.side;
  auto before = beyond_all;
  if (request.before) {
    const auto place = place_in_list(caller.id, side, *request.before);
    if (!place) return refuse(from, request, place.error());
    before = *place;
  }
  auto listed = list_bookings(caller.id, side, before, request.limit + 1);
  if (!listed) return refuse(from, request, listed.error());
  std::optional<BookingId> next_before;
  if (listed->size() > request.limit) {
    listed->pop_back();
    next_before = listed->back().id;
  }
  say(from, renderer_.bookings(side, *listed, next_before, at_));
}

/// The account's bookings on a side, the newest first: a customer's by when they were requested, a
/// driver's by when they were assigned.
std::expected<std::vector<Booking>, Refusal> Loop::list_bookings(AccountId account, Side side,
                                                                 Position before,
                                                                 std::size_t most) const {
  std::vector<Booking> listed;
  std::optional<Refusal> refusal;
  const auto read = read_mentions(account, before, [&](const Envelope& envelope) {
    if (!enters_list(envelope, account, side)) return true;
    auto booking = find_or_fold(to_string(envelope.stream.id));
    if (!booking) {
      refusal = booking.error();
    } else if (belongs_to(*booking, account, side)) {
      listed.push_back(std::move(*booking));
    }
    return !refusal && listed.size() < most;
  });
  if (!read) return std::unexpected(unreadable(read.error()));
  if (refusal) return std::unexpected(*refusal);
  return listed;
}

/// The position by which one of the account's bookings is listed.
std::expected<Position, Refusal> Loop::place_in_list(AccountId account, Side side,
                                                     std::string_view id) const {
  const auto booking = find_or_fold(id);
  if (!booking) return std::unexpected(booking.error());
  if (!belongs_to(*booking, account, side)) return std::unexpected(no_such_booking());
  Position place;
  const auto read = read_stream(StreamId(booking->id), [&](const Envelope& envelope) {
    if (enters_list(envelope, account, side)) place = envelope.position;
    return true;
  });
  if (!read) return std::unexpected(unreadable(read.error()));
  return place;
}

}  // namespace hansom
