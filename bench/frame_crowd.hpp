#pragma once

#include "bench/wire_sockets.hpp"

#include <cstdint>
#include <vector>

namespace hansom::bench {

/// Many sockets that only count the frames they are sent, on the thread of the caller. What fails
/// throws `std::runtime_error`.
class FrameCrowd {
 public:
  explicit FrameCrowd(std::uint16_t port) : sockets_(port) {}

  /// To open them, and to speak.
  WireSockets& sockets() { return sockets_; }
  /// So many are open; no frame of theirs counted so far.
  void begin(std::size_t sockets) { frames_.assign(sockets, 0); }
  std::size_t size() const { return frames_.size(); }

  /// Receives until all together have had so many frames. Throws when nothing comes for
  /// `wire_answer_timeout`, too.
  void receive_until(std::uint64_t frames);
  /// Throws unless each has had so many.
  void expect_each(std::uint64_t frames) const;

 private:
  WireSockets sockets_;
  std::vector<std::uint64_t> frames_;
  std::uint64_t received_ = 0;
};

}  // namespace hansom::bench
