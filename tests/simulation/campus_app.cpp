#include "tests/simulation/campus_app.hpp"

#include "tests/simulation/violation.hpp"

namespace hansom::simulation {

void CampusApp::heard(Socket& socket, const Frame& frame, bool in_burst) {
  const bool is_first = !std::exchange(socket.heard_any, true);
  const auto json = parsed(*frame);
  const auto action = member(json, "action");
  if (action == "error" || action == "force_disconnect") return;
  std::string ride;
  if (json.HasMember("data")) ride = member(json["data"], "id");
  if (!ride.empty()) remember(rides_, ride);
  if (action == "sending_pending_ride_request") {
    if (!socket.shown.insert(ride).second) fail("shown a request twice", *frame);
    const auto booking = BookingId::parse(ride);
    if (in_burst && booking && world_.truth.has_booking(*booking)) return;
  }
  // Who comes back into a ride is shown it, with the frame that told of it.
  const bool is_ride = action == "ride_request_created" || action == "ride_request_accepted";
  const auto booking = BookingId::parse(ride);
  if (is_first && is_ride && booking && world_.truth.concerns(*booking, account_)) {
    return socket.cursor.may_have_taken(frame);
  }
  if (socket.cursor.take(frame)) return;
  fail("out of order, or not in the log", *frame);
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
