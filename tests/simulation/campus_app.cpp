#include "tests/simulation/campus_app.hpp"

#include <utility>

namespace hansom::simulation {

void CampusApp::heard(Socket& socket, const Frame& frame, bool in_burst) {
  if (!std::exchange(socket.heard_any, true)) {
    // Who comes back into a ride is shown it, with the frame that told of it.
    if (was_shown(socket, frame)) return socket.cursor.may_have_taken(frame);
    if (must_be_shown(socket)) fail("was not shown the ride", *frame);
  }
  const auto json = parsed(*frame);
  const auto action = member(json, "action");
  if (action == "error" || action == "force_disconnect") return;
  std::string ride;
  if (json.HasMember("data")) ride = member(json["data"], "id");
  if (!ride.empty()) remember(rides_, ride);
  if (action == "sending_pending_ride_request") {
    if (!socket.shown.insert(ride).second) fail("shown a request twice", *frame);
    if (in_burst) return check_pending(socket, ride, frame);
  }
  if (!socket.cursor.take(frame)) fail("out of order, or not in the log", *frame);
}

/// Whether the frame shows the ride that there was when the socket was admitted.
bool CampusApp::was_shown(const Socket& socket, const Frame& frame) const {
  const auto& history = world_.truth.history();
  return history.once(socket.asked, socket.admitted, [&](Position at) {
    const auto* ride = history.current(account_, side_, at);
    return ride && *world_.renderer().open_ride(*ride) == *frame;
  });
}

bool CampusApp::must_be_shown(const Socket& socket) const {
  const auto& history = world_.truth.history();
  return !history.once(socket.asked, socket.admitted, [&](Position at) {
    return history.current(account_, side_, at) == nullptr;
  });
}

/// What is shown to who comes is pending still, or was when it was shown.
void CampusApp::check_pending(const Socket& socket, const std::string& ride,
                              const Frame& frame) const {
  const auto& history = world_.truth.history();
  const auto id = BookingId::parse(ride);
  const bool was_so = id && history.once(socket.asked, [&](Position at) {
    const auto* booking = history.booking(*id, at);
    return booking && booking->status == BookingStatus::requested &&
           booking->requested_position <= socket.admitted &&
           *world_.renderer().pending_ride(*booking) == *frame;
  });
  if (!was_so) fail("shown what is not pending", *frame);
}

void CampusApp::check_all_is_told() const {
  ManySockets::check_all_is_told();
  const auto& state = world_.truth.state();
  for (const auto& socket : sockets_) {
    if (!socket->heard_any && must_be_shown(*socket)) fail("was not shown the ride");
    if (side_ == Side::passenger) continue;
    for (const auto id : state.bookings.pending_from({})) {
      if (!socket->shown.contains(to_string(id))) fail("was not shown " + to_string(id));
    }
  }
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

}  // namespace hansom::simulation
