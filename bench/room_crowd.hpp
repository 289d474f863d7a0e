#pragma once

#include "bench/tally.hpp"

#include <chrono>
#include <cstdint>
#include <memory>

namespace hansom::bench {

/// A text has at most 500 characters: a number of eight digits, then characters of four bytes.
constexpr std::size_t spoken_characters_max = 500;
constexpr std::size_t spoken_number_digits = 8;
constexpr std::size_t spoken_bytes_max =
    spoken_number_digits + (spoken_characters_max - spoken_number_digits) * 4;

/// How the one sender speaks.
struct Speech {
  double messages_per_s = 0;
  std::size_t bytes = 0;  ///< of each text in UTF-8; what is no whole character is left out
};

/// How a socket that read nothing was dropped.
struct Drop {
  double after_s = 0;   ///< from its first unread byte to the end of its connection
  double sent_mib = 0;  ///< frames that the others were sent in this time
};

/// A chat room of a server, all its sockets, and one sender, on the thread of the caller. Every
/// function throws `std::runtime_error` when a socket gets anything but the next message, is ended,
/// or misses something.
class RoomCrowd {
 public:
  /// Creates accounts and a room on an empty server, and opens the sockets. One of them sends, all
  /// receive.
  RoomCrowd(std::uint16_t port, std::size_t sockets, const Speech& speech);
  ~RoomCrowd();

  /// Speaks for a time, and waits until everybody has heard it all.
  Round speak_for(std::chrono::milliseconds time);
  /// The same, but opens one more socket, which reads nothing, and speaks until that is dropped.
  Round speak_until_drop(Drop& drop);

  /// The size of a message as it is received.
  std::size_t frame_bytes() const;

 private:
  class Sockets;
  std::unique_ptr<Sockets> sockets_;
};

}  // namespace hansom::bench
