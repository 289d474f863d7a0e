#pragma once

#include "engine/output.hpp"
#include "net/net_thread.hpp"
#include "net/services.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hansom::net {

/// The listener and the net threads.
class Server {
 public:
  /// Starts the net threads, which have nothing to do yet.
  explicit Server(const Config& config);
  ~Server();

  /// Binds and listens, but does not accept yet. The error is one line.
  std::expected<void, std::string> listen(const Config& config);

  /// Where it listens, as `http://127.0.0.1:8080`.
  std::string url() const;

  /// Accepts connections. `services` must outlive the server. REQUIRES: it listens.
  void start(const Services& services);
  /// Passes on what the engine has to say, one post a thread. From any thread.
  void deliver(Outbox outbox);

  void stop_accepting();
  /// Closes all sockets with 1001 and waits until they are gone, or for `drain_timeout`.
  void drain();

 private:
  void accept();

  std::optional<Services> services_;
  const std::size_t connections_max_;
  std::vector<std::unique_ptr<NetThread>> threads_;
  std::unique_ptr<boost::asio::ip::tcp::acceptor> acceptor_;
  std::unique_ptr<boost::asio::steady_timer> accept_again_;
  std::size_t next_thread_ = 0;
};

}  // namespace hansom::net
