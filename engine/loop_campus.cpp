// Open bookings: sockets of passengers and drivers, and what they do (PROTOCOL.md, Campus).

#include "engine/loop.hpp"

namespace hansom {

/// Who comes back into a ride is shown it again, and a driver what can be accepted.
void Loop::serve(PeerId from, const Account& caller, const ConnectToCampus& request) {
  if (AccountId::parse(request.user_id) != caller.id) {
    return refuse(from, request, {RefusalCode::forbidden, "The token is another account's."});
  }
  const auto side = request.caller.side;
  const bool drives = side == Side::campus_driver;
  sessions_.add({from, caller.id, side});
  say(from, Admitted{});
  const auto& bookings = projections_.bookings;
  std::vector<Frame> frames;
  const auto* current =
      drives ? bookings.open_of_driver(caller.id) : bookings.open_of_customer(caller.id);
  if (current) frames.push_back(renderer_.open_ride(*current));
  if (drives) {
    for (const auto id : bookings.pending()) {
      const auto& booking = *bookings.find(id);
      if (booking.customer.account != caller.id) frames.push_back(renderer_.pending_ride(booking));
    }
  }
  if (!frames.empty()) say(from, Burst{std::move(frames), true});
}

void Loop::handle(PeerId from, const RequestOpenRide& command) {
  const auto* session = sessions_.find(from);
  if (!session) return;
  const auto actor = actor_on(session->side, session->account);
  auto events =
      decide(projections_.bookings.open_of_customer(session->account), command, now(actor));
  if (!events) return refuse(from, command, events.error());
  commit(StreamId(BookingId{cause_.value}), actor, std::move(*events));
}

/// The first one in the order of the log wins.
void Loop::handle(PeerId from, const AcceptOpenOffer& command) {
  const auto* session = sessions_.find(from);
  if (!session) return;
  const auto actor = actor_on(session->side, session->account);
  Booking room;
  const auto booking = find_or_fold(command.ride_id, room);
  if (!booking) return refuse(from, command, booking.error());
  auto events = decide(**booking, projections_.bookings.open_of_driver(session->account), command,
                       now(actor));
  if (!events) return refuse(from, command, events.error());
  commit(StreamId((*booking)->id), actor, std::move(*events));
}

template <typename RideCommand>
void Loop::end_ride(PeerId from, const RideCommand& command) {
  const auto* session = sessions_.find(from);
  if (!session) return;
  const auto actor = actor_on(session->side, session->account);
  Booking room;
  const auto booking = find_or_fold(command.ride_id, room);
  if (!booking) return refuse(from, command, booking.error());
  auto events = decide(**booking, command, now(actor));
  if (!events) return refuse(from, command, events.error());
  commit(StreamId((*booking)->id), actor, std::move(*events));
}

void Loop::handle(PeerId from, const CompleteOpenRide& command) { end_ride(from, command); }
void Loop::handle(PeerId from, const CancelOpenRide& command) { end_ride(from, command); }

void Loop::handle(PeerId from, const SendRideMessage& command) {
  const auto* session = sessions_.find(from);
  if (!session) return;
  const auto actor = actor_on(session->side, session->account);
  const auto& bookings = projections_.bookings;
  const auto* current = session->side == Side::campus_driver
                            ? bookings.open_of_driver(session->account)
                            : bookings.open_of_customer(session->account);
  auto events = decide(current, command, now(actor));
  if (!events) return refuse(from, command, events.error());
  commit(StreamId(current->id), actor, std::move(*events));
}

}  // namespace hansom
