// What a socket missed, and how things stand: snapshots, and pushes once more.

#include "engine/booking_lists.hpp"
#include "engine/loop.hpp"

#include <utility>

namespace hansom {

void Loop::handle(PeerId from, const Resync& command) {
  auto* session = sessions_.find(from);
  if (!session) return;
  if (session->resyncs.size() == resyncs_waiting_max) {
    turn_->resynced.emplace_back(from, command);
    return refuse(from, command,
                  {RefusalCode::server_busy, "Too many resyncs wait for their answers."});
  }
  session->resyncs.push_back(command);
  answer_resyncs(*session);
}

/// While a resync is under way, what is behind this position has not all been told yet.
void Loop::handle(PeerId from, const TellPosition& command) {
  const auto* session = sessions_.find(from);
  if (!session) return;
  if (!session->resyncs.empty()) {
    return refuse(from, command, {RefusalCode::server_busy, "A resync waits for its answer."});
  }
  say(from, renderer_.position(projections_.end));
}

void Loop::handle(PeerId from, const Drained&) {
  auto* session = sessions_.find(from);
  if (!session) return;
  session->draining = false;
  if (session->pending_show) show_pending(*session);
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
    turn_->resynced.emplace_back(session.peer, std::move(session.resyncs.front()));
    session.resyncs.erase(session.resyncs.begin());
    session.replay.reset();
    if (std::exchange(session.parts_then, false)) turn_->parting.push_back(session.peer);
  }
}

/// What was not shown has to be asked for again; by a campus driver, who can't ask, by coming
/// again.
void Loop::give_up_resyncs(PeerId peer) {
  auto* session = sessions_.find(peer);
  if (!session) return;
  if (session->side == Side::campus_driver) {
    dismiss(peer, session->side, log_unavailable(), CloseCode::try_again_later);
    return handle(peer, Disconnect{});
  }
  for (const auto& command : std::exchange(session->resyncs, {})) {
    refuse(peer, command, log_unavailable());
  }
  session->replay.reset();
  session->draining = false;
}

/// What comes next of the answer to the first resync. Whether its booking can be shown is found out
/// before the first part, and what it is with the last.
std::expected<Loop::Part, Refusal> Loop::next_part(Session& session) {
  const auto& command = session.resyncs.front();
  const bool goes_on = session.is_catching_up();
  Booking room;
  std::expected<const Booking*, Refusal> booking = nullptr;
  if (!goes_on) booking = booking_to_show(session, command, room);
  if (!booking) return std::unexpected(booking.error());
  Part part;
  if (command.since) {
    auto replayed = replay_part(session, *command.since);
    if (!replayed || !replayed->is_last) return replayed;
    part = std::move(*replayed);
  }
  if (goes_on) booking = booking_to_show(session, command, room);
  if (!booking) return std::unexpected(booking.error());
  part.frames.push_back(renderer_.snapshot(session.side, *booking));
  return part;
}

/// The booking that is asked for; without an id a driver's oldest in progress, or a customer's
/// newest (the taxi document, resync), or null.
std::expected<const Booking*, Refusal> Loop::booking_to_show(const Session& session,
                                                             const Resync& command,
                                                             Booking& room) const {
  if (!command.booking_id) {
    const auto& bookings = projections_.bookings;
    return session.side == Side::driver ? bookings.oldest_of_driver(session.account)
                                        : bookings.newest_of_customer(session.account);
  }
  auto booking = find_or_fold(*command.booking_id, room);
  if (booking && !belongs_to(**booking, session.account, session.side)) {
    return std::unexpected(no_such_booking());
  }
  return booking;
}

/// The next pushes to the session's account and side, rendered from the log as they were the first
/// time: as many as fit into a part, or as come of so much as is looked at for one.
std::expected<Loop::Part, Refusal> Loop::replay_part(Session& session, Position since) {
  if (!session.replay) {
    if (since == Position{}) since = before_all_in_progress(session);
    session.replay = std::make_unique<Replay>(begin_replay(session, since));
  }
  auto& replay = *session.replay;
  const auto read = [this](const StreamId& stream, const EventLog::Visit& visit) {
    return read_stream(stream, visit);
  };
  Part part;
  std::size_t bytes = 0;
  for (std::size_t left = replay_looked_at_max; left > 0 && bytes < replay_part_bytes; --left) {
    if (!replay.is_found()) {
      const auto all = find_bookings(session, replay, left);
      if (!all) return std::unexpected(all.error());
      if (!*all) break;
    }
    const auto step = replay.next(read);
    if (!step) return std::unexpected(unreadable(step.error()));
    if (!*step) {
      // What happened since this was begun is gone through as well.
      if (replay.until() == projections_.end) return part;
      replay = begin_replay(session, replay.until());
      continue;
    }
    pushes_.clear();
    renderer_.pushes((*step)->envelope, (*step)->booking, pushes_);
    for (auto& [to, side, frame] : pushes_) {
      if (to != session.account || side != session.side) continue;
      bytes += frame->size();
      part.frames.push_back(std::move(frame));
    }
  }
  part.is_last = false;
  return part;
}

/// Of the bookings with pushes for the session's account after `since`, those in progress.
Replay Loop::begin_replay(const Session& session, Position since) const {
  Replay replay(since, projections_.end);
  for (const auto id : in_progress(session)) replay.begin(id, since);
  return replay;
}

/// Finds the others, which the account came into or left (see events/mentions.hpp): looks at so
/// many events at most, and says whether these were all.
std::expected<bool, Refusal> Loop::find_bookings(const Session& session, Replay& replay,
                                                 std::size_t look_at) const {
  bool all = true;
  const auto visit = [&](const Envelope& envelope) {
    if (envelope.position <= replay.since()) return false;
    all = look_at-- > 0;
    if (!all) return false;
    // Newest first, so that the earliest mention has the last word.
    const bool enters = enters_list(envelope, session.account, session.side);
    replay.begin(BookingId{envelope.stream.id}, enters ? envelope.position : replay.since());
    replay.searched(envelope.position);
    return true;
  };
  const auto read = read_mentions(session.account, replay.unsearched_before(), visit);
  if (!read) return std::unexpected(unreadable(read.error()));
  if (all) replay.searched(replay.since());
  return all;
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

}  // namespace hansom
