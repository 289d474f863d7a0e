#include "bench/frame_crowd.hpp"

#include "bench/wire_format.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>

namespace hansom::bench {

void FrameCrowd::receive_until(std::uint64_t frames) {
  while (received_ < frames) {
    const auto ready = sockets_.wait(WireSockets::Clock::now() + wire_answer_timeout);
    if (ready.empty()) {
      throw std::runtime_error(std::to_string(frames - received_) + " deliveries were missing " +
                               std::to_string(wire_answer_timeout.count()) + " s after the last");
    }
    for (const auto socket : ready) {
      auto bytes = sockets_.receive(socket);
      while (const auto frame = first_frame(bytes)) {
        bytes.remove_prefix(frame->bytes);
        ++frames_[socket];
        ++received_;
      }
      sockets_.keep(socket, bytes);
    }
  }
}

void FrameCrowd::expect_each(std::uint64_t frames) const {
  const auto found = std::ranges::find_if(frames_, [&](auto had) { return had != frames; });
  if (found == frames_.end()) return;
  throw std::runtime_error("socket " + std::to_string(found - frames_.begin()) + " got " +
                           std::to_string(*found) + " frames of " + std::to_string(frames));
}

}  // namespace hansom::bench
