#pragma once

#include "bench/traffic.hpp"
#include "bench/wire_sockets.hpp"

#include <chrono>
#include <cstdint>
#include <queue>
#include <string>
#include <vector>

namespace hansom::bench {

/// Messages to the baseline and back, from one thread, as `WireLoad` has rides: a closed loop, of
/// which each message goes over the next of the sockets. Every function throws `std::runtime_error`
/// when anything but an echo comes, or none does, or a socket is ended.
class EchoLoad {
 public:
  using Clock = WireSockets::Clock;

  EchoLoad(std::uint16_t port, std::size_t sockets, std::size_t message_bytes);

  /// Keeps so many messages under way. REQUIRES: there are none yet.
  void keep_in_flight(std::size_t messages);
  /// Goes on for a time. Each message counts as a command.
  Traffic run_for(std::chrono::milliseconds time);
  /// Sends no more messages, and goes on until all are back.
  void finish();

 private:
  void turn(Clock::time_point until);
  void send();
  void hear(WireSockets::Number socket);

  WireSockets sockets_;
  const std::string frame_;
  const std::size_t message_bytes_;
  std::vector<std::queue<Clock::time_point>> sent_;  // on each socket, and not back yet
  std::size_t next_ = 0;                             // socket
  std::size_t in_flight_ = 0;
  bool finishing_ = false;
  Clock::time_point now_, last_echo_;
  Traffic traffic_;
};

}  // namespace hansom::bench
