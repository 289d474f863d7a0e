#pragma once

#include "events/event_log.hpp"
#include "events/record.hpp"

#include <deque>
#include <optional>
#include <vector>

namespace hansom {

/// A log in memory, in the written form of the real one, with faults to order: for tests, the
/// simulation and the bench. Durable only as long as the object lives.
class MemoryLog final : public EventLog {
 public:
  /// What goes wrong with an append.
  enum class Fault {
    lost,     ///< fails, and nothing was written
    written,  ///< fails, but everything was written: the sync failed, not the write
  };

  /// Lets the next append fail; from then on the log is unavailable until `reopen`.
  void fail_next_append(Fault fault) { fault_ = fault; }
  /// Lets `reopen` fail until it is told otherwise.
  void refuse_reopen(bool refuse) { refuse_reopen_ = refuse; }

  /// Lets what is handed over wait for `finish_appends` from now on, as if the disk were slow;
  /// until then it is written at once.
  void hold_appends(bool hold) { holds_appends_ = hold; }

  void begin_append(Position expected_end, std::span<const Envelope> events,
                    Appended then) override;
  void finish_appends() override;
  LogResult read(Position from, const Visit& visit) const override;
  LogResult read_stream(const StreamId& stream, const Visit& visit) const override;
  LogResult read_mentions(const Subject& subject, Position before,
                          const Visit& visit) const override;
  HighWaterMark mark() const override { return end_; }
  std::expected<bool, LogError> holds(const HighWaterMark& record) const override;
  LogResult reopen() override;

 private:
  struct Handed {
    Position expected_end;
    std::span<const Envelope> events;
    Appended then;
  };
  LogResult take(const Handed& handed);
  void write(std::span<const Envelope> events);

  bool holds_appends_ = false;
  std::deque<Handed> handed_;
  std::vector<std::string> records_;
  HighWaterMark end_;
  std::optional<Fault> fault_;
  bool failed_ = false;
  bool refuse_reopen_ = false;
};

}  // namespace hansom
