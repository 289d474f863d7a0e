#include "bench/wire_load.hpp"

#include "bench/wire_format.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <stdexcept>

namespace hansom::bench {
namespace {

constexpr std::chrono::seconds check_interval{1};
constexpr std::size_t rides_max = 100'000;

std::size_t key_of(std::string_view booking) { return std::hash<std::string_view>()(booking); }

std::uint8_t bit(auto party) {
  return static_cast<std::uint8_t>(1u << static_cast<unsigned>(party));
}

[[noreturn]] void unexpected(std::string_view frame) {
  throw std::runtime_error("nobody waited for " + std::string(frame));
}

}  // namespace

const WireLoad::Telling& WireLoad::telling(Step step) {
  static constexpr std::array<Telling, steps> all{{
      {"booking_assigned", {}, Party::requester},
      {"arrival_time_accepted", "arrival_time_offered", Party::driver},
      {"customer_accepted", "accept_accepted", Party::customer},
      {"chat_message", "chat_message", Party::customer},
      {"complete_accepted", "ride_completed", Party::driver},
  }};
  return all[static_cast<std::size_t>(step)];
}

WireLoad::WireLoad(std::uint16_t port, std::size_t drivers, std::size_t customers)
    : sockets_(port), city_(port, sockets_, drivers, customers), requested_(customers) {
  owners_.resize(drivers + 2 * customers);
  for (std::size_t i = 0; i < drivers; ++i) owners_[city_.drivers()[i].socket] = {Party::driver, i};
  for (std::size_t i = 0; i < customers; ++i) {
    owners_[city_.customers()[i].socket] = {Party::customer, i};
    owners_[city_.customers()[i].http] = {Party::requester, i};
  }
}

void WireLoad::keep_in_flight(std::size_t rides) {
  finishing_ = false;
  ride_interval_ = {};
  now_ = Clock::now();
  for (std::size_t i = 0; i < rides; ++i) begin_ride(now_);
}

void WireLoad::keep_at_rate(double commands_per_s) {
  finishing_ = false;
  ride_interval_ = std::chrono::duration_cast<Clock::duration>(
      std::chrono::duration<double>(steps / commands_per_s));
  next_ride_ = Clock::now();
}

Traffic WireLoad::run_for(std::chrono::milliseconds time) {
  traffic_ = {};
  const auto start = Clock::now();
  while (now_ < start + time) turn(start + time);
  traffic_.seconds = std::chrono::duration<double>(now_ - start).count();
  return traffic_;
}

void WireLoad::finish() {
  finishing_ = true;
  next_ride_ = Clock::time_point::max();
  while (rides_left()) turn(Clock::time_point::max());
}

void WireLoad::turn(Clock::time_point until) {
  begin_due_rides();
  send_due_commands();
  sockets_.send();
  for (const auto socket : sockets_.wait(std::min({until, next_due(), next_check_}))) {
    hear(socket);
  }
  now_ = Clock::now();
  if (now_ >= next_check_) check_answers();
}

void WireLoad::begin_due_rides() {
  for (; next_ride_ <= now_; next_ride_ += ride_interval_) {
    if (rides_.size() >= rides_max && idle_.empty()) {
      throw std::runtime_error("the server can't keep up: " + std::to_string(rides_max) +
                               " rides are in flight");
    }
    begin_ride(next_ride_);
  }
}

void WireLoad::begin_ride(Clock::time_point due) {
  if (idle_.empty()) {
    idle_.push_back(static_cast<RideNumber>(rides_.size()));
    rides_.emplace_back().number = idle_.back();
  }
  auto& ride = rides_[idle_.back()];
  idle_.pop_back();
  ride.step = Step::request;
  ride.due = due;
  send_command(ride);
}

void WireLoad::send_due_commands() {
  for (; !due_.empty() && due_.top().at <= now_; due_.pop()) send_command(rides_[due_.top().ride]);
}

WireLoad::Clock::time_point WireLoad::next_due() const {
  return due_.empty() ? next_ride_ : std::min(next_ride_, due_.top().at);
}

// Sending.

void WireLoad::send_command(Ride& ride) {
  ride.under_way = true;
  ride.sent = now_;
  ride.awaited = bit(Party::driver);
  if (ride.step == Step::request) {
    ride.awaited |= bit(Party::requester);
    return request(ride);
  }
  ride.awaited |= bit(Party::customer);
  switch (ride.step) {
    case Step::request:
      break;
    case Step::arrival_time:
      return say(ride, Party::driver, "submit_arrival_time", R"(","arrival_time":300})");
    case Step::accept:
      return say(ride, Party::customer, "accept", R"("})");
    case Step::chat:
      return say(ride, Party::customer, "chat_message",
                 R"(","text":"Hi, I'm at the front entrance."})");
    case Step::complete:
      return say(ride, Party::driver, "mark_as_completed", R"(","status":"completed"})");
  }
}

