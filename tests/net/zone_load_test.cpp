// A zone with more to do than its turns take, on a real disk: turns are in flight while others are
// decided, and some fail.

#include "events/rocksdb_log.hpp"
#include "net/dialects/wire_renderer.hpp"
#include "net/zone.hpp"
#include "tests/support/stage.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>

namespace hansom::net {
namespace {

/// A log that writes all, but reports every so many appends as failed, and all after it until it is
/// reopened, as if the disk did not sync.
class Unlucky final : public LogInFront {
 public:
  Unlucky(EventLog& log, int every) : LogInFront(log), every_(every) {}

  void begin_append(Position expected_end, std::span<const Envelope> events,
                    Appended then) override {
    LogInFront::begin_append(expected_end, events, [this, then](const LogResult& appended) {
      if (++appends_ % every_ == 0) failed_ = true;
      if (failed_) {
        then(std::unexpected(LogError{LogError::Kind::unavailable, "a failure was ordered"}));
      } else {
        then(appended);
      }
    });
  }
  LogResult reopen() override {
    auto reopened = LogInFront::reopen();
    failed_ = false;
    ++reopened_;
    return reopened;
  }

  std::atomic<int> reopened_ = 0;

 private:
  const int every_;
  int appends_ = 0;
  std::atomic<bool> failed_ = false;
};

/// Hears nothing: what goes on is seen from outside.
class Deaf final : public Observer {
 public:
  void command(std::string_view) override {}
  void refused(RefusalCode, std::optional<Side>) override {}
  void drivers_connected(std::size_t, std::size_t) override {}
  void appended(std::span<const Envelope>) override {}
  void log_failed(const LogError&) override {}
  void log_recovered(Position) override {}
};

/// What each peer was answered, by the peer's number.
class Answers {
 public:
  void take(const Outbox& outbox) {
    const std::lock_guard lock(mutex_);
    for (const auto& output : outbox) {
      statuses_[output.to.value].push_back(std::get<Answer>(output.what).status);
    }
    changed_.notify_all();
  }
  /// Those of the first so many peers, once each was answered.
  std::map<std::uint64_t, std::vector<int>> wait_for(std::size_t peers) {
    std::unique_lock lock(mutex_);
    REQUIRE(changed_.wait_for(lock, 60s, [&] { return statuses_.size() == peers; }));
    return statuses_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::uint64_t, std::vector<int>> statuses_;
};

std::string email_of(std::uint64_t peer) { return "peer" + std::to_string(peer) + "@example.com"; }

}  // namespace

TEST_CASE("of many commands each is answered once, and what was acknowledged is in the log",
          "[zone]") {
  constexpr std::size_t peers = 20'000;
  constexpr unsigned senders = 4;
  const int fails_every = GENERATE(1'000'000, 40);
  const TempFolder folder;
  const auto disk = open_log(folder.path());
  Unlucky log(*disk, fails_every);
  const Rules rules;
  const WireRenderer renderer;
  Deaf observer;
  Answers answers;
  {
    Zone zone(log, rules, renderer, observer);
    REQUIRE(zone.start());
    zone.run([&](const Outbox& outbox) { answers.take(outbox); });
    std::vector<std::jthread> threads;
    for (unsigned sender = 0; sender < senders; ++sender) {
      threads.emplace_back([&, sender] {
        for (std::size_t i = sender + 1; i <= peers; i += senders) {
          AccountRegistered account;
          account.email = email_of(i);
          account.roles = {Role::customer};
          Submitted submitted{PeerId{i}, RegisterAccount{std::move(account)}};
          while (!zone.submit(std::move(submitted))) std::this_thread::yield();
        }
      });
    }
    threads.clear();
    zone.stop();
  }
  const auto answered = answers.wait_for(peers);
  Projections state;
  for (const auto& envelope : read_all(*disk)) state.fold(envelope);
  std::size_t granted = 0;
  for (const auto& [peer, statuses] : answered) {
    REQUIRE(statuses.size() == 1);
    if (statuses.front() != 201) continue;
    ++granted;
    REQUIRE(state.accounts.find_email(email_of(peer)));
  }
  if (log.reopened_ == 0) {
    CHECK(granted == peers);
  } else {
    CHECK(granted < peers);
  }
  CHECK((fails_every > 40 || log.reopened_ > 0));
  CHECK(granted > 0);
}

}  // namespace hansom::net
