#pragma once

#include "engine/output.hpp"
#include "net/socket.hpp"

#include <boost/asio/compose.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/websocket/teardown.hpp>

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace hansom::net {

/// The connection under a server's WebSocket. Beast reads from it and writes its own frames (pings,
/// pongs, Close); messages go past Beast, as many at once as the system takes. What is written is
/// whole frames, one after the other: one of Beast's goes out as soon as no message is half
/// written, before the messages that wait, and those wait for it.
class FrameSocket {
 public:
  using Error = boost::system::error_code;
  using executor_type = Socket::executor_type;

  explicit FrameSocket(Socket socket);

  // For Beast. What is under way keeps this alive.

  executor_type get_executor() { return socket_.get_executor(); }
  Socket& next_layer() { return socket_; }
  const Socket& next_layer() const { return socket_; }

  template <typename Buffers, typename Token>
  auto async_read_some(const Buffers& buffers, Token&& token) {
    return socket_.async_read_some(buffers, std::forward<Token>(token));
  }

  /// Writes all of `buffers`, so that no message comes between parts of a frame. REQUIRES: the one
  /// before is done.
  template <typename Buffers, typename Token>
  auto async_write_some(const Buffers& buffers, Token&& token) {
    beast_writes_ = true;
    return boost::asio::async_compose<Token, void(Error, std::size_t)>(
        [this, buffers, is_under_way = false](auto& self, const Error& error = {},
                                              std::size_t bytes = 0) mutable {
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
  std::vector<Frame> messages_;
  std::size_t next_ = 0;           // in `messages_`: those before it are written
  std::size_t bytes_of_next_ = 0;  // which are written
  std::size_t waiting_bytes_ = 0;
  std::uint64_t written_ = 0;
  bool beast_writes_ = false;
};

template <typename Handler>
void async_teardown(boost::beast::role_type role, FrameSocket& socket, Handler&& handler) {
  boost::beast::websocket::async_teardown(role, socket.next_layer(),
                                          std::forward<Handler>(handler));
}

}  // namespace hansom::net
