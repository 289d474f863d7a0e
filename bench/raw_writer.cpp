#include "bench/raw_writer.hpp"

#include <cstdlib>
#include <iostream>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdexcept>
#include <string_view>
#include <sys/socket.h>

namespace hansom::bench {
namespace {

// What a speaker sends: how many sockets and frames there are, each frame behind its size, and then
// a byte, the frame's index, whenever one is to be written.

std::string as_bytes(std::uint64_t number) {
  return {reinterpret_cast<const char*>(&number), sizeof number};
}

std::string read_exactly(int socket, std::size_t bytes) {
  std::string all(bytes, '\0');
  if (recv(socket, all.data(), bytes, MSG_WAITALL) != static_cast<ssize_t>(bytes)) {
    std::exit(EXIT_SUCCESS);  // the speaker has gone
  }
  return all;
}

std::uint64_t read_number(int socket) {
  std::uint64_t number = 0;
  read_exactly(socket, sizeof number).copy(reinterpret_cast<char*>(&number), sizeof number);
  return number;
}

int accept_one(int listener) {
  const int socket = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
  if (socket < 0) throw std::runtime_error("the raw writer can't accept a connection");
  const int on = 1;
  setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return socket;
}

void write_to(int socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) std::exit(EXIT_SUCCESS);  // the bench has gone
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

}  // namespace

void write_raw() {
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  socklen_t size = sizeof address;
  if (bind(listener, generic, size) != 0 || listen(listener, SOMAXCONN) != 0 ||
      getsockname(listener, generic, &size) != 0) {
    throw std::runtime_error("the raw writer can't listen");
  }
  std::cout << "listening on http://127.0.0.1:" << ntohs(address.sin_port) << std::endl;

  const int speaker = accept_one(listener);
  std::vector<int> sockets(read_number(speaker));
  std::vector<std::string> frames(read_number(speaker));
  for (auto& frame : frames) frame = read_exactly(speaker, read_number(speaker));
  for (auto& socket : sockets) socket = accept_one(listener);
  while (true) {
    const auto& frame = frames.at(static_cast<std::size_t>(read_exactly(speaker, 1).front()));
    for (const int socket : sockets) write_to(socket, frame);
  }
}

RawSpeaker::RawSpeaker(std::uint16_t port, std::size_t sockets,
                       const std::vector<std::string>& frames)
    : sockets_(port), own_(sockets_.open()) {
  auto& outgoing = sockets_.outgoing(own_);
  outgoing += as_bytes(sockets) + as_bytes(frames.size());
  for (const auto& frame : frames) outgoing += as_bytes(frame.size()) + frame;
  sockets_.send();
}

void RawSpeaker::say(std::size_t frame) {
  sockets_.outgoing(own_) += static_cast<char>(frame);
  sockets_.send();
}

}  // namespace hansom::bench
