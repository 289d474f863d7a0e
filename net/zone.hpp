#pragma once

#include "engine/loop.hpp"
#include "net/command_queue.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <functional>
#include <thread>

namespace hansom::net {

/// The present moment by the system's clock.
Instant system_now();

/// The system's clock, but never back. Where that is behind, as it was set back, this one goes on
/// from where it was, so that no timer waits for an hour to pass twice, and a sixteenth slower,
/// until both are at one again.
class ZoneClock {
 public:
  using Steady = std::chrono::steady_clock::time_point;

  Instant now() { return now(system_now(), std::chrono::steady_clock::now()); }
  /// The same, at what the two clocks show.
  Instant now(Instant system, Steady steady);

  /// Goes on from there, if that is later: a log's last event may have been stamped before the
  /// clock was set back and the process started anew.
  void go_on_from(Instant at) { now_ = std::max(now_, at); }

 private:
  Instant now_ = Instant::min();
  Steady moved_at_ = std::chrono::steady_clock::now();
};

/// One engine with one log, on a thread of its own: a city, say. A process may run several.
class Zone : private Outlet {
 public:
  /// Takes what a turn has to say; called on the engine's thread or the log's, one at a time.
  using Deliver = std::function<void(Outbox)>;

  /// All arguments must outlive the zone.
  Zone(EventLog& log, const Rules& rules, const Renderer& renderer, Observer& observer,
       Loop::LoadCheckpoint load_checkpoint = {});
  ~Zone() override { stop(); }

  /// Folds the log from its checkpoint on, on the calling thread. To be called once, before `run`.
  LogResult start();
  /// What the log has been folded to. REQUIRES: the zone is not running.
  const Projections& projections() const { return loop_.projections(); }

  /// Starts the engine thread.
  void run(Deliver deliver);

  /// Hands a command over, from any thread. False when the queue is full or the zone has stopped:
  /// `submitted` is then untouched, and its sender is told SERVER_BUSY.
  bool submit(Submitted&& submitted) { return queue_.push(std::move(submitted)); }

  /// Takes nothing more, finishes what was accepted, and ends the engine thread.
  void stop();

  /// Whether commands are being decided.
  bool serving() const { return serving_; }
  std::size_t queued() const { return queue_.size(); }

 private:
  void release(Outbox outbox) override { deliver_(std::move(outbox)); }
  void call_turn() override { queue_.call_turn(); }
  void work();

  ZoneClock clock_;
  Deliver deliver_;
  CommandQueue queue_;
  Loop loop_;
  std::atomic<bool> serving_ = false;
  std::thread thread_;
};

}  // namespace hansom::net
