#pragma once

#include "bench/chance.hpp"
#include "events/event_log.hpp"

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace hansom::simulation {

using bench::Chance;

/// What outlives a process: the bytes of a log, each record behind its length. The first so many
/// are on the disk for good, the rest is in the system's memory.
struct Disk {
  std::string bytes;
  std::size_t synced = 0;

  void sync() { synced = bytes.size(); }

  /// A power cut: of what was not synced any first part may be there, torn where it ends.
  void lose_power(Chance& chance) {
    bytes.resize(synced + chance.below(bytes.size() - synced + 1));
  }
};

/// The next record in `bytes`, from `at` on; nothing where there is none, or a torn one.
std::optional<std::string_view> record_at(std::string_view bytes, std::size_t at);
/// What a record takes on the disk.
std::size_t size_on_disk(std::string_view record);

/// How often something goes wrong, of 1.
struct DiskFaults {
  double write_fails = 0;   ///< and leaves any first part of what was to be written
  double sync_fails = 0;    ///< what was written may be there or not
  double reopen_fails = 0;  ///< and leaves undone any last part of what is to be done
  double read_fails = 0;
  double killed = 0;  ///< the process, before, amid or after a write, or amid the opening
};

/// Thrown where the process is killed.
struct Killed {};

/// A log on a simulated disk, in the written form of the real one. Without threads: what is handed
/// over waits for `work` or `finish_appends`.
class DiskLog final : public EventLog {
 public:
  /// `disk`, `chance` and `faults` must outlive the log. Opens with `reopen`.
  DiskLog(Disk& disk, Chance& chance, const DiskFaults& faults)
      : disk_(disk), chance_(chance), faults_(faults) {}

  void begin_append(Position expected_end, std::span<const Envelope> events,
                    Appended then) override {
    handed_.push_back({expected_end, events, std::move(then)});
  }
  void finish_appends() override {
    while (is_busy()) work();
  }
  LogResult read(Position from, const Visit& visit) const override;
  LogResult read_stream(const StreamId& stream, const Visit& visit) const override;
  LogResult read_mentions(const Subject& subject, Position before,
                          const Visit& visit) const override;
  HighWaterMark mark() const override { return marks_.empty() ? HighWaterMark{} : marks_.back(); }
  std::expected<bool, LogError> holds(const HighWaterMark& record) const override;
  LogResult reopen() override;

  /// Whether something that was handed over waits.
  bool is_busy() const { return !handed_.empty(); }
  /// Whether it can be written to, and nobody else wrote to the disk.
  bool is_in_order() const { return !failed_ && known_bytes_ == disk_.bytes.size(); }
  /// Writes what waits, up to some number of batches, with one sync, and tells of it.
  void work();
  /// The process was killed: nothing more is written or told.
  void abandon() { handed_.clear(); }

 private:
  struct Handed {
    Position expected_end;
    std::span<const Envelope> events;
    Appended then;
  };
  LogResult write(std::span<const Handed> group);
  LogResult read_disk();
  void maybe_die() const;

  Disk& disk_;
  Chance& chance_;
  const DiskFaults& faults_;
  std::deque<Handed> handed_;
  bool failed_ = false;
  std::size_t known_bytes_ = 0;       // of the disk, when it was last looked at or written to
  std::vector<HighWaterMark> marks_;  // of each record
  std::vector<Envelope> events_;
};

}  // namespace hansom::simulation
