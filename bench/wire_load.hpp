#pragma once

#include "bench/traffic.hpp"
#include "bench/wire_city.hpp"
#include "bench/wire_sockets.hpp"

#include <chrono>
#include <cstdint>
#include <deque>
#include <queue>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace hansom::bench {

/// Whole rides of a real taxi server over its sockets, from one thread. A ride is a request over
/// HTTP, and over WebSocket an arrival time, an acceptance, a chat message and a completion; each
/// of these is sent when both sides have heard of the one before, at the earliest. Every function
/// throws `std::runtime_error` when a frame comes that should not, or one does not that should, or
/// a socket is ended.
class WireLoad {
 public:
  using Clock = WireSockets::Clock;

  /// From when a command of the open loop is due until the ride's next one is.
  static constexpr std::chrono::milliseconds think_time{20};

  WireLoad(std::uint16_t port, std::size_t drivers, std::size_t customers);

  // Which rides there are. REQUIRES for each: there are none yet.

  /// Closed loop: keeps so many rides going, each with a command under way at any time. A command's
  /// latency counts from when it is sent.
  void keep_in_flight(std::size_t rides);
  /// Open loop: begins rides at a fixed rate, and sends each command when it is due. One that is
  /// due waits for what goes before it, but its latency counts from when it was due, so that a
  /// stall counts for all that it holds up.
  void keep_at_rate(double commands_per_s);

  /// Goes on for a time.
  Traffic run_for(std::chrono::milliseconds time);
  /// Begins no more rides, and goes on until the last one is completed.
  void finish();

  std::size_t sockets() const { return city_.drivers().size() + city_.customers().size(); }

 private:
  using Number = WireSockets::Number;
  using RideNumber = std::uint32_t;

  enum class Step : std::uint8_t { request, arrival_time, accept, chat, complete };
  static constexpr int steps = 5;

  /// Whose a socket is. A requester is a customer's HTTP connection.
  enum class Party : std::uint8_t { driver, customer, requester };
  struct Owner {
    Party party;
    std::size_t number;  // of the driver or customer
  };

  struct Ride {
    RideNumber number = 0;
    Step step = Step::request;
    std::uint8_t awaited = 0;  // the parties that have not heard of the step yet, a bit each
    bool under_way = false;
    std::size_t customer = 0;
    Number driver = 0;    // the socket of whoever drives
    std::string booking;  // its id
    Clock::time_point due{}, sent{};
  };

  struct Due {
    Clock::time_point at;
    RideNumber ride;
    bool operator>(const Due& other) const { return at > other.at; }
  };

  /// What each party is told of a step, and whose answer it is.
  struct Telling {
    std::string_view driver, customer;
    Party answered;
  };
  static const Telling& telling(Step step);

  bool rides_left() const { return idle_.size() < rides_.size(); }
  void turn(Clock::time_point until);
  void begin_due_rides();
  void begin_ride(Clock::time_point due);
  void send_due_commands();
  Clock::time_point next_due() const;

  void send_command(Ride& ride);
  void request(Ride& ride);
  void say(const Ride& ride, Party from, std::string_view type, std::string_view rest);

  void hear(Number socket);
  void hear_answer(std::size_t customer, std::string_view body);
  void hear_frame(Number socket, std::string_view frame);
  void told(Ride& ride, Party party);
  void step_done(Ride& ride);
  void check_answers();

  WireSockets sockets_;
  const WireCity city_;
  std::vector<Owner> owners_;  // of each socket
  std::deque<Ride> rides_;
  std::vector<RideNumber> idle_;                              // of these
  std::vector<std::queue<RideNumber>> requested_;             // by each customer, not yet answered
  std::unordered_map<std::size_t, RideNumber> by_booking_;    // by the id's hash
  std::unordered_map<std::size_t, Number> assigned_earlier_;  // than answered: to whose socket

  Clock::duration ride_interval_{};  // of the open loop; 0: it is the closed one
  Clock::time_point next_ride_ = Clock::time_point::max();
  std::priority_queue<Due, std::vector<Due>, std::greater<>> due_;
  bool finishing_ = false;

  std::uint64_t requests_ = 0;
  std::string text_;  // of a frame that is made
  Clock::time_point now_;
  Clock::time_point next_check_{};
  Traffic traffic_;
};

}  // namespace hansom::bench
