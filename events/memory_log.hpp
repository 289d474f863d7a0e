#pragma once

#include "events/event_log.hpp"
#include "events/record.hpp"

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

  LogResult append(Position expected_end, std::span<const Envelope> events) override;
  void append_part(Position expected_end, std::span<const Envelope> events) override;
  LogResult read(Position from, const Visit& visit) const override;
  LogResult read_stream(const StreamId& stream, const Visit& visit) const override;
  LogResult read_mentions(const Subject& subject, Position before,
                          const Visit& visit) const override;
  HighWaterMark mark() const override { return end_; }
  std::expected<bool, LogError> holds(const HighWaterMark& record) const override;
  LogResult reopen() override;

 private:
  void write(std::span<const Envelope> events);

  std::vector<std::span<const Envelope>> parts_;  // of the batch that is being appended
  std::vector<std::string> records_;
  HighWaterMark end_;
  std::optional<Fault> fault_;
  bool failed_ = false;
  bool refuse_reopen_ = false;
};

}  // namespace hansom
