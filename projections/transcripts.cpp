#include "projections/transcripts.hpp"

#include <utility>

namespace hansom {

void Transcripts::apply(const Envelope& envelope) {
  const auto found = by_room_.find(RoomId{envelope.stream.id});
  if (found == by_room_.end()) return;
  auto& transcript = found->second->transcript;
  bytes_ -= transcript.bytes();
  transcript.apply(envelope);
  bytes_ += transcript.bytes();
}

const Transcript* Transcripts::use(RoomId room, Instant now) {
  const auto found = by_room_.find(room);
  if (found == by_room_.end()) return nullptr;
  found->second->used_at = now;
  by_use_.splice(by_use_.begin(), by_use_, found->second);
  return &found->second->transcript;
}

const Transcript& Transcripts::keep(RoomId room, Transcript transcript, Instant now) {
  bytes_ += transcript.bytes();
  by_use_.push_front({room, std::move(transcript), now});
  by_room_[room] = by_use_.begin();
  return by_use_.front().transcript;
}

std::optional<Instant> Transcripts::next_idle() const {
  if (by_use_.empty()) return std::nullopt;
  return by_use_.back().used_at + transcript_idle_max;
}

void Transcripts::forget_idle(Instant now) {
  const auto is_idle = [&] { return *next_idle() <= now; };
  const auto is_too_much = [&] { return bytes_ > transcripts_bytes_max && by_use_.size() > 1; };
  while (!by_use_.empty() && (is_idle() || is_too_much())) {
    bytes_ -= by_use_.back().transcript.bytes();
    by_room_.erase(by_use_.back().room);
    by_use_.pop_back();
  }
}

}  // namespace hansom
