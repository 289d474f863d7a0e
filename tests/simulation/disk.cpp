#include "tests/simulation/disk.hpp"

#include "events/record.hpp"
#include "tests/simulation/planted_bug.hpp"

#include <algorithm>
#include <cstring>
#include <ranges>

namespace hansom::simulation {
namespace {

using Length = std::uint32_t;

std::unexpected<LogError> unavailable(const char* what) {
  return std::unexpected(LogError{LogError::Kind::unavailable, what});
}

}  // namespace

std::optional<std::string_view> record_at(std::string_view bytes, std::size_t at) {
  Length length = 0;
  if (bytes.size() < at + sizeof(length)) return std::nullopt;
  std::memcpy(&length, bytes.data() + at, sizeof(length));
  if (bytes.size() - at - sizeof(length) < length) return std::nullopt;
  return bytes.substr(at + sizeof(length), length);
}

std::size_t size_on_disk(std::string_view record) { return sizeof(Length) + record.size(); }

void DiskLog::work() {
  std::vector<Handed> group;
  for (auto most = 1 + chance_.below(4); most > 0 && is_busy(); --most) {
    group.push_back(std::move(handed_.front()));
    handed_.pop_front();
  }
  auto result = write(group);
  if (!result && planted(PlantedBug::failure_swallowed)) result = LogResult{};
  for (const auto& each : group) each.then(result);
}

LogResult DiskLog::write(std::span<const Handed> group) {
  if (failed_) return unavailable("the log has failed and was not reopened");
  auto end = mark();
  std::string bytes;
  std::vector<HighWaterMark> marks;
  std::vector<Envelope> events;
  bool is_stale = disk_.bytes.size() != known_bytes_;  // somebody else wrote to it
  for (const auto& handed : group) {
    if (handed.events.empty()) continue;
    is_stale |= handed.expected_end != end.position;
    std::string record;
    encode_record(handed.events, end.hash, record);
    const auto length = static_cast<Length>(record.size());
    bytes.append(reinterpret_cast<const char*>(&length), sizeof(length));
    bytes += record;
    end.position = handed.events.back().position;
    marks.push_back(end);
    events.insert(events.end(), handed.events.begin(), handed.events.end());
  }
  if (bytes.empty()) return {};
  if (is_stale && !planted(PlantedBug::no_fence)) {
    failed_ = true;
    return std::unexpected(LogError{LogError::Kind::conflict, "the log goes on elsewhere"});
  }
  maybe_die();
  if (chance_.in(faults_.write_fails)) {
    failed_ = true;
    disk_.bytes += std::string_view(bytes).substr(0, chance_.below(bytes.size() + 1));
    return unavailable("a write failed");
  }
  disk_.bytes += bytes;
  known_bytes_ = disk_.bytes.size();
  maybe_die();
  if (chance_.in(faults_.sync_fails)) {
    failed_ = true;
    return unavailable("a sync failed");
  }
  if (!planted(PlantedBug::no_sync)) disk_.sync();
  maybe_die();
  marks_.insert(marks_.end(), marks.begin(), marks.end());
  events_.insert(events_.end(), std::make_move_iterator(events.begin()),
                 std::make_move_iterator(events.end()));
  return {};
}

void DiskLog::maybe_die() const {
  if (chance_.in(faults_.killed)) throw Killed{};
}

LogResult DiskLog::read(Position from, const Visit& visit) const {
  const bool is_cut = chance_.in(faults_.read_fails);
  auto left = is_cut ? chance_.below(events_.size() + 1) : 0;
  for (const auto& envelope : events_ | std::views::drop(from.value - 1)) {
    if (is_cut && left-- == 0) break;
    if (!visit(envelope)) return {};
  }
  if (is_cut) return unavailable("a read failed");
  return {};
}

LogResult DiskLog::read_stream(const StreamId& stream, const Visit& visit) const {
  if (chance_.in(faults_.read_fails)) return unavailable("a read failed");
  for (const auto& envelope : events_) {
    if (envelope.stream == stream && !visit(envelope)) break;
  }
  return {};
}

LogResult DiskLog::read_mentions(const Subject& subject, Position before,
                                 const Visit& visit) const {
  if (chance_.in(faults_.read_fails)) return unavailable("a read failed");
  for (const auto& envelope : events_ | std::views::reverse) {
    if (envelope.position >= before || !mentions(envelope, subject)) continue;
    if (!visit(envelope)) break;
  }
  return {};
}

std::expected<bool, LogError> DiskLog::holds(const HighWaterMark& record) const {
  return record == HighWaterMark{} || std::ranges::find(marks_, record) != marks_.end();
}

LogResult DiskLog::reopen() {
  finish_appends();
  failed_ = true;
  return read_disk();
}

LogResult DiskLog::read_disk() {
  const auto fails = [this] {
    maybe_die();
    return chance_.in(faults_.reopen_fails / 3);
  };
  const auto failure = unavailable("the log can't be opened");
  marks_.clear();
  events_.clear();
  if (fails()) return failure;
  Digest chain{};
  Position end;
  std::size_t at = 0;
  while (const auto record = record_at(disk_.bytes, at)) {
    const auto decoded = decode_record(*record, chain, end, [&](Envelope&& envelope) {
      events_.push_back(std::move(envelope));
      return true;
    });
    if (!decoded) return std::unexpected(LogError{LogError::Kind::damaged, decoded.error()});
    marks_.push_back({end, chain});
    at += size_on_disk(*record);
  }
  if (!planted(PlantedBug::torn_end_kept)) disk_.bytes.resize(at);
  if (fails()) return failure;
  if (!planted(PlantedBug::recovered_unsynced)) disk_.sync();
  if (fails()) return failure;
  known_bytes_ = disk_.bytes.size();
  failed_ = false;
  return {};
}

}  // namespace hansom::simulation
