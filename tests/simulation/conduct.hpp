#pragma once

#include "tests/simulation/truth.hpp"

#include <deque>
#include <map>
#include <set>
#include <span>
#include <string_view>

namespace hansom::simulation {

struct Line;

/// What a server owes to those who are connected, as its network sees it: an answer to each
/// command, nothing to whom it may not be said, and no ride for a driver who is not there. Each
/// throws `Violation`.
class Conduct {
 public:
  explicit Conduct(const Truth& truth) : truth_(truth) {}

  /// A process begins, or ends: nobody is connected.
  void begin_anew();
  void entered(const Line& line);
  void left(const Line& line, Instant now);
  /// A command went to the engine, which is to be answered on the socket.
  void asked(const Line& line, std::string_view command, Instant now);
  void said(const Line& line, std::string_view frame, Instant now);
  void appended(std::span<const Envelope> events, Instant now) const;
  /// Whether something was owed for long.
  void check(Instant now) const;

 private:
  const Truth& truth_;
  struct Owed {
    Instant since;
    std::string_view command;
  };
  std::map<std::uint64_t, std::deque<Owed>> owed_;  // answers, by peer
  std::map<AccountId, std::set<std::uint64_t>> drivers_;
  std::map<AccountId, Instant> drivers_left_;
};

}  // namespace hansom::simulation
