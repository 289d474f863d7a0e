#pragma once

#include "bench/latencies.hpp"

#include <cstdint>

namespace hansom::bench {

/// What went over the wire in a time, as the client saw it.
struct Traffic {
  double seconds = 0;
  std::uint64_t commands = 0;          ///< answered in this time
  Latencies latencies;                 ///< theirs
  std::uint64_t frames = 0;            ///< in both directions, HTTP messages too
  std::uint64_t websocket_frames = 0;  ///< without these
  std::uint64_t payload_bytes = 0;     ///< of the WebSocket frames

  double mean_payload_bytes() const {
    return static_cast<double>(payload_bytes) / static_cast<double>(websocket_frames);
  }
};

}  // namespace hansom::bench
