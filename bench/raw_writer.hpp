#pragma once

#include "bench/wire_sockets.hpp"

#include <string>
#include <vector>

namespace hansom::bench {

/// The baseline of the fan-out: a process that writes ready bytes to one socket after the other,
/// and does nothing else. Listens on a port of 127.0.0.1, which it prints as the server does;
/// serves one `RawSpeaker`, and ends with it.
[[noreturn]] void write_raw();

/// Tells such a process what to write. Throws like `WireSockets`.
class RawSpeaker {
 public:
  /// To be made before the sockets are connected, of which there will be so many.
  RawSpeaker(std::uint16_t port, std::size_t sockets, const std::vector<std::string>& frames);
  /// Has a frame, the one with this index, written to all of them.
  void say(std::size_t frame);

 private:
  WireSockets sockets_;
  const WireSockets::Number own_;
};

}  // namespace hansom::bench
