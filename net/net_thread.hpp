#pragma once

#include "engine/output.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <vector>

namespace hansom::net {

/// An HTTP connection or a WebSocket, for as long as it lives. All members are called on the net
/// thread that it belongs to.
class Peer {
 public:
  virtual ~Peer() = default;

  /// Something from the engine, in order.
  virtual void take(Output output) = 0;
  /// Sends what it took, which may be several things by now.
  virtual void flush() {}
  /// Sees to timeouts; called again and again.
  virtual void keep_up(std::chrono::steady_clock::time_point now) = 0;
  /// The server stops: what was accepted has been answered.
  virtual void go_away() = 0;
};

/// One thread that runs sockets, and the peers that live on it.
class NetThread {
 public:
  /// `index` tells the threads of a server apart. Peers are kept up every `upkeep_interval`.
  NetThread(std::uint16_t index, std::chrono::milliseconds upkeep_interval);

  boost::asio::io_context& context() { return context_; }

  /// A number for a new peer, which also names this thread.
  PeerId new_id();
  static std::uint16_t index_of(PeerId id) { return static_cast<std::uint16_t>(id.value >> 48); }

  // On this thread alone.

  /// In the place of the peer that has the number, if there is one.
  void add(PeerId id, std::shared_ptr<Peer> peer);
  void remove(PeerId id);

  // From any thread.
  std::size_t peer_count() const { return peer_count_; }
  void start();
  /// Passes on what the engine has to say, at once with what is there already, if anything is;
  /// nobody is told of a peer that is gone.
  void post(Outbox outbox);
  /// Lets all peers go; the thread ends once they have gone, or after `drain_timeout`.
  void drain();
  void join();

 private:
  void take_posted();
  /// Flushes some of them from `next` on, and the rest when others have had their turn, so that
  /// what is said to many holds nobody up.
  void flush(std::vector<std::shared_ptr<Peer>> takers, std::size_t next);
  void keep_up();
  /// A copy, as a peer that is called may take itself out.
  std::vector<std::shared_ptr<Peer>> all_peers() const;

  boost::asio::io_context context_{1};
  const std::uint16_t index_;
  const std::chrono::milliseconds upkeep_interval_;
  boost::asio::steady_timer upkeep_timer_{context_};
  std::uint64_t last_number_ = 0;
  std::unordered_map<std::uint64_t, std::shared_ptr<Peer>> peers_;
  std::atomic<std::size_t> peer_count_ = 0;
  std::mutex posted_mutex_;
  std::vector<Outbox> posted_;
  bool draining_ = false;
  std::chrono::steady_clock::time_point drain_deadline_;
  std::thread thread_;
};

}  // namespace hansom::net
