#include "net/telemetry.hpp"

#include "events/event_schema.hpp"
#include "net/zone.hpp"

#include <prometheus/text_serializer.h>
#include <spdlog/spdlog.h>

#include <chrono>

namespace hansom::net {
namespace {

using prometheus::Histogram;
using Clock = std::chrono::steady_clock;

const Histogram::BucketBoundaries append_seconds_buckets{
    50e-6, 100e-6, 200e-6, 500e-6, 1e-3, 2e-3, 5e-3, 10e-3, 20e-3, 50e-3, 0.1, 0.5, 1, 5};
const Histogram::BucketBoundaries batch_buckets{1,   2,   4,   8,    16,   32,  64,
                                                128, 256, 512, 1024, 2048, 4096};

prometheus::Family<prometheus::Counter>& counters(prometheus::Registry& registry, const char* name,
                                                  const char* help) {
  return prometheus::BuildCounter().Name(name).Help(help).Register(registry);
}

prometheus::Gauge& gauge(prometheus::Registry& registry, const char* name, const char* help) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(registry).Add({});
}

/// One counter a code, all made at once, so that counting needs no lock.
std::array<prometheus::Counter*, refusal_code_count> refusal_counters(
    prometheus::Registry& registry) {
  auto& family = counters(registry, "hansom_refusals_total", "Commands and requests refused");
  std::array<prometheus::Counter*, refusal_code_count> all;
  for (std::size_t i = 0; i < all.size(); ++i) {
    all[i] = &family.Add({{"code", std::string(to_string(static_cast<RefusalCode>(i)))}});
  }
  return all;
}

Histogram& histogram(prometheus::Registry& registry, const char* name, const char* help,
                     const Histogram::BucketBoundaries& buckets) {
  return prometheus::BuildHistogram().Name(name).Help(help).Register(registry).Add({}, buckets);
}

}  // namespace

Telemetry::Telemetry(Board& board, const EventLog& log)
    : board_(board),
      log_(log),
      commands_(counters(registry_, "hansom_commands_total", "Commands taken by the engine"),
                "command"),
      refusals_(refusal_counters(registry_)),
      events_(counters(registry_, "hansom_events_total", "Events appended to the log"), "type"),
      append_seconds_(histogram(registry_, "hansom_append_seconds",
                                "Time that a turn waits for its events to be durable",
                                append_seconds_buckets)),
      batch_events_(
          histogram(registry_, "hansom_batch_events", "Events of one turn", batch_buckets)),
      log_failures_(counters(registry_, "hansom_log_failures_total",
                             "Appends and reopenings of the log that failed")
                        .Add({})),
      log_end_(gauge(registry_, "hansom_log_end", "Position of the last durable event")),
      sockets_(gauge(registry_, "hansom_sockets", "Open WebSockets")),
      queued_(gauge(registry_, "hansom_queued_commands", "Commands waiting for the engine")),
      serving_(gauge(registry_, "hansom_serving", "1 while commands are being decided")) {}

prometheus::Counter& Telemetry::Counters::of(std::string_view value) {
  auto& counter = counters_[value];
  if (!counter) counter = &family_.Add({{label_, std::string(value)}});
  return *counter;
}

void Telemetry::command(std::string_view name) { commands_.of(name).Increment(); }

void Telemetry::refused(RefusalCode code, std::optional<Side> side) {
  refusals_[static_cast<std::size_t>(code)]->Increment();
  board_.refused(code, side, system_now());
}

void Telemetry::appended(std::span<const Envelope> events) {
  for (const auto& envelope : events) events_.of(type_of(envelope.event)).Increment();
  batch_events_.Observe(static_cast<double>(events.size()));
  log_end_.Set(static_cast<double>(events.back().position.value));
  board_.appended(events);
}

void Telemetry::log_failed(const LogError& error) {
  log_failures_.Increment();
  spdlog::error("{}; commands are answered LOG_UNAVAILABLE until it can be reopened",
                error.message);
}

void Telemetry::log_recovered(Position end) {
  log_end_.Set(static_cast<double>(end.value));
  board_.recovered(log_);
  spdlog::info("the log is in order again and ends at position {}", end.value);
}

std::string Telemetry::text(std::size_t queued, bool serving) {
  queued_.Set(static_cast<double>(queued));
  serving_.Set(serving ? 1 : 0);
  return prometheus::TextSerializer().Serialize(registry_.Collect());
}

LogResult TimedLog::append(Position expected_end, std::span<const Envelope> events) {
  const auto start = Clock::now();
  auto result = log_.append(expected_end, events);
  if (!events.empty()) telemetry_.append_took(Clock::now() - start);
  return result;
}

void TimedLog::begin_append(Position expected_end, std::span<const Envelope> events,
                            Appended then) {
  if (events.empty()) return log_.begin_append(expected_end, events, std::move(then));
  log_.begin_append(
      expected_end, events,
      [this, then = std::move(then), start = Clock::now()](const LogResult& appended) {
        telemetry_.append_took(Clock::now() - start);
        then(appended);
      });
}

}  // namespace hansom::net
