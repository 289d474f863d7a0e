#include "bench/ride_load.hpp"

#include <algorithm>
#include <chrono>
#include <stdexcept>

namespace hansom::bench {
namespace {

Instant now() {
  return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
}

/// Rides stand as long as they are not moved on.
Rules patient_rules() {
  Rules rules;
  rules.driver_response_time = rules.customer_waiting_time = std::chrono::days(365);
  return rules;
}

RequestBooking request_of(const std::string& customer_email, Coordinates home) {
  RequestBooking request;
  request.caller.identity.email = customer_email;
  request.no_of_passengers = 2;
  request.pickup = place("Home", home);
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
    : rules_(patient_rules()),
      loop_(log, rules_, renderer_, told_, told_, [this] { return uuid_of(++last_id_); }) {
  expect(loop_.start(now()));
  register_and_connect(drivers, Side::driver);
  register_and_connect(customers, Side::customer);
  rides_.resize(in_flight);
  for (std::size_t i = 0; i < in_flight; ++i) rides_[i].customer = i % customers;
}

RideLoad::RideLoad(EventLog& log, Loop::LoadCheckpoint load_checkpoint)
    : rules_(patient_rules()),
      loop_(
          log, rules_, renderer_, told_, told_, [this] { return uuid_of(++last_id_); },
          std::move(load_checkpoint)) {
  expect(loop_.start(now()));
  // Beyond all ids of whoever went on with this log before: they made some for each event.
  last_id_ = events() << 8;
  for (const auto* booking : loop_.projections().bookings.all()) adopt(*booking);
}

void RideLoad::adopt(const Booking& booking) {
  const auto step = booking.status == BookingStatus::requested      ? Step::offer
                    : booking.status == BookingStatus::confirmation ? Step::accept
                    : booking.chat.empty()                          ? Step::chat
                                                                    : Step::complete;
  const auto email_of = [&](AccountId account) {
    return loop_.projections().accounts.find(account)->email;
  };
  const auto driver = booking.driver.value().account;
  const auto home = booking.pickup.at;
  if (!driver_peers_.contains(driver)) {
    const auto peer = driver_peers_[driver] = connect(email_of(driver), Side::driver);
    move(peer, {home.latitude + 0.01, home.longitude});
  }
  const auto email = email_of(booking.customer.account);
  rides_.push_back({customers_.size(), step, booking.id, driver});
  customers_.push_back({connect(email, Side::customer), email, home});
}

void RideLoad::register_and_connect(std::size_t count, Side side) {
  const std::string name = side == Side::driver ? "driver" : "customer";
  for (std::size_t i = 0; i < count; ++i) {
    const auto email = name + std::to_string(i) + "@bench.invalid";
    AccountRegistered account{email, "Somebody", {}, "211234567", "NZ", {}, {}, {}, {}};
    account.roles = {side == Side::driver ? Role::driver : Role::customer};
    renderer_.registered.clear();
    loop_.turn({{PeerId{++last_peer_}, RegisterAccount{account}}}, now());
    const auto peer = connect(email, side);
    if (side == Side::customer) {
      customers_.push_back({peer, email, sydney});
      continue;
    }
    driver_peers_[renderer_.registered.at(0)] = peer;
    move(peer, {sydney.latitude + 0.001 * static_cast<double>(i), sydney.longitude});
  }
}

PeerId RideLoad::connect(const std::string& email, Side side) {
  const PeerId peer{++last_peer_};
  loop_.turn({{peer, Connect{side, {email, {}, {}}, {}}}}, now());
  return peer;
}

void RideLoad::move(PeerId driver, Coordinates to) {
  loop_.turn({{driver, UpdateLocation{to}}}, now());
}

void RideLoad::Told::tell(Position position) {
  {
    const std::lock_guard lock(mutex_);
    durable_ = position;
  }
  changed_.notify_all();
}

void RideLoad::Told::wait_for(Position position) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return durable_ >= position; });
}

void RideLoad::step_all() {
  const auto turn_size = std::min(rides_.size(), net::commands_per_turn_max);
  for (auto& ride : rides_) {
    told_.wait_for(ride.decided);
    submit(ride);
    stepping_.push_back(&ride);
    if (queue_.size() < turn_size) continue;
    take_some();
    note_assigned();
    for (auto* stepped : stepping_) stepped->decided = {events()};
    stepping_.clear();
  }
}

/// As the server does (net/zone.cpp).
void RideLoad::take_some() {
  std::vector<Submitted> commands;
  queue_.take(commands, std::chrono::microseconds(0));
  commands_ += commands.size();
  const auto in_flight_max = queue_.in_flight_max(commands);
  loop_.turn(std::move(commands), now(), in_flight_max);
}

void RideLoad::queue_some(std::size_t rides) {
  for (std::size_t i = 0; i < std::min(rides, rides_.size()); ++i) {
    auto& ride = rides_[i];
    std::swap(ride, rides_[i + chance_.below(rides_.size() - i)]);
    submit(ride);
    if (ride.step == Step::request) submit(ride);
  }
}

void RideLoad::take_queued() {
  while (queue_.size() > 0) take_some();
  loop_.finish(now());
  note_assigned();
}

void RideLoad::submit(Ride& ride) {
  if (!queue_.push(next_command(ride))) throw std::runtime_error("the queue is full");
}

/// Who is asked for the rides that were requested since this was last done.
void RideLoad::note_assigned() {
  if (renderer_.assigned.size() != requesting_.size()) {
    throw std::runtime_error("a request found no driver");
  }
  for (std::size_t i = 0; i < requesting_.size(); ++i) {
    std::tie(requesting_[i]->booking, requesting_[i]->driver) = renderer_.assigned[i];
  }
  requesting_.clear();
  renderer_.assigned.clear();
}

Submitted RideLoad::next_command(Ride& ride) {
  const auto& customer = customers_[ride.customer];
  switch (ride.step) {
    case Step::request:
      ride.step = Step::offer;
      requesting_.push_back(&ride);
      return {PeerId{++last_peer_}, request_of(customer.email, customer.home)};
    case Step::offer:
      ride.step = Step::accept;
      return {driver_peers_.at(ride.driver), SubmitArrivalTime{to_string(ride.booking), 300}};
    case Step::accept:
      ride.step = Step::chat;
      return {customer.peer, AcceptOffer{to_string(ride.booking)}};
    case Step::chat:
      ride.step = Step::complete;
      return {customer.peer,
              SendChatMessage{to_string(ride.booking), "Hi, I'm at the front entrance."}};
    case Step::complete:
      break;
  }
  ride.step = Step::request;
  ++rides_completed_;
  return {driver_peers_.at(ride.driver), CompleteRide{to_string(ride.booking)}};
}

}  // namespace hansom::bench
