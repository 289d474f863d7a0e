#pragma once

#include "engine/output.hpp"
#include "net/net_thread.hpp"
#include "net/services.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <expected>
#include <memory>
#include <string>
#include <vector>

namespace hansom::net {

/// The listener and the net threads.
class Server {
 public:
  /// Binds and listens, but does not accept yet. The error is one line.
  static std::expected<std::unique_ptr<Server>, std::string> listen(const Services& services);
  ~Server();

  /// Where it listens, as `http://127.0.0.1:8080`.
  std::string url() const;

  /// Starts the threads and accepts connections.
  void start();
  /// Passes on what the engine has to say, one post a thread. From any thread.
  void deliver(Outbox outbox);

  void stop_accepting();
  /// Closes all sockets with 1001 and waits until they are gone, or for `drain_timeout`.
  void drain();

 private:
  explicit Server(const Services& services);
  void accept();

  const Services services_;
  const std::size_t connections_max_;
  std::vector<std::unique_ptr<NetThread>> threads_;
  std::unique_ptr<boost::asio::ip::tcp::acceptor> acceptor_;
  std::unique_ptr<boost::asio::steady_timer> accept_again_;
  std::size_t next_thread_ = 0;
};

}  // namespace hansom::net
