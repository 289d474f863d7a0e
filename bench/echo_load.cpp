#include "bench/echo_load.hpp"

#include "bench/wire_format.hpp"

#include <algorithm>
#include <stdexcept>

namespace hansom::bench {
namespace {

std::string frame_of(std::size_t bytes) {
  std::string frame;
  append_text_frame(frame, std::string(bytes, 'x'));
  return frame;
}

}  // namespace

EchoLoad::EchoLoad(std::uint16_t port, std::size_t sockets, std::size_t message_bytes)
    : sockets_(port),
      frame_(frame_of(message_bytes)),
      message_bytes_(message_bytes),
      sent_(sockets) {
  for (std::size_t i = 0; i < sockets; ++i) sockets_.open_websocket("/");
}

void EchoLoad::keep_in_flight(std::size_t messages) {
  finishing_ = false;
  now_ = last_echo_ = Clock::now();
  for (std::size_t i = 0; i < messages; ++i) send();
}

Traffic EchoLoad::run_for(std::chrono::milliseconds time) {
  traffic_ = {};
  const auto start = Clock::now();
  while (now_ < start + time) turn(start + time);
  traffic_.seconds = std::chrono::duration<double>(now_ - start).count();
  return traffic_;
}

void EchoLoad::finish() {
  finishing_ = true;
  while (in_flight_ > 0) turn(Clock::time_point::max());
}

void EchoLoad::turn(Clock::time_point until) {
  sockets_.send();
  for (const auto socket : sockets_.wait(std::min(until, last_echo_ + wire_answer_timeout))) {
    hear(socket);
  }
  now_ = Clock::now();
  if (now_ >= last_echo_ + wire_answer_timeout) {
    throw std::runtime_error("no echo came within " + std::to_string(wire_answer_timeout.count()) +
                             " s");
  }
}

void EchoLoad::send() {
  const auto socket = static_cast<WireSockets::Number>(next_++ % sent_.size());
  sockets_.outgoing(socket) += frame_;
  sent_[socket].push(now_);
  ++in_flight_;
  ++traffic_.frames;
}

void EchoLoad::hear(WireSockets::Number socket) {
  auto bytes = sockets_.receive(socket);
  now_ = last_echo_ = Clock::now();
  while (const auto frame = first_frame(bytes)) {
    if (frame->opcode != ServerFrame::text || frame->payload.size() != message_bytes_ ||
        sent_[socket].empty()) {
      throw std::runtime_error("what came is no echo");
    }
    traffic_.latencies.record(now_ - sent_[socket].front());
    sent_[socket].pop();
    --in_flight_;
    ++traffic_.commands;
    ++traffic_.frames;
    bytes.remove_prefix(frame->bytes);
    if (!finishing_) send();
  }
  sockets_.keep(socket, bytes);
}

}  // namespace hansom::bench
