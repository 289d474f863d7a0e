#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/websocket/stream.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

namespace hansom::bench {

using RoomSocket = boost::beast::websocket::stream<boost::asio::ip::tcp::socket>;

/// A chat room of a server on which ten accounts take part that share its sockets.
struct CrowdedRoom {
  boost::asio::ip::tcp::endpoint server;
  std::string path;

  static CrowdedRoom create(std::uint16_t port);
};

/// Opens the socket with this number in the room. `tune` sets what has to be set before the
/// connection is made. Throws `std::runtime_error`.
void open(RoomSocket& socket, const CrowdedRoom& room, std::size_t number,
          const std::function<void(boost::asio::ip::tcp::socket&)>& tune = {});

/// To be set before a connection is made that may read nothing: makes the kernels hold little for
/// it, so that its frames wait in the server. A small buffer here, and segments as over Ethernet,
/// as those of the loopback make the server's kernel hold megabytes.
void keep_little_for(boost::asio::ip::tcp::socket& socket);

/// A socket that reads nothing after its handshake. From time to time it sends a pong, which means
/// nothing to the server: once the server has ended the connection, its system answers with a
/// reset, the only sign that reaches a peer whose buffer is full.
class StalledSocket {
 public:
  using Clock = std::chrono::steady_clock;

  /// `on_drop` is called once, on the thread that runs the context, and may destroy the socket.
  StalledSocket(boost::asio::io_context& context, const CrowdedRoom& room, std::size_t number,
                std::chrono::milliseconds probe_interval, std::function<void()> on_drop);

  double seconds_since_first_unread() const;

 private:
  void probe();

  RoomSocket socket_;
  boost::asio::steady_timer probe_;
  const std::chrono::milliseconds probe_interval_;
  std::function<void()> on_drop_;
  Clock::time_point first_unread_;
};

}  // namespace hansom::bench