void WireLoad::request(Ride& ride) {
  ride.customer = requests_ % city_.customers().size();
  const auto& customer = city_.customers()[ride.customer];
  // Stepping by a prime number, so that a customer is not always driven by the same driver.
  const auto& body = city_.requests()[requests_ * 7919 % city_.requests().size()];
  ++requests_;
  auto& out = sockets_.outgoing(customer.http);
  out += customer.request_head;
  out += body;
  requested_[ride.customer].push(ride.number);
  ++traffic_.frames;
}

void WireLoad::say(const Ride& ride, Party from, std::string_view type, std::string_view rest) {
  text_ = R"({"type":")";
  text_ += type;
  text_ += R"(","booking_id":")";
  text_ += ride.booking;
  text_ += rest;
  const auto socket = from == Party::driver ? ride.driver : city_.customers()[ride.customer].socket;
  append_text_frame(sockets_.outgoing(socket), text_);
  ++traffic_.frames;
  ++traffic_.websocket_frames;
  traffic_.payload_bytes += text_.size();
}

// Hearing.

void WireLoad::hear(Number socket) {
  auto bytes = sockets_.receive(socket);
  now_ = Clock::now();
  const auto& owner = owners_[socket];
  if (owner.party == Party::requester) {
    while (const auto answer = first_answer(bytes)) {
      if (answer->status != 201) unexpected(answer->body);
      hear_answer(owner.number, answer->body);
      bytes.remove_prefix(answer->bytes);
    }
  } else {
    while (const auto frame = first_frame(bytes)) {
      if (frame->opcode != ServerFrame::text) throw std::runtime_error("a socket was ended");
      hear_frame(socket, frame->payload);
      bytes.remove_prefix(frame->bytes);
    }
  }
  sockets_.keep(socket, bytes);
}

/// The answers of one connection come in the order of its requests.
void WireLoad::hear_answer(std::size_t customer, std::string_view body) {
  ++traffic_.frames;
  if (requested_[customer].empty()) unexpected(body);
  auto& ride = rides_[requested_[customer].front()];
  requested_[customer].pop();
  ride.booking = string_member(body, "booking_id");
  const auto key = key_of(ride.booking);
  by_booking_[key] = ride.number;
  if (const auto earlier = assigned_earlier_.find(key); earlier != assigned_earlier_.end()) {
    ride.awaited &= static_cast<std::uint8_t>(~bit(Party::driver));
    ride.driver = earlier->second;
    assigned_earlier_.erase(earlier);
  }
  told(ride, Party::requester);
}

void WireLoad::hear_frame(Number socket, std::string_view frame) {
  ++traffic_.frames;
  ++traffic_.websocket_frames;
  traffic_.payload_bytes += frame.size();
  const auto& owner = owners_[socket];
  const auto type = string_member(frame, "type");
  const auto key = key_of(string_member(frame, "booking_id"));
  const auto known = by_booking_.find(key);
  const bool assigned = type == telling(Step::request).driver && owner.party == Party::driver;
  if (known == by_booking_.end()) {
    if (!assigned || !assigned_earlier_.emplace(key, socket).second) unexpected(frame);
    return;
  }
  auto& ride = rides_[known->second];
  if (assigned) ride.driver = socket;
  const auto& tells = telling(ride.step);
  const bool of_driver = owner.party == Party::driver;
  const auto whose = of_driver ? ride.driver : city_.customers()[ride.customer].socket;
  if (whose != socket || type != (of_driver ? tells.driver : tells.customer) ||
      !(ride.awaited & bit(owner.party))) {
    unexpected(frame);
  }
  told(ride, owner.party);
}

void WireLoad::told(Ride& ride, Party party) {
  ride.awaited &= static_cast<std::uint8_t>(~bit(party));
  if (telling(ride.step).answered == party) {
    ++traffic_.commands;
    traffic_.latencies.record(now_ - ride.due);
  }
  if (ride.awaited == 0) step_done(ride);
}

void WireLoad::step_done(Ride& ride) {
  ride.under_way = false;
  if (ride.step == Step::complete) {
    by_booking_.erase(key_of(ride.booking));
    idle_.push_back(ride.number);
    if (ride_interval_ == Clock::duration{} && !finishing_) begin_ride(now_);
    return;
  }
  ride.step = static_cast<Step>(static_cast<int>(ride.step) + 1);
  ride.due = ride_interval_ == Clock::duration{} ? now_ : ride.due + think_time;
  if (ride.due <= now_) {
    send_command(ride);
  } else {
    due_.push({ride.due, ride.number});
  }
}

void WireLoad::check_answers() {
  next_check_ = now_ + check_interval;
  for (const auto& ride : rides_) {
    if (!ride.under_way || now_ - ride.sent < wire_answer_timeout) continue;
    std::string_view missing = "answer to a request";
    if (ride.awaited & bit(Party::driver)) missing = telling(ride.step).driver;
    if (ride.awaited & bit(Party::customer)) missing = telling(ride.step).customer;
    throw std::runtime_error("no " + std::string(missing) + " came within " +
                             std::to_string(wire_answer_timeout.count()) + " s");
  }
}

}  // namespace hansom::bench
