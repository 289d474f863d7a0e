#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hansom::bench {

/// After so long what was waited for is missing.
constexpr std::chrono::seconds wire_answer_timeout{10};

/// Where the socket with this number is connected from: one of this machine's own addresses
/// (127.0.0.1 and on, in host order), as no address has ports for very many sockets.
std::uint32_t own_address(std::size_t socket);

/// Many TCP connections to a server on 127.0.0.1, on the thread of the caller, as cheap as they can
/// be had: what has come is looked at where it was received, and what is sent to one goes out in
/// one call. They are numbered from 0 in the order in which they were opened. What fails throws
/// `std::runtime_error`.
class WireSockets {
 public:
  using Clock = std::chrono::steady_clock;
  using Number = std::uint32_t;

  explicit WireSockets(std::uint16_t port);
  ~WireSockets();
  WireSockets(const WireSockets&) = delete;
  WireSockets& operator=(const WireSockets&) = delete;

  // One after the other: each waits for what comes back, some seconds at most.

  Number open();
  /// Opens one and makes it a WebSocket.
  Number open_websocket(const std::string& target);
  /// Sends a request; the result is the body of its answer, which has to have this status.
  std::string call(Number socket, std::string_view request, int status);
  void say(Number socket, std::string_view text);
  /// The next frame as it came, which has to be a text; and what it says.
  std::string next_frame(Number socket);
  std::string next_text(Number socket);
  /// Sends a ping, and takes off what comes up to its pong.
  void ping(Number socket);

  // All at once.

  /// What will be sent to a socket with the next `send`, to be appended to.
  std::string& outgoing(Number socket);
  /// Sends all that is outgoing. What the system does not take waits for the next time.
  void send();
  /// Those from which something can be received, at `until` none. Valid until the next call.
  std::span<const Number> wait(Clock::time_point until);
  /// All that came in and was not taken off yet. Valid until the next call.
  std::string_view receive(Number socket);
  /// Takes off the first of what was received, all of which was looked at.
  void keep(Number socket, std::string_view rest) { sockets_[socket].rest.assign(rest); }

 private:
  struct Socket {
    int file = -1;
    std::string outgoing;
    std::string rest;  // of what came: no whole message
  };

  void watch(Number socket, int operation);
  void await_more(Number socket);

  const std::uint16_t port_;
  const int poll_;
  std::vector<Socket> sockets_;
  std::vector<Number> ready_;
  std::vector<Number> to_send_;
  std::unique_ptr<char[]> received_;
};

}  // namespace hansom::bench
