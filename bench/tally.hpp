#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

namespace hansom::bench {

/// What became of the messages of one round. Milliseconds count from the moment a message was due.
struct Round {
  std::vector<double> delivery_ms;       ///< of each message at each receiver
  std::vector<double> last_receiver_ms;  ///< of each message, until everybody had it
  double deliveries_per_s = 0;
};

/// Which messages are due when, and who has received them. They are numbered from 0, on and on over
/// all rounds, and due at a fixed rate whether or not the one before has arrived: a stall counts
/// for every message that it holds up.
class Tally {
 public:
  using Clock = std::chrono::steady_clock;

  Tally(std::size_t receivers, double messages_per_s);

  /// Begins a round. REQUIRES: the one before, if any, was received by all.
  void begin(Clock::time_point start);
  /// When the next message is due.
  Clock::time_point next_due() const { return due(sent_); }
  /// Notes that the next message is sent; the result is its number.
  std::uint64_t send() { return sent_++; }
  /// Throws `std::runtime_error` unless this message is the receiver's next one.
  void received(std::size_t receiver, std::uint64_t number, Clock::time_point now);

  /// Messages sent in this round.
  std::size_t messages() const { return sent_ - first_; }
  std::size_t missing() const;
  bool all_received() const { return missing() == 0; }
  /// Ends the round.
  Round end();

 private:
  Clock::time_point due(std::uint64_t number) const;

  const double messages_per_s_;
  std::vector<std::uint64_t> next_;  // the number that each receiver gets next
  std::uint64_t sent_ = 0;

  // Of the round.
  std::uint64_t first_ = 0;
  Clock::time_point start_;
  Clock::time_point last_received_;
  std::vector<std::size_t> receivers_;  // of each message
  Round round_;
};

}  // namespace hansom::bench
