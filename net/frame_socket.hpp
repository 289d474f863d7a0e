#pragma once

#include "engine/output.hpp"
#include "net/socket.hpp"

#include <boost/asio/compose.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/role.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

namespace hansom::net {

/// The connection under a server's WebSocket. Beast reads from it and writes its own frames (pings,
/// pongs, Close); messages go past Beast, as many at once as the system takes. What is written is
/// whole frames, one after the other: one of Beast's goes out as soon as no message is half
/// written, before the messages that the system did not take yet, and those wait for it.
class FrameSocket {
 public:
  using Error = boost::system::error_code;
  using executor_type = Socket::executor_type;

  /// `before_beast` is called before Beast waits for bytes of the peer, or writes a frame: what was
  /// made of the bytes that came may be written then, all at once. It must not end the connection.
  FrameSocket(Socket socket, std::function<void()> before_beast);

  // For Beast. What is under way keeps this alive.

  executor_type get_executor() { return socket_.get_executor(); }
  Socket& next_layer() { return socket_; }
  const Socket& next_layer() const { return socket_; }

  template <typename Buffers, typename Token>
  auto async_read_some(const Buffers& buffers, Token&& token) {
    before_beast_();
    return socket_.async_read_some(buffers, std::forward<Token>(token));
  }

  /// Writes all of `buffers`, so that no message comes between parts of a frame. REQUIRES: the one
  /// before is done.
  template <typename Buffers, typename Token>
  auto async_write_some(const Buffers& buffers, Token&& token) {
    before_beast_();
    beast_writes_ = true;
    return boost::asio::async_compose<Token, void(Error, std::size_t)>(
        [this, buffers, is_under_way = false](auto& self, Error error = {},
                                              std::size_t bytes = 0) mutable {
          if (!is_under_way && !error && is_amid_message()) error = write_messages();
          if (error == boost::asio::error::would_block) error = {};
          if (is_under_way || error) {
            beast_writes_ = false;
            return self.complete(error, bytes);
          }
          if (is_amid_message()) return socket_.async_wait(Socket::wait_write, std::move(self));
          is_under_way = true;
          const auto all = buffers;  // as these move away with `self`
          boost::asio::async_write(socket_, all, std::move(self));
        },
        token, socket_);
  }

  // Messages.

  /// Puts a text message into the queue.
  void push(Frame message);
  /// Writes what the system takes at once. `would_block` if messages are left: then more can be
  /// written after `async_wait_for_room`.
  Error write_messages();
  template <typename Handler>
  void async_wait_for_room(Handler&& handler) {
    socket_.async_wait(Socket::wait_write, std::forward<Handler>(handler));
  }
  /// Takes what has not begun to be written out of the queue.
  void drop_waiting();

  /// Those in the queue, with the one that is half written.
  std::size_t waiting() const { return messages_.size() - next_; }
  /// The size of their texts.
  std::size_t waiting_bytes() const { return waiting_bytes_; }
  /// Messages that the system took whole, ever.
  std::uint64_t written() const { return written_; }

 private:
  bool is_amid_message() const { return bytes_of_next_ > 0; }
  /// Takes so many bytes, which were written, off the queue.
  void consume(std::size_t bytes);
  /// Frees what the queue holds of messages that are written, once that is worth it.
  void forget_written();

  Socket socket_;
  const std::function<void()> before_beast_;
  std::vector<Frame> messages_;
  std::size_t next_ = 0;           // in `messages_`: those before it are written
  std::size_t bytes_of_next_ = 0;  // which are written
  std::size_t waiting_bytes_ = 0;
  std::uint64_t written_ = 0;
  bool beast_writes_ = false;
};

/// How Beast ends the connection after a Close of either side: reads what the peer still sends, to
/// its end. Unread bytes would reset the connection, and a peer that has not read the Close yet
/// would never learn why. (Beast's own teardown stops after one read.) How long that may take is
/// for the owner to say.
template <typename Handler>
void async_teardown(boost::beast::role_type, FrameSocket& socket, Handler&& handler) {
  auto& tcp = socket.next_layer();
  boost::system::error_code ignored;
  tcp.shutdown(boost::asio::socket_base::shutdown_send, ignored);
  boost::asio::async_compose<Handler, void(FrameSocket::Error)>(
      [&tcp, is_waiting = false](auto& self, FrameSocket::Error error = {}) mutable {
        if (std::exchange(is_waiting, true) && !error) {
          std::array<char, 4096> unread;
          tcp.read_some(boost::asio::buffer(unread), error);
        }
        if (!error || error == boost::asio::error::would_block) {
          return tcp.async_wait(Socket::wait_read, std::move(self));
        }
        if (error == boost::asio::error::eof) error = {};
        self.complete(error);
      },
      handler, tcp);
}

}  // namespace hansom::net
