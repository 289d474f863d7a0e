#pragma once

// A server without a net, on a disk that fails: the real loop on the real log, with a driver and a
// customer whose apps remember all that they were told.

#include "engine/loop.hpp"
#include "events/rocksdb_log.hpp"
#include "net/dialects/json_reader.hpp"
#include "net/dialects/wire_renderer.hpp"
#include "tests/disk/faulty_disk.hpp"
#include "tests/disk/ordeal.hpp"
#include "tests/support/stage.hpp"

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace hansom {

/// What one app was told.
struct App {
  PeerId peer;
  std::map<std::uint64_t, std::string> pushes;  ///< and acks, by their place in the log
  std::size_t answers = 0;                      ///< frames and answers, of any kind
  std::size_t unavailable = 0;
  std::string last;  ///< the last frame, or the body of the last answer
  bool waits_for_drained = false;
  std::vector<std::string> broken;  ///< what contradicts what it was told before
};

/// Notes what is released, by the step of the disk at which it was.
class Witness final : public Outlet, public Observer {
 public:
  explicit Witness(const FaultyDisk& disk) : disk_(disk) {}

  void release(Outbox outbox) override;
  void call_turn() override {}

  void command(std::string_view) override {}
  void refused(RefusalCode, std::optional<Side>) override {}
  void drivers_connected(std::size_t, std::size_t) override {}
  void appended(std::span<const Envelope> events) override;
  void log_failed(const LogError& error) override;
  void log_recovered(Position) override {}

  App& app(PeerId peer) { return apps_[peer]; }

  /// What of the log was shown to be durable by a step of the disk.
  struct Shown {
    std::size_t step;
    Position position;
  };
  std::vector<Shown> shown;
  std::map<Position, Envelope> acknowledged;
  std::vector<std::string> failures;
  std::optional<std::size_t> failed_at;  ///< the step at which somebody heard first of a failure
  std::mutex mutex;                      // guards all of it: the log's thread releases, too

 private:
  void hear(App& app, const std::string& frame);

  const FaultyDisk& disk_;
  std::map<PeerId, App> apps_;
};

/// Runs one script of so many operations, as a fleet's day in short.
class Service {
 public:
  /// `hands_over`: whether turns are handed to the log's own thread.
  Service(FaultyDisk& disk, const fs::path& folder, bool hands_over);

  void run(std::size_t operations);
  /// The disk is in order again: service resumes, and both apps know all that there is.
  void settle();

  Witness& witness() { return *witness_; }
  RocksDbLog& log() { return *log_; }
  const Loop& loop() const { return *loop_; }
  std::size_t failed_openings() const { return failed_openings_; }
  Position begin() const { return begin_; }

 private:
  void open();
  void connect(PeerId peer, Side side, AccountId account);
  void operate(std::size_t number);
  void turn(std::vector<Submitted> commands);
  void finish();
  std::size_t answers();
  void request(bool for_later = false);
  void catch_up(PeerId peer, Position since);

  static constexpr PeerId driver{1};
  static constexpr PeerId customer{2};

  FaultyDisk& disk_;
  const fs::path folder_;
  const bool hands_over_;
  Rules rules_;
  net::WireRenderer renderer_;
  std::unique_ptr<Witness> witness_;
  std::unique_ptr<RocksDbLog> log_;
  std::optional<Loop> loop_;
  Instant now_ = noon;
  unsigned last_id_ = 0x1'0000;
  std::uint64_t last_peer_ = 2;
  std::size_t failed_openings_ = 0;
  Position begin_;  // of what the apps can be told of

  std::string booking_;  // that the customer has asked for last
  unsigned key_ = 0;     // of the request for it
  std::optional<PeerId> asking_;
};

}  // namespace hansom
