#include "net/tokens/key_ring.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace hansom::net {

KeyRing::KeyRing(std::unique_ptr<KeyFetcher> fetcher, Options options)
    : fetcher_(std::move(fetcher)), options_(std::move(options)), due_(options_.clock()) {
  thread_ = std::thread([this] { run(); });
}

KeyRing::~KeyRing() { stop(); }

std::optional<RsaKey> KeyRing::find(std::string_view kid) const {
  const std::lock_guard lock(mutex_);
  if (!expire_ || options_.clock() >= *expire_) return std::nullopt;
  const auto found = keys_.find(kid);
  return found == keys_.end() ? std::nullopt : std::optional(found->second);
}

bool KeyRing::awaits(std::string_view kid, std::function<void()> then) {
  const std::lock_guard lock(mutex_);
  if (stopping_) return false;
  const auto now = options_.clock();
  const bool will_last = expire_ && now < *expire_ - keys_renewal_margin;
  if (will_last && keys_.contains(kid)) return false;
  if (!due_ && will_last) {
    // Anybody can make up ids, so the publisher is not asked for each.
    if (last_search_ && now < *last_search_ + options_.search_interval) return false;
    due_ = last_search_ = now;
  } else if (!due_) {
    due_ = last_fetch_ ? std::max(now, *last_fetch_ + options_.retry_interval) : now;
  }
  waiting_.push_back(std::move(then));
  changed_.notify_one();
  return true;
}

void KeyRing::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  fetcher_->stop();
  changed_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void KeyRing::run() {
  std::unique_lock lock(mutex_);
  while (wait_until_due(lock)) {
    last_fetch_ = options_.clock();
    lock.unlock();
    auto fetched = fetcher_->fetch();
    lock.lock();
    if (stopping_) return;
    due_.reset();
    const auto waiting = std::exchange(waiting_, {});
    report(fetched);
    keep(std::move(fetched));
    lock.unlock();
    for (const auto& then : waiting) then();
    lock.lock();
  }
}

/// False when there is nothing more to be done.
bool KeyRing::wait_until_due(std::unique_lock<std::mutex>& lock) {
  while (!stopping_) {
    const auto now = options_.clock();
    if (!due_) {
      changed_.wait(lock);
    } else if (now < *due_) {
      changed_.wait_for(lock, *due_ - now);
    } else {
      return true;
    }
  }
  return false;
}

/// What could not be fetched leaves the keys that are there in force, until they expire.
void KeyRing::keep(Fetched fetched) {
  if (!fetched) return;
  keys_ = std::move(fetched->keys);
  // Who has waited for the fetch is to find the keys, even if they were to be used at once only.
  expire_ = std::max(*last_fetch_ + fetched->good_for, options_.clock() + keys_kept_min);
}

/// A failure that goes on is one line, as is its end.
void KeyRing::report(const Fetched& fetched) {
  const auto complaint = fetched ? std::string() : fetched.error();
  if (complaint == last_complaint_) return;
  if (fetched) {
    spdlog::info("Firebase's keys can be fetched again");
  } else {
    spdlog::warn("Firebase's keys can't be fetched, so tokens that need newer ones are refused: {}",
                 complaint);
  }
  last_complaint_ = complaint;
}

}  // namespace hansom::net
