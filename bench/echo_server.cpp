// As one would write it who wants it fast and has Beast: callbacks, one buffer a socket, no timers,
// and executors that are known when compiling.

#include "bench/echo_server.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/stream.hpp>

#include <cstdlib>
#include <iostream>
#include <memory>

namespace hansom::bench {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;
using asio::ip::tcp;
using Error = beast::error_code;
using Executor = asio::io_context::executor_type;
using Socket = asio::basic_stream_socket<tcp, Executor>;
using Acceptor = asio::basic_socket_acceptor<tcp, Executor>;

/// One WebSocket. Ends, and is gone, with the first error.
class EchoSession : public std::enable_shared_from_this<EchoSession> {
 public:
  explicit EchoSession(Socket socket) : socket_(std::move(socket)) {}

  void start() {
    socket_.set_option(websocket::stream_base::timeout{websocket::stream_base::none(),
                                                       websocket::stream_base::none(), false});
    socket_.auto_fragment(false);
    socket_.async_accept([self = shared_from_this()](const Error& error) {
      if (!error) self->read();
    });
  }

 private:
  void read() {
    socket_.async_read(message_, [self = shared_from_this()](const Error& error, std::size_t) {
      if (!error) self->write();
    });
  }

  void write() {
    socket_.text(socket_.got_text());
    socket_.async_write(message_.cdata(),
                        [self = shared_from_this()](const Error& error, std::size_t) {
                          if (error) return;
                          self->message_.clear();
                          self->read();
                        });
  }

  websocket::stream<Socket> socket_;
  beast::flat_buffer message_;  // keeps its memory from one to the next
};

void accept(Acceptor& acceptor) {
  acceptor.async_accept([&acceptor](const Error& error, Socket socket) {
    if (!error) {
      socket.set_option(tcp::no_delay(true));
      std::make_shared<EchoSession>(std::move(socket))->start();
    }
    accept(acceptor);
  });
}

}  // namespace

void serve_echoes() {
  asio::io_context context(1);
  Acceptor acceptor(context, tcp::endpoint(asio::ip::address_v4::loopback(), 0));
  std::cout << "listening on http://127.0.0.1:" << acceptor.local_endpoint().port() << std::endl;
  accept(acceptor);
  context.run();
  std::exit(EXIT_SUCCESS);
}

}  // namespace hansom::bench
