#include "net/server.hpp"

#include "net/http_connection.hpp"
#include "net/limits.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <future>
#include <sys/resource.h>

namespace hansom::net {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using Error = boost::system::error_code;

/// So many connections can be open at once. Takes all the descriptors that the system grants.
std::size_t connections_max() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return reserved_descriptors;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  getrlimit(RLIMIT_NOFILE, &limit);
  const auto descriptors = static_cast<std::size_t>(limit.rlim_cur);
  return descriptors > 2 * reserved_descriptors ? descriptors - reserved_descriptors
                                                : descriptors / 2;
}

std::chrono::milliseconds upkeep_interval(const Config& config) {
  return std::min(upkeep_interval_max, config.ws_ping_interval / 4);
}

}  // namespace

Server::Server(const Config& config) : connections_max_(connections_max()) {
  for (std::size_t i = 0; i < config.threads; ++i) {
    threads_.push_back(
        std::make_unique<NetThread>(static_cast<std::uint16_t>(i), upkeep_interval(config)));
    threads_.back()->start();
  }
}

Server::~Server() {
  for (const auto& thread : threads_) thread->context().stop();
  for (const auto& thread : threads_) thread->join();
}

std::expected<void, std::string> Server::listen(const Config& config) {
  const auto where = config.listen_address + ":" + std::to_string(config.listen_port);
  const auto failed = [&](const Error& error) {
    return std::unexpected("can't listen on " + where + ": " + error.message());
  };

  auto& context = threads_.front()->context();
  Error error;
  tcp::resolver resolver(context);
  const auto found = resolver.resolve(config.listen_address, std::to_string(config.listen_port),
                                      tcp::resolver::passive, error);
  if (error) return failed(error);
  const tcp::endpoint endpoint = *found.begin();

  auto acceptor = std::make_unique<tcp::acceptor>(context);
  acceptor->open(endpoint.protocol(), error);
  if (!error) acceptor->set_option(asio::socket_base::reuse_address(true), error);
  if (!error) acceptor->bind(endpoint, error);
  if (!error) acceptor->listen(asio::socket_base::max_listen_connections, error);
  if (error) return failed(error);
  acceptor_ = std::move(acceptor);
  accept_again_ = std::make_unique<asio::steady_timer>(context);
  return {};
}

std::string Server::url() const {
  const auto endpoint = acceptor_->local_endpoint();
  const auto address = endpoint.address().to_string();
  return "http://" + (endpoint.address().is_v6() ? "[" + address + "]" : address) + ":" +
         std::to_string(endpoint.port());
}

void Server::start(const Services& services) {
  services_.emplace(services);
  asio::post(threads_.front()->context(), [this] { accept(); });
}

void Server::accept() {
  auto& thread = *threads_[next_thread_++ % threads_.size()];
  acceptor_->async_accept(thread.context(), [this, &thread](const Error& error, Socket socket) {
    if (error == asio::error::operation_aborted || !acceptor_->is_open()) return;
    if (error) {
      accept_again_->expires_after(accept_retry_interval);
      accept_again_->async_wait([this](const Error& cancelled) {
        if (!cancelled) accept();
      });
      return;
    }
    std::size_t open = 0;
    for (const auto& each : threads_) open += each->peer_count();
    if (open < connections_max_) serve_connection(std::move(socket), thread, *services_);
    accept();
  });
}

void Server::deliver(Outbox outbox) {
  if (threads_.size() == 1) {
    threads_.front()->post(std::move(outbox));
    return;
  }
  std::vector<Outbox> by_thread(threads_.size());
  for (auto& output : outbox) {
    by_thread[NetThread::index_of(output.to)].push_back(std::move(output));
  }
  for (std::size_t i = 0; i < threads_.size(); ++i) {
    if (!by_thread[i].empty()) threads_[i]->post(std::move(by_thread[i]));
  }
}

void Server::stop_accepting() {
  std::promise<void> closed;
  asio::post(threads_.front()->context(), [&] {
    Error ignored;
    acceptor_->close(ignored);
    accept_again_->cancel();
    closed.set_value();
  });
  closed.get_future().wait();
}

void Server::drain() {
  for (const auto& thread : threads_) thread->drain();
  for (const auto& thread : threads_) thread->join();
}

}  // namespace hansom::net
