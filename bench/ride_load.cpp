#include "bench/ride_load.hpp"

#include <chrono>
#include <stdexcept>

namespace hansom::bench {
namespace {

Instant now() {
  return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
}

RequestBooking request_of(const std::string& customer_email) {
  RequestBooking request;
  request.caller.identity.email = customer_email;
  request.no_of_passengers = 2;
  request.pickup = place("Home", sydney);
  request.drop_offs.push_back(place("Airport", {-33.9399, 151.1753}));
  return request;
}

}  // namespace

void RideLoad::NotingRenderer::pushes(const Envelope& envelope, const Booking& booking,
                                      std::vector<Push>& out) const {
  const auto& event = std::get<BookingEvent>(envelope.event);
  if (const auto* asked = std::get_if<DriverAssigned>(&event)) {
    assigned.emplace_back(booking.id, asked->driver.account);
  }
  WireRenderer::pushes(envelope, booking, out);
}

Answer RideLoad::NotingRenderer::account_registered(AccountId account, Instant at) const {
  registered.push_back(account);
  return WireRenderer::account_registered(account, at);
}

RideLoad::RideLoad(EventLog& log, std::size_t drivers, std::size_t customers, std::size_t in_flight)
    : loop_(log, rules_, renderer_, observer_, [this] { return uuid_of(++last_id_); }) {
  expect(loop_.start(now()));
  register_and_connect(drivers, Side::driver);
  customers_ = register_and_connect(customers, Side::customer);
  rides_.resize(in_flight);
  for (std::size_t i = 0; i < in_flight; ++i) rides_[i].customer = i % customers;
}

std::vector<PeerId> RideLoad::register_and_connect(std::size_t count, Side side) {
  const std::string name = side == Side::driver ? "driver" : "customer";
  std::vector<PeerId> peers;
  for (std::size_t i = 0; i < count; ++i) {
    const auto email = name + std::to_string(i) + "@bench.invalid";
    AccountRegistered account{email, "Somebody", {}, "211234567", "NZ", {}, {}, {}, {}};
    account.roles = {side == Side::driver ? Role::driver : Role::customer};
    if (side == Side::customer) customer_emails_.push_back(email);
    const PeerId peer{++last_peer_};
    const PeerId request{++last_peer_};
    renderer_.registered.clear();
    const Submitted commands[] = {{request, RegisterAccount{account}},
                                  {peer, Connect{side, {email, {}, {}}, {}}}};
    loop_.turn(commands, now());
    peers.push_back(peer);
    if (side == Side::driver) {
      driver_peers_[renderer_.registered.at(0)] = peer;
      const double offset = 0.001 * static_cast<double>(i);
      const Submitted move{peer, UpdateLocation{{sydney.latitude + offset, sydney.longitude}}};
      loop_.turn({&move, 1}, now());
    }
  }
  return peers;
}

void RideLoad::turn() {
  requesting_.clear();
  renderer_.assigned.clear();
  for (auto ride = rides_.begin(); ride != rides_.end();) {
    for (; ride != rides_.end() && queue_.size() < net::commands_per_turn_max; ++ride) {
      if (!queue_.push(next_command(*ride))) throw std::runtime_error("the queue is full");
    }
    queue_.take(batch_, std::chrono::microseconds(0));
    commands_ += batch_.size();
    loop_.turn(batch_, now());
  }
  if (renderer_.assigned.size() != requesting_.size()) {
    throw std::runtime_error("a request found no driver");
  }
  for (std::size_t i = 0; i < requesting_.size(); ++i) {
    std::tie(requesting_[i]->booking, requesting_[i]->driver) = renderer_.assigned[i];
  }
}

Submitted RideLoad::next_command(Ride& ride) {
  const auto customer = customers_[ride.customer];
  switch (ride.step) {
    case Step::request:
      ride.step = Step::offer;
      requesting_.push_back(&ride);
      return {PeerId{++last_peer_}, request_of(customer_emails_[ride.customer])};
    case Step::offer:
      ride.step = Step::accept;
      return {driver_peers_.at(ride.driver), SubmitArrivalTime{to_string(ride.booking), 300}};
    case Step::accept:
      ride.step = Step::chat;
      return {customer, AcceptOffer{to_string(ride.booking)}};
    case Step::chat:
      ride.step = Step::complete;
      return {customer, SendChatMessage{to_string(ride.booking), "Hi, I'm at the front entrance."}};
    case Step::complete:
      break;
  }
  ride.step = Step::request;
  ++rides_completed_;
  return {driver_peers_.at(ride.driver), CompleteRide{to_string(ride.booking)}};
}

}  // namespace hansom::bench
