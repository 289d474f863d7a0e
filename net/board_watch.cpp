#include "net/board_watch.hpp"

#include "net/zone.hpp"

#include <algorithm>
#include <chrono>

namespace hansom::net {

BoardWatch::BoardWatch(const Board& board, Deliver deliver, Pace pace)
    : board_(board), deliver_(std::move(deliver)), pace_(pace), thread_([this] { work(); }) {}

Frame BoardWatch::join(PeerId peer) {
  {
    const std::lock_guard lock(mutex_);
    watchers_.push_back(peer);
    news_.notify_one();
  }
  Board::Seen seen;
  return board_.frame(system_now(), seen);
}

void BoardWatch::leave(PeerId peer) {
  const std::lock_guard lock(mutex_);
  std::erase(watchers_, peer);
}

void BoardWatch::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    news_.notify_one();
  }
  if (thread_.joinable()) thread_.join();
}

void BoardWatch::work() {
  Board::Seen seen;
  std::chrono::steady_clock::time_point told_at;
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    news_.wait(lock, [&] { return stopping_ || !watchers_.empty(); });
    news_.wait_for(lock, pace_.interval, [&] { return stopping_; });
    if (stopping_ || watchers_.empty()) continue;
    const auto now = std::chrono::steady_clock::now();
    if (!board_.has_news(seen, system_now()) && now - told_at < pace_.silence_max) continue;
    told_at = now;
    const auto frame = board_.frame(system_now(), seen);
    Outbox outbox;
    for (const auto watcher : watchers_) outbox.push_back({watcher, frame});
    lock.unlock();
    deliver_(std::move(outbox));
    lock.lock();
  }
}

}  // namespace hansom::net
