#include "net/tokens/key_ring.hpp"

#include "tests/support/signing.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <deque>
#include <future>

namespace hansom::net {
namespace {

using namespace std::chrono_literals;
using Fetched = std::expected<PublishedKeys, std::string>;
using Time = KeyRing::Time;

/// Only a failure waits so long.
constexpr auto patience = 10s;

/// Keys of these ids; which key it is does not matter here.
Fetched keys(std::initializer_list<const char*> kids, std::chrono::seconds good_for = 1h) {
  static const auto key = RsaKey::from_certificate(first_key().certificate()).value();
  PublishedKeys published{{}, good_for};
  for (const auto* kid : kids) published.keys.emplace(kid, key);
  return published;
}

const Fetched failure = std::unexpected("nobody answers");

/// Each fetch waits until the test says how it ends.
class Publisher {
 public:
  void answer(Fetched fetched) {
    const std::lock_guard lock(mutex_);
    answers_.push_back(std::move(fetched));
    changed_.notify_all();
  }
  Fetched fetch() {
    std::unique_lock lock(mutex_);
    begun_.push_back(std::chrono::steady_clock::now());
    changed_.notify_all();
    changed_.wait(lock, [&] { return stopped_ || !answers_.empty(); });
    if (stopped_) return std::unexpected("stopped");
    auto answer = std::move(answers_.front());
    answers_.pop_front();
    return answer;
  }
  void stop() {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    changed_.notify_all();
  }
  /// When each fetch began, once there are so many.
  std::vector<Time> fetches(std::size_t count) {
    std::unique_lock lock(mutex_);
    REQUIRE(changed_.wait_for(lock, patience, [&] { return begun_.size() >= count; }));
    return begun_;
  }
  std::size_t fetches_so_far() {
    const std::lock_guard lock(mutex_);
    return begun_.size();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Fetched> answers_;
  std::vector<Time> begun_;
  bool stopped_ = false;
};

struct FetcherOf final : KeyFetcher {
  explicit FetcherOf(Publisher& publisher) : publisher(publisher) {}
  Fetched fetch() override { return publisher.fetch(); }
  void stop() override { publisher.stop(); }
  Publisher& publisher;
};

/// A key ring whose clock stands still until the test moves it on.
struct TestRing {
  Publisher publisher;
  std::atomic<std::chrono::milliseconds> now{1'000s};
  KeyRing ring{std::make_unique<FetcherOf>(publisher),
               {[this] { return Time(now.load()); }, 1s, 60s}};

  void pass(std::chrono::milliseconds time) { now = now.load() + time; }
  bool has(const char* kid) { return ring.find(kid).has_value(); }

  /// Waits as a token with this `kid` does; false when it does not have to.
  bool wait_for(const char* kid) {
    std::promise<void> promise;
    if (!ring.awaits(kid, [&] { promise.set_value(); })) return false;
    REQUIRE(promise.get_future().wait_for(patience) == std::future_status::ready);
    return true;
  }
  /// Answers the fetch at the start.
  void start_with(Fetched fetched) {
    std::promise<void> promise;
    REQUIRE(ring.awaits("any", [&] { promise.set_value(); }));
    publisher.answer(std::move(fetched));
    REQUIRE(promise.get_future().wait_for(patience) == std::future_status::ready);
  }
};

}  // namespace

TEST_CASE("keys are fetched at the start, without being asked for", "[key_ring]") {
  TestRing test;
  test.publisher.fetches(1);
  CHECK_FALSE(test.has("a"));
  test.start_with(keys({"a"}));
  CHECK(test.has("a"));
  CHECK_FALSE(test.has("b"));
  CHECK_FALSE(test.wait_for("a"));
  CHECK(test.publisher.fetches_so_far() == 1);
}

TEST_CASE("all who need keys wait for one fetch", "[key_ring]") {
  TestRing test;
  std::atomic<int> told = 0;
  for (const auto* kid : {"a", "a", "b", "c"}) REQUIRE(test.ring.awaits(kid, [&] { ++told; }));
  CHECK(told == 0);
  test.start_with(keys({"a", "b"}));
  CHECK(told == 4);
  CHECK(test.publisher.fetches_so_far() == 1);
}

TEST_CASE("a key that is new is fetched when it is first asked for", "[key_ring]") {
  TestRing test;
  test.start_with(keys({"a"}));
  test.publisher.answer(keys({"a", "b"}));
  CHECK(test.wait_for("b"));
  CHECK(test.has("a"));
  CHECK(test.has("b"));
}

TEST_CASE("a key that was withdrawn is no longer known after the next fetch", "[key_ring]") {
  TestRing test;
  test.start_with(keys({"a"}));
  test.publisher.answer(keys({"b"}));
  CHECK(test.wait_for("b"));
  CHECK_FALSE(test.has("a"));
}

TEST_CASE("for ids that nobody has keys are fetched once a minute", "[key_ring]") {
  TestRing test;
  test.start_with(keys({"a"}));
  test.publisher.answer(keys({"a"}));
  CHECK(test.wait_for("x"));
  for (const auto* kid : {"x", "y", "../x", ""}) CHECK_FALSE(test.wait_for(kid));
  test.pass(59s);
  CHECK_FALSE(test.wait_for("x"));
  CHECK(test.publisher.fetches_so_far() == 2);
  test.pass(1s);
  test.publisher.answer(keys({"a"}));
  CHECK(test.wait_for("x"));
  CHECK_FALSE(test.wait_for("y"));
  CHECK(test.publisher.fetches_so_far() == 3);
}

TEST_CASE("a fetch for an unknown id that fails leaves the keys in force", "[key_ring]") {
  TestRing test;
  test.start_with(keys({"a"}));
  test.publisher.answer(failure);
  CHECK(test.wait_for("b"));
  CHECK(test.has("a"));
  CHECK_FALSE(test.has("b"));
}

TEST_CASE("keys are good for as long as their publisher says, then fetched again", "[key_ring]") {
  TestRing test;
  test.start_with(keys({"a"}, 100s));
  test.pass(99s);
  CHECK(test.has("a"));
  CHECK_FALSE(test.wait_for("a"));
  test.pass(1s);
  CHECK_FALSE(test.has("a"));
  CHECK(test.publisher.fetches_so_far() == 1);
  test.publisher.answer(keys({"a"}, 100s));
  CHECK(test.wait_for("a"));
  CHECK(test.has("a"));
  CHECK(test.publisher.fetches_so_far() == 2);
}

TEST_CASE("who comes a moment before keys expire waits for newer ones", "[key_ring]") {
  TestRing test;
  test.start_with(keys({"a"}, 100s));
  test.pass(100s - keys_renewal_margin - 1ms);
  CHECK_FALSE(test.wait_for("a"));
  test.pass(1ms);
  test.publisher.answer(failure);
  CHECK(test.wait_for("a"));
  CHECK(test.has("a"));
  test.pass(keys_renewal_margin);
  CHECK_FALSE(test.has("a"));
}

TEST_CASE("expired keys that can't be fetched open nothing, until they can", "[key_ring]") {
  TestRing test;
  test.start_with(keys({"a"}, 100s));
  for (int i = 0; i < 3; ++i) {
    test.pass(100s);
    test.publisher.answer(failure);
    CHECK(test.wait_for("a"));
    CHECK_FALSE(test.has("a"));
  }
  test.pass(1s);
  test.publisher.answer(keys({"a"}, 100s));
  CHECK(test.wait_for("a"));
  CHECK(test.has("a"));
}

TEST_CASE("a first fetch that fails is made up for on demand", "[key_ring]") {
  TestRing test;
  test.start_with(failure);
  CHECK_FALSE(test.has("a"));
  test.pass(1s);
  test.publisher.answer(keys({"a"}));
  CHECK(test.wait_for("a"));
  CHECK(test.has("a"));
}

TEST_CASE("without keys one attempt follows the other after the retry interval", "[key_ring]") {
  constexpr auto interval = 50ms;
  Publisher publisher;
  KeyRing ring(std::make_unique<FetcherOf>(publisher),
               {std::chrono::steady_clock::now, interval, 60s});
  for (std::size_t count = 1; count <= 4; ++count) {
    std::promise<void> promise;
    REQUIRE(ring.awaits("a", [&] { promise.set_value(); }));
    publisher.answer(failure);
    REQUIRE(promise.get_future().wait_for(patience) == std::future_status::ready);
    const auto begun = publisher.fetches(count);
    if (count > 1) CHECK(begun[count - 1] - begun[count - 2] >= interval);
  }
}

TEST_CASE("who waited for keys finds them, even if they are good for no time", "[key_ring]") {
  TestRing test;
  test.start_with(keys({"a"}, 0s));
  CHECK(test.has("a"));
  test.pass(1s);
  CHECK_FALSE(test.has("a"));
}

TEST_CASE("a stop ends a fetch that is under way, and nobody is told any more", "[key_ring]") {
  TestRing test;
  test.publisher.fetches(1);
  bool told = false;
  REQUIRE(test.ring.awaits("a", [&] { told = true; }));
  test.ring.stop();
  CHECK_FALSE(told);
  CHECK_FALSE(test.ring.awaits("a", [&] { told = true; }));
  test.ring.stop();  // again does no harm, as the destructor does it, too
}

}  // namespace hansom::net
