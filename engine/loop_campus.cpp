// Open bookings: sockets of passengers and drivers, and what they do (PROTOCOL.md, Campus).

#include "engine/loop.hpp"

namespace hansom {

/// Who comes back into a ride is shown it again, and a driver what can be accepted.
void Loop::serve(PeerId from, const Account& caller, const ConnectToCampus& request) {
  if (AccountId::parse(request.user_id) != caller.id) {
    return refuse(from, request, {RefusalCode::forbidden, "The token is another account's."});
  }
  if (const auto objection = objection_to_another_socket(caller.id)) {
    return refuse(from, request, *objection);
  }
  const auto side = request.caller.side;
  sessions_.add({.peer = from, .account = caller.id, .side = side});
  say(from, Admitted{});
  if (const auto* current = open_ride_of(caller.id, side)) say(from, renderer_.open_ride(*current));
  if (side == Side::passenger) return;
  auto& session = *sessions_.find(from);
  session.pending_show = {Position{}, projections_.end};
  show_pending(session);
}

/// Shows the next part of what was pending when the driver connected; the rest when that is sent.
void Loop::show_pending(Session& session) {
  auto& [from, until] = *session.pending_show;
  Burst part;
  std::size_t bytes = 0;
  for (const auto id : projections_.bookings.pending_from(from)) {
    const auto& booking = *projections_.bookings.find(id);
    if (booking.requested_position > until) break;
    part.report_drained = bytes >= replay_part_bytes;
    if (part.report_drained) break;
    from = {booking.requested_position.value + 1};
    part.frames.push_back(pending_frame(booking));
    bytes += part.frames.back()->size();
  }
  if (!part.report_drained) session.pending_show.reset();
  if (!part.frames.empty()) say(session.peer, std::move(part));
}

const Frame& Loop::pending_frame(const Booking& booking) {
  auto& frame = pending_frames_[booking.id];
  if (!frame) frame = renderer_.pending_ride(booking);
  return frame;
}

void Loop::handle(PeerId from, const RequestOpenRide& command) {
  act(from, command, [&](const Session& session, const Now& now) {
    const auto* current = projections_.bookings.open_of_customer(session.account);
    return Step<BookingEvent>{StreamId(BookingId{cause_.value}), decide(current, command, now)};
  });
}

/// Decides on the booking that the command names, in progress or not.
template <typename RideCommand, typename Decide>
void Loop::act_on_ride(PeerId from, const RideCommand& command, Decide decide_on) {
  act(from, command, [&](const Session& session, const Now& now) -> Step<BookingEvent> {
    Booking room;
    const auto booking = find_or_fold(command.ride_id, room);
    if (!booking) return {{}, std::unexpected(booking.error())};
    return {StreamId((*booking)->id), decide_on(**booking, session, now)};
  });
}

/// The first one in the order of the log wins.
void Loop::handle(PeerId from, const AcceptOpenOffer& command) {
  act_on_ride(from, command, [&](const Booking& booking, const Session& session, const Now& now) {
    const auto* current = projections_.bookings.open_of_driver(session.account);
    return decide(booking, current, command, now);
  });
}

void Loop::handle(PeerId from, const CompleteOpenRide& command) {
  act_on_ride(from, command, [&](const Booking& booking, const Session&, const Now& now) {
    return decide(booking, command, now);
  });
}

void Loop::handle(PeerId from, const CancelOpenRide& command) {
  act_on_ride(from, command, [&](const Booking& booking, const Session&, const Now& now) {
    return decide(booking, command, now);
  });
}

void Loop::handle(PeerId from, const SendRideMessage& command) {
  act(from, command, [&](const Session& session, const Now& now) {
    const auto* current = open_ride_of(session.account, session.side);
    return Step<BookingEvent>{current ? StreamId(current->id) : StreamId(),
                              decide(current, command, now)};
  });
}

const Booking* Loop::open_ride_of(AccountId account, Side side) const {
  return side == Side::campus_driver ? projections_.bookings.open_of_driver(account)
                                     : projections_.bookings.open_of_customer(account);
}

}  // namespace hansom
