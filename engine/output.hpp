#pragma once

#include "engine/commands.hpp"

#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace hansom {

/// One text frame, rendered once and shared by all who receive it.
using Frame = std::shared_ptr<const std::string>;

/// The answer to an HTTP request.
struct Answer {
  int status = 200;
  Frame body;
};

/// WebSocket close codes as Hansom uses them (RFC 6455, 7.4.1).
enum class CloseCode : unsigned short {
  normal = 1000,
  going_away = 1001,
  policy_violation = 1008,
  too_big = 1009,
  try_again_later = 1013,
};

/// A peer that asked for a socket is to get it. What is said to the peer from here on is for the
/// socket, once that is open.
struct Admitted {};

struct Close {
  CloseCode code = CloseCode::normal;
};

/// Frames that a peer asked for at once.
struct Burst {
  std::vector<Frame> frames;
  /// Whether the loop wants to hear (by `Drained`) when nothing waits for the peer any more.
  bool report_drained = false;
};

/// Something for one peer, in the order in which it was decided.
struct Output {
  PeerId to;
  std::variant<Frame, Burst, Answer, Admitted, Close> what;
};

using Outbox = std::vector<Output>;

}  // namespace hansom
