#include "events/memory_log.hpp"

#include <string>
#include <utility>

namespace hansom {

void MemoryLog::begin_append(Position expected_end, std::span<const Envelope> events,
                             Appended then) {
  handed_.push_back({expected_end, events, std::move(then)});
  if (!holds_appends_) finish_appends();
}

void MemoryLog::finish_appends() {
  while (!handed_.empty()) {
    const auto handed = std::move(handed_.front());
    handed_.pop_front();
    handed.then(take(handed));
  }
}

LogResult MemoryLog::take(const Handed& handed) {
  if (failed_) return std::unexpected(LogError{LogError::Kind::unavailable, "the log has failed"});
  if (handed.events.empty()) return {};
  if (handed.expected_end != end_.position) {
    failed_ = true;
    return std::unexpected(LogError{LogError::Kind::conflict,
                                    "the log ends at " + std::to_string(end_.position.value) +
                                        ", not at " + std::to_string(handed.expected_end.value)});
  }
  const auto fault = std::exchange(fault_, std::nullopt);
  if (fault != Fault::lost) write(handed.events);
  if (!fault) return {};
  failed_ = true;
  return std::unexpected(LogError{LogError::Kind::unavailable, "a failure was ordered"});
}

LogResult MemoryLog::read(Position from, const Visit& visit) const {
  Digest chain{};
  Position end;
  for (const auto& record : records_) {
    const auto more = decode_record(record, chain, end, [&](const Envelope& envelope) {
      return envelope.position < from || visit(envelope);
    });
    if (!more) {
      return std::unexpected(
          LogError{LogError::Kind::damaged,
                   "position " + std::to_string(end.value + 1) + ": " + more.error()});
    }
    if (!*more) break;
  }
  return {};
}

LogResult MemoryLog::read_stream(const StreamId& stream, const Visit& visit) const {
  for (const auto& record : records_) {
    const auto more = decode_stream(record, stream, visit);
    if (!more) return std::unexpected(LogError{LogError::Kind::damaged, more.error()});
    if (!*more) break;
  }
  return {};
}

LogResult MemoryLog::read_mentions(const Subject& subject, Position before,
                                   const Visit& visit) const {
  for (auto record = records_.rbegin(); record != records_.rend(); ++record) {
    const auto more = decode_mentions(*record, subject, [&](const Envelope& envelope) {
      return envelope.position >= before || visit(envelope);
    });
    if (!more) return std::unexpected(LogError{LogError::Kind::damaged, more.error()});
    if (!*more) break;
  }
  return {};
}

std::expected<bool, LogError> MemoryLog::holds(const HighWaterMark& record) const {
  if (record.position == Position{}) return record.hash == Digest{};
  Digest chain{};
  Position end;
  for (const auto& each : records_) {
    if (!decode_record(each, chain, end, [](const Envelope&) { return true; })) return false;
    if (end == record.position) return chain == record.hash;
  }
  return false;
}

LogResult MemoryLog::reopen() {
  finish_appends();
  if (refuse_reopen_) {
    return std::unexpected(LogError{LogError::Kind::unavailable, "a failure was ordered"});
  }
  failed_ = false;
  return {};
}

void MemoryLog::write(std::span<const Envelope> events) {
  encode_record(events, end_.hash, records_.emplace_back());
  end_.position = events.back().position;
}

}  // namespace hansom
