#include "net/net_thread.hpp"

#include "net/limits.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <ranges>
#include <span>

namespace hansom::net {

NetThread::NetThread(std::uint16_t index, std::chrono::milliseconds upkeep_interval)
    : index_(index), upkeep_interval_(upkeep_interval) {}

PeerId NetThread::new_id() { return {std::uint64_t{index_} << 48 | ++last_number_}; }

void NetThread::add(PeerId id, std::shared_ptr<Peer> peer) {
  const auto newcomer = peer;  // held, as it may take itself out
  peers_[id.value] = std::move(peer);
  peer_count_ = peers_.size();
  // One that arrives when the others are leaving goes with them.
  if (draining_) newcomer->go_away();
}

void NetThread::remove(PeerId id) {
  peers_.erase(id.value);
  peer_count_ = peers_.size();
}

void NetThread::start() {
  boost::asio::post(context_, [this] { keep_up(); });
  thread_ = std::thread([this] { context_.run(); });
}

void NetThread::post(Outbox outbox) {
  {
    const std::lock_guard lock(posted_mutex_);
    posted_.push_back(std::move(outbox));
    if (posted_.size() > 1) return;  // taken with the first
  }
  boost::asio::post(context_, [this] { take_posted(); });
}

void NetThread::take_posted() {
  std::vector<Outbox> posted;
  {
    const std::lock_guard lock(posted_mutex_);
    posted.swap(posted_);
  }
  // Peers may go while they take, so they are held.
  std::vector<std::shared_ptr<Peer>> takers;
  for (auto& output : posted | std::views::join) {
    const auto found = peers_.find(output.to.value);
    if (found == peers_.end()) continue;
    takers.push_back(found->second);
    takers.back()->take(std::move(output));
  }
  std::ranges::sort(takers);  // by address: each once
  const auto again = std::ranges::unique(takers);
  takers.erase(again.begin(), again.end());
  flush(std::move(takers), 0);
}

void NetThread::flush(std::vector<std::shared_ptr<Peer>> takers, std::size_t next) {
  const auto count = std::min(takers.size() - next, peers_flushed_max);
  for (const auto& taker : std::span(takers).subspan(next, count)) taker->flush();
  next += count;
  if (next == takers.size()) return;
  boost::asio::post(context_, [this, next, takers = std::move(takers)]() mutable {
    flush(std::move(takers), next);
  });
}

void NetThread::drain() {
  boost::asio::post(context_, [this] {
    draining_ = true;
    drain_deadline_ = std::chrono::steady_clock::now() + drain_timeout;
    for (const auto& peer : all_peers()) peer->go_away();
    keep_up();  // from now on often, so that the end is seen soon
  });
}

void NetThread::join() {
  if (thread_.joinable()) thread_.join();
}

std::vector<std::shared_ptr<Peer>> NetThread::all_peers() const {
  std::vector<std::shared_ptr<Peer>> all;
  all.reserve(peers_.size());
  for (const auto& [number, peer] : peers_) all.push_back(peer);
  return all;
}

void NetThread::keep_up() {
  const auto now = std::chrono::steady_clock::now();
  for (const auto& peer : all_peers()) peer->keep_up(now);
  if (draining_ && (peers_.empty() || now >= drain_deadline_)) {
    context_.stop();
    return;
  }
  upkeep_timer_.expires_after(draining_ ? std::chrono::milliseconds(20) : upkeep_interval_);
  upkeep_timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) keep_up();
  });
}

}  // namespace hansom::net
