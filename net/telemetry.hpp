#pragma once

#include "engine/observer.hpp"
#include "events/event_log.hpp"
#include "net/board.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <array>
#include <chrono>
#include <string>
#include <string_view>
#include <unordered_map>

namespace hansom::net {

/// What operators see: the metrics at `/metrics`, and lines on stderr where something is wrong.
class Telemetry final : public Observer {
 public:
  /// The board is told of what happens, too; both must outlive it.
  Telemetry(Board& board, const EventLog& log);

  void command(std::string_view name) override;
  /// From any thread: the net floor counts what it refuses itself.
  void refused(RefusalCode code, std::optional<Side> side) override;
  void drivers_connected(std::size_t taxi, std::size_t campus) override {
    board_.drivers_connected(taxi, campus);
  }
  void appended(std::span<const Envelope> events) override;
  void log_failed(const LogError& error) override;
  void log_recovered(Position end) override;

  /// The log was folded to here at the start.
  void started(Position end) { log_end_.Set(static_cast<double>(end.value)); }
  void append_took(std::chrono::duration<double> time) { append_seconds_.Observe(time.count()); }
  void socket_opened() { sockets_.Increment(); }
  void socket_closed() { sockets_.Decrement(); }

  /// The Prometheus text format. `queued` is the length of the command queue now.
  std::string text(std::size_t queued, bool serving);

 private:
  /// The counters of one family by their label's value; the values are literals. Of one thread
  /// at a time.
  class Counters {
   public:
    Counters(prometheus::Family<prometheus::Counter>& family, std::string label)
        : family_(family), label_(std::move(label)) {}
    prometheus::Counter& of(std::string_view value);

   private:
    prometheus::Family<prometheus::Counter>& family_;
    const std::string label_;
    std::unordered_map<std::string_view, prometheus::Counter*> counters_;
  };

  Board& board_;
  const EventLog& log_;
  prometheus::Registry registry_;
  Counters commands_;
  const std::array<prometheus::Counter*, refusal_code_count> refusals_;
  Counters events_;
  prometheus::Histogram& append_seconds_;
  prometheus::Histogram& batch_events_;
  prometheus::Counter& log_failures_;
  prometheus::Gauge& log_end_;
  prometheus::Gauge& sockets_;
  prometheus::Gauge& queued_;
  prometheus::Gauge& serving_;
};

/// A log whose appends are timed.
class TimedLog final : public EventLog {
 public:
  /// Both must outlive it.
  TimedLog(EventLog& log, Telemetry& telemetry) : log_(log), telemetry_(telemetry) {}

  LogResult append(Position expected_end, std::span<const Envelope> events) override;
  void begin_append(Position expected_end, std::span<const Envelope> events,
                    Appended then) override;
  void finish_appends() override { log_.finish_appends(); }
  LogResult read(Position from, const Visit& visit) const override {
    return log_.read(from, visit);
  }
  LogResult read_stream(const StreamId& stream, const Visit& visit) const override {
    return log_.read_stream(stream, visit);
  }
  LogResult read_mentions(const Subject& subject, Position before,
                          const Visit& visit) const override {
    return log_.read_mentions(subject, before, visit);
  }
  HighWaterMark mark() const override { return log_.mark(); }
  std::expected<bool, LogError> holds(const HighWaterMark& record) const override {
    return log_.holds(record);
  }
  LogResult reopen() override { return log_.reopen(); }

 private:
  EventLog& log_;
  Telemetry& telemetry_;
};

}  // namespace hansom::net
