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

/// What the sockets have done and what has become of them.
struct Hostilities {
  std::uint64_t pings = 0;    ///< that were answered
  std::uint64_t told = 0;     ///< messages in the room
  std::uint64_t dropped = 0;  ///< of those who do not read; they come back at once
};

/// Sockets that can make trouble for a server, on a thread of their own: some in a chat room, who
/// then read nothing of what is said in it, and taxi customers who then send their pings byte by
/// byte. As much is said and as many pings are sent when they behave; nothing when they are quiet.
/// Functions throw `std::runtime_error` when the server does not do as it should, then or before.
class HostileCrowd {
 public:
  /// Opens all the sockets, which are quiet.
  HostileCrowd(std::uint16_t port, const Hostility& hostility);
  ~HostileCrowd();

  void be_quiet();
  void be_hostile();
  /// Returns, as `be_quiet` does, once everybody has read what they missed.
  void behave();
  /// What was done since this was last asked.
  Hostilities take_seen();

 private:
  class Sockets;
  std::unique_ptr<Sockets> sockets_;
};

}  // namespace hansom::bench
