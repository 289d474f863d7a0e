#pragma once

#include "bench/latencies.hpp"
#include "bench/wire_sockets.hpp"

#include <chrono>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace hansom::bench {

/// What became of the commands that were answered in a time.
struct Talk {
  double seconds = 0;
  std::uint64_t offered = 0;  ///< due in this time
  Latencies accepted;         ///< from when it was due to its answer
  Latencies refused;          ///< likewise, of those that the server was too busy for
};

/// Messages in many chat rooms of a server, each with one socket in it, from one thread: commands
/// that ask nothing of each other, and so may be refused one by one. Several go to a socket at
/// once, which costs the sender little. Every function throws `std::runtime_error` when something
/// else comes than a command's answer, or what tells its sender that the server is busy.
class TalkLoad {
 public:
  using Clock = WireSockets::Clock;

  /// So many commands in a row go to the same socket, in the open loop at once.
  static constexpr std::size_t commands_at_once = 64;

  TalkLoad(std::uint16_t port, std::size_t sockets);

  /// Closed loop: keeps so many commands going. REQUIRES: there are none.
  void keep_in_flight(std::size_t commands);
  /// Open loop: commands are due at a fixed rate, `commands_at_once` at a time, whatever has become
  /// of those before.
  void keep_at_rate(double commands_per_s);

  /// Goes on for a time.
  Talk run_for(std::chrono::milliseconds time);
  /// Sends no more, and hears what has become of all.
  void finish();

 private:
  using Number = WireSockets::Number;

  struct Sent {
    std::uint32_t number;
    Clock::time_point due;
  };

  /// What was sent by a socket and is not known to be accepted or refused. Refusals come in the
  /// order of the commands, and so do answers, each after the refusals of what was sent before; so
  /// an answer tells which refusal is whose.
  struct Line {
    std::uint32_t sent = 0;
    std::deque<Sent> open;
    std::deque<Clock::time_point> refusals;
  };

  void turn(Clock::time_point until);
  void send(Number socket, Clock::time_point due);
  void send_due();
  void hear(Number socket);
  void hear_answer(Line& line, std::uint32_t number);
  void refuse_first(Line& line);

  WireSockets sockets_;
  std::vector<Line> lines_;  // of each socket
  bool is_closed_loop_ = false;
  Clock::duration interval_{};  // of the open loop, from those due at once to the next
  Clock::time_point next_due_ = Clock::time_point::max();
  std::uint64_t commands_ = 0;
  std::string text_;  // of a frame that is made
  Clock::time_point now_;
  Clock::time_point heard_;  // something, last
  Talk talk_;
};

}  // namespace hansom::bench
