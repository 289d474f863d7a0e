#pragma once

#include "bench/chance.hpp"
#include "bench/load_parts.hpp"
#include "engine/loop.hpp"
#include "net/command_queue.hpp"
#include "net/dialects/wire_renderer.hpp"

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace hansom::bench {

/// Keeps a number of rides going through a queue and a loop, each a step further at a time, and
/// only once the one before is durable.
class RideLoad {
 public:
  /// Registers the accounts and connects them. `in_flight` rides are kept going.
  RideLoad(EventLog& log, std::size_t drivers, std::size_t customers, std::size_t in_flight);

  /// Goes on with the bookings in progress that a log has, as they were requested: connects their
  /// customers and drivers, and puts each driver a kilometre from the pickup of one of them.
  RideLoad(EventLog& log, Loop::LoadCheckpoint load_checkpoint);

  // Each throws `std::runtime_error` if the log fails.

  /// Queues each ride's next command, and takes what is queued in turns as full as the server's.
  /// Less than a turn may stay queued till the next call, and the last turns may not be durable
  /// yet.
  void step_all();

  /// Queues the next command of so many rides, picked by chance. Who completes one is followed by
  /// its customer's next request, so that as many are in progress as before.
  void queue_some(std::size_t rides);
  /// What was queued, in as few turns as the server would take for it, until all is durable.
  void take_queued();

  std::uint64_t rides_completed() const { return rides_completed_; }
  std::uint64_t commands() const { return commands_; }
  std::uint64_t events() const { return loop_.projections().end.value; }

 private:
  enum class Step { request, offer, accept, chat, complete };

  struct Customer {
    PeerId peer;
    std::string email;
    Coordinates home;
  };

  struct Ride {
    std::size_t customer = 0;
    Step step = Step::request;
    BookingId booking{};
    AccountId driver{};
    Position decided{};  ///< by the turn of its last step
  };

  /// Renders as the server does, and notes who was asked for which booking.
  class NotingRenderer final : public net::WireRenderer {
   public:
    void pushes(const Envelope& envelope, const Booking& booking,
                std::vector<Push>& out) const override;
    Answer account_registered(AccountId account, Instant at) const override;

    /// The bookings and accounts made since this was last cleared, in order of their commands.
    mutable std::vector<std::pair<BookingId, AccountId>> assigned;
    mutable std::vector<AccountId> registered;
  };

  /// Knows how far the log is durable.
  class Told final : public StrictObserver, public Outlet {
   public:
    void appended(std::span<const Envelope> events) override { tell(events.back().position); }
    void release(Outbox) override {}
    void call_turn() override { tell(beyond_all); }

    /// Returns once all up to a position is durable, or the log has failed.
    void wait_for(Position position);

   private:
    void tell(Position position);

    std::mutex mutex_;
    std::condition_variable changed_;
    Position durable_;
  };

  void take_some();
  void register_and_connect(std::size_t count, Side side);
  PeerId connect(const std::string& email, Side side);
  void move(PeerId driver, Coordinates to);
  void adopt(const Booking& booking);
  void submit(Ride& ride);
  void note_assigned();
  Submitted next_command(Ride& ride);

  const Rules rules_;
  NotingRenderer renderer_;
  Told told_;
  Loop loop_;
  std::uint64_t last_id_ = 0;
  std::uint64_t last_peer_ = 0;
  Chance chance_{1};
  std::vector<Customer> customers_;
  std::unordered_map<AccountId, PeerId> driver_peers_;
  std::vector<Ride> rides_;
  net::CommandQueue queue_;
  std::vector<Ride*> stepping_;  // since the last turn
  std::vector<Ride*> requesting_;
  std::uint64_t rides_completed_ = 0;
  std::uint64_t commands_ = 0;
};

}  // namespace hansom::bench
