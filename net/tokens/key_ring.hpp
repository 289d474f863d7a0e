#pragma once

#include "net/limits.hpp"
#include "net/tokens/firebase.hpp"
#include "net/tokens/key_fetcher.hpp"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace hansom::net {

/// Keys that are kept for as long as their publisher says, and fetched on a thread of its own: at
/// the start, when they are asked for after they expired, and for an id that they don't have.
/// Expired keys are not given out, whatever keeps newer ones from coming.
class KeyRing final : public KeySource {
 public:
  using Time = std::chrono::steady_clock::time_point;

  struct Options {
    std::function<Time()> clock = std::chrono::steady_clock::now;
    /// From one attempt to the next while there are no keys in force.
    std::chrono::milliseconds retry_interval = keys_retry_interval;
    /// From one fetch for an id that is unknown to the next.
    std::chrono::milliseconds search_interval = keys_search_interval;
  };

  /// Starts the thread, and the first fetch.
  explicit KeyRing(std::unique_ptr<KeyFetcher> fetcher) : KeyRing(std::move(fetcher), Options()) {}
  KeyRing(std::unique_ptr<KeyFetcher> fetcher, Options options);
  ~KeyRing() override;

  std::optional<RsaKey> find(std::string_view kid) const override;
  bool awaits(std::string_view kid, std::function<void()> then) override;

  /// Ends the thread, and a fetch that is under way. Who waits then is not called any more; nor
  /// has anybody to wait afterwards.
  void stop();

 private:
  using Fetched = std::expected<PublishedKeys, std::string>;

  void run();
  bool wait_until_due(std::unique_lock<std::mutex>& lock);
  void keep(Fetched fetched);
  void report(const Fetched& fetched);

  const std::unique_ptr<KeyFetcher> fetcher_;
  const Options options_;
  std::string last_complaint_;  // of the thread alone

  mutable std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  SigningKeys keys_;
  std::optional<Time> expire_;       // nothing: there are none yet
  std::optional<Time> due_;          // of a fetch that is to come or under way
  std::optional<Time> last_fetch_;   // when it began
  std::optional<Time> last_search_;  // the last fetch that was for an unknown id
  std::vector<std::function<void()>> waiting_;
  bool stopping_ = false;

  std::thread thread_;
};

}  // namespace hansom::net
