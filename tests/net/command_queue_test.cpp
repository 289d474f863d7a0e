#include "net/command_queue.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <thread>

namespace hansom::net {
namespace {

using namespace std::chrono_literals;

Submitted resync(std::uint64_t from) { return {PeerId{from}, Resync{}}; }

/// Takes what is there, without waiting.
std::vector<Submitted> take(CommandQueue& queue) {
  std::vector<Submitted> batch;
  queue.take(batch, 0us);
  return batch;
}

void fill(CommandQueue& queue) {
  for (std::size_t i = 0; i < queued_commands_max; ++i) REQUIRE(queue.push(resync(i)));
}

/// Takes commands on a thread of its own until the queue is closed and empty.
class Taker {
 public:
  explicit Taker(CommandQueue& queue)
      : thread_([this, &queue] {
          std::vector<Submitted> batch;
          while (queue.take(batch, std::nullopt)) taken_ += batch.size();
        }) {}

  /// How many commands it has taken in all. REQUIRES: the queue is closed.
  std::size_t taken() {
    thread_.join();
    return taken_;
  }

 private:
  std::size_t taken_ = 0;
  std::thread thread_;
};

}  // namespace

TEST_CASE("commands come out in the order in which they went in", "[command_queue]") {
  CommandQueue queue;
  for (std::uint64_t i = 1; i <= 3; ++i) CHECK(queue.push(resync(i)));
  CHECK(queue.size() == 3);
  const auto batch = take(queue);
  REQUIRE(batch.size() == 3);
  for (std::uint64_t i = 0; i < 3; ++i) CHECK(batch[i].from == PeerId{i + 1});
  CHECK(queue.size() == 0);
  CHECK(take(queue).empty());
}

TEST_CASE("a full queue takes no command more, and loses none that it has", "[command_queue]") {
  CommandQueue queue;
  fill(queue);
  CHECK_FALSE(queue.push(resync(1)));
  CHECK_FALSE(queue.push({PeerId{1}, UpdateLocation{}}));
  CHECK_FALSE(queue.push({PeerId{1}, RequestBooking{}}));
  CHECK(queue.size() == queued_commands_max);
  std::uint64_t next = 0;
  for (auto batch = take(queue); !batch.empty(); batch = take(queue)) {
    for (const auto& submitted : batch) next += submitted.from == PeerId{next};
  }
  CHECK(next == queued_commands_max);
  CHECK(queue.push(resync(1)));
}

TEST_CASE("an engine that stays behind has few commands waiting, until it has caught up",
          "[command_queue]") {
  CommandQueue queue;
  const auto fill_up = [&] {
    while (queue.push(resync(1))) continue;
    return queue.size();
  };
  const auto most_in_turn = [&](std::size_t left_behind) {
    while (queue.size() < commands_per_turn_max + left_behind) REQUIRE(queue.push(resync(1)));
    REQUIRE(take(queue).size() == commands_per_turn_max);
  };
  for (std::size_t turn = 1; turn < turns_behind_max; ++turn) most_in_turn(1);
  CHECK(fill_up() == queued_commands_max);  // a burst, for all that is known
  take(queue);
  CHECK_FALSE(queue.push(resync(1)));
  // What was accepted stays so, and is decided in its turn.
  while (queue.size() > queued_commands_behind_max) take(queue);
  CHECK_FALSE(queue.push(resync(1)));
  take(queue);
  CHECK(queue.push(resync(1)));
  CHECK(fill_up() == queued_commands_behind_max);
  CHECK(queue.push({PeerId{1}, Disconnect{}}));
  // It has caught up after many turns at ease, however much comes at once before and after.
  const auto idle = [&](std::size_t turns) {
    while (queue.size() > 0) take(queue);
    for (; turns > 0; --turns) take(queue);
  };
  idle(turns_at_ease_min - 2);  // one took who left alone, so it was not full either
  CHECK(fill_up() == queued_commands_behind_max);
  idle(turns_at_ease_min);
  CHECK(fill_up() == queued_commands_max);
}

TEST_CASE("a command that the queue does not take is left with its sender", "[command_queue]") {
  CommandQueue queue;
  queue.close();
  Submitted submitted{PeerId{7}, AcceptOffer{"a booking"}};
  REQUIRE_FALSE(queue.push(std::move(submitted)));
  CHECK(std::get<AcceptOffer>(submitted.command).booking_id == "a booking");
}

TEST_CASE("a full queue still takes who comes and who goes", "[command_queue]") {
  CommandQueue queue;
  fill(queue);
  CHECK(queue.push({PeerId{1}, Connect{}}));
  CHECK(queue.push({PeerId{2}, ConnectToCampus{}}));
  CHECK(queue.push({PeerId{3}, EnterRoom{}}));
  CHECK(queue.push({PeerId{1}, Disconnect{}}));
  CHECK(queue.push({PeerId{2}, Drained{}}));
  CHECK(queue.size() == queued_commands_max + 5);
  CHECK_FALSE(queue.push(resync(1)));
  CHECK_FALSE(queue.push({PeerId{1}, OpenRoom{}}));
  CHECK_FALSE(queue.push({PeerId{2}, SendRoomMessage{"hi"}}));
}

TEST_CASE("turns are in flight only where more may wait, and few while the engine is behind",
          "[command_queue]") {
  CommandQueue queue;
  const auto in_flight_max = [&](std::size_t commands) {
    while (queue.size() < commands) REQUIRE(queue.push(resync(1)));
    return queue.in_flight_max(take(queue));
  };
  CHECK(in_flight_max(0) == 0);
  CHECK(in_flight_max(commands_per_turn_max - 1) == 0);
  for (std::size_t turn = 1; turn < turns_behind_max; ++turn) {
    CHECK(in_flight_max(commands_per_turn_max + 1) == turns_in_flight_max);
  }
  CHECK(in_flight_max(commands_per_turn_max + 1) == turns_in_flight_behind_max);
  CHECK(in_flight_max(1) == 0);
}

TEST_CASE("a turn gets so many commands and no more", "[command_queue]") {
  CommandQueue queue;
  for (std::size_t i = 0; i < commands_per_turn_max + 1; ++i) REQUIRE(queue.push(resync(i)));
  CHECK(take(queue).size() == commands_per_turn_max);
  CHECK(take(queue).size() == 1);
}

TEST_CASE("a closed queue takes nothing, gives what it has, and then ends", "[command_queue]") {
  CommandQueue queue;
  REQUIRE(queue.push(resync(1)));
  queue.close();
  CHECK_FALSE(queue.push(resync(2)));
  CHECK_FALSE(queue.push({PeerId{2}, Disconnect{}}));
  std::vector<Submitted> batch;
  CHECK(queue.take(batch, std::nullopt));
  CHECK(batch.size() == 1);
  CHECK_FALSE(queue.take(batch, std::nullopt));
  CHECK(batch.empty());
}

TEST_CASE("taking waits as long as it may", "[command_queue]") {
  CommandQueue queue;
  std::vector<Submitted> batch(1);
  const auto deadline = std::chrono::steady_clock::now() + 20ms;
  CHECK(queue.take(batch, 20ms));  // the queue goes on; there was just nothing
  CHECK(batch.empty());
  CHECK(std::chrono::steady_clock::now() >= deadline);
  CHECK(queue.take(batch, -1h));  // something was due long ago
}

TEST_CASE("taking without a limit waits for a command, or for the end", "[command_queue]") {
  CommandQueue queue;
  Taker taker(queue);
  for (std::size_t i = 0; i < 1'000; ++i) CHECK(queue.push(resync(i)));
  queue.close();
  CHECK(taker.taken() == 1'000);
}

TEST_CASE("a turn that is called comes though there is no command, and once", "[command_queue]") {
  CommandQueue queue;
  std::vector<Submitted> batch;
  queue.call_turn();
  queue.call_turn();
  CHECK(queue.take(batch, std::nullopt));
  CHECK(batch.empty());
  REQUIRE(queue.push(resync(1)));
  CHECK(queue.take(batch, std::nullopt));
  CHECK(batch.size() == 1);
}

TEST_CASE("many threads push, and every command that was taken in comes out", "[command_queue]") {
  CommandQueue queue;
  Taker taker(queue);
  std::atomic<std::size_t> accepted = 0;
  {
    std::vector<std::jthread> senders;
    for (int thread = 0; thread < 4; ++thread) {
      senders.emplace_back([&] {
        for (std::size_t i = 0; i < 20'000; ++i) accepted += queue.push(resync(i));
      });
    }
  }
  queue.close();
  CHECK(taker.taken() == accepted);
}

}  // namespace hansom::net
