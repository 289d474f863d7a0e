#include "engine/replay.hpp"

#include <algorithm>
#include <utility>

namespace hansom {

Replay::Replay(Position since, Position until)
    : unsearched_before_{until.value + 1}, since_(since), until_(until) {}

void Replay::put_in_order() {
  for (const auto& [booking, from] : std::exchange(found_, {})) starts_.push_back({from, booking});
  std::ranges::sort(starts_, std::greater{}, &Start::from);
}

std::expected<std::optional<Replay::Step>, LogError> Replay::next(const ReadStream& read_stream) {
  if (!found_.empty()) put_in_order();
  if (current_) keep(*std::exchange(current_, std::nullopt));
  while (!starts_.empty() && (courses_.empty() || starts_.back().from <= courses_.begin()->first)) {
    if (const auto loaded = load(starts_.back().booking, read_stream); !loaded) {
      return std::unexpected(loaded.error());
    }
    starts_.pop_back();
  }
  if (courses_.empty()) return std::nullopt;
  current_ = std::move(courses_.extract(courses_.begin()).mapped());
  const auto& envelope = current_->events[current_->next++];
  apply(current_->booking, envelope);
  return Step{envelope, current_->booking};
}

LogResult Replay::load(BookingId id, const ReadStream& read_stream) {
  Course course;
  const auto read = read_stream(StreamId(id), [&](const Envelope& envelope) {
    if (envelope.position > until_) return false;
    if (envelope.position > since_) {
      course.events.push_back(envelope);
    } else {
      apply(course.booking, envelope);
    }
    return true;
  });
  if (read) keep(std::move(course));
  return read;
}

void Replay::keep(Course course) {
  if (course.next == course.events.size()) return;
  const auto position = course.events[course.next].position;
  courses_.emplace(position, std::move(course));
}

}  // namespace hansom
