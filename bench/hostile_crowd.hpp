#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace hansom::bench {

struct Hostility {
  std::size_t silent = 0;              ///< sockets that read nothing
  double told_per_s = 0;               ///< messages of the longest kind that each of them is sent
  std::size_t dribbling = 0;           ///< sockets that send a frame byte by byte
  std::chrono::milliseconds a_byte{};  ///< from one byte of such a socket to the next
};

/// What the hostile ones have done and what has become of them.
struct Hostilities {
  std::uint64_t dribbled_frames = 0;  ///< and were answered
  std::uint64_t told = 0;             ///< messages in the room of those who do not read
  std::uint64_t dropped = 0;          ///< of those, who come back at once
};

/// Sockets that make trouble for a server, on a thread of their own: some in a chat room, who read
/// nothing of what is said in it, and taxi customers who send pings byte by byte. Functions throw
/// `std::runtime_error` when the server does not do as it should, then or before.
class HostileCrowd {
 public:
  /// Opens all the sockets, which then are quiet.
  HostileCrowd(std::uint16_t port, const Hostility& hostility);
  ~HostileCrowd();

  void begin();
  /// The sockets stay, and are quiet again.
  Hostilities end();

 private:
  class Sockets;
  std::unique_ptr<Sockets> sockets_;
};

}  // namespace hansom::bench
