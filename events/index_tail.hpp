#pragma once

#include "events/mentions.hpp"

#include <mutex>
#include <set>
#include <unordered_map>
#include <vector>

namespace hansom {

/// What stands in a log's index: a stream, or a subject of events (see mentions.hpp).
struct IndexKey {
  unsigned char kind = 0;
  Uuid id{};

  // NOLINTBEGIN(google-explicit-constructor): each of these is a key.
  IndexKey(const StreamId& stream) : kind(static_cast<unsigned char>(stream.kind)), id(stream.id) {}
  IndexKey(const Subject& subject)
      : kind(static_cast<unsigned char>(subject.kind)), id(subject.id) {}
  // NOLINTEND(google-explicit-constructor)

  bool operator==(const IndexKey&) const = default;

  struct Hash {
    std::size_t operator()(const IndexKey& key) const noexcept {
      return std::hash<BookingId>{}({key.id}) + key.kind;
    }
  };
};

/// The part of a log's index that is not written yet: in which records (named by the position of
/// their last event) a stream has events, or a subject is mentioned. One thread notes and looks
/// up, another one writes.
class IndexTail {
 public:
  using Places = std::unordered_map<IndexKey, std::vector<Position>, IndexKey::Hash>;

  /// Notes the event's stream and subjects.
  void note(const Envelope& envelope, Position record) {
    const std::lock_guard lock(mutex_);
    note(envelope.stream, record);
    for (const auto& subject : mentions_in(envelope)) note(subject, record);
  }

  /// Adds the records under a key to `out`.
  void look_up(const IndexKey& key, std::set<Position>& out) const {
    const std::lock_guard lock(mutex_);
    for (const auto* places : {&fresh_, &leaving_}) {
      if (const auto found = places->find(key); found != places->end()) {
        out.insert(found->second.begin(), found->second.end());
      }
    }
  }

  /// All that was noted so far and is to be written now. It can still be looked up, and comes again
  /// the next time unless `written` was called.
  const Places& leave() {
    const std::lock_guard lock(mutex_);
    for (auto& [key, places] : fresh_) {
      auto& all = leaving_[key];
      all.insert(all.end(), places.begin(), places.end());
    }
    fresh_.clear();
    return leaving_;
  }

  /// What `leave` gave is in the index now.
  void written() {
    const std::lock_guard lock(mutex_);
    leaving_.clear();
  }

  void clear() {
    const std::lock_guard lock(mutex_);
    fresh_.clear();
    leaving_.clear();
  }

 private:
  /// REQUIRES: the mutex is held.
  void note(const IndexKey& key, Position record) {
    auto& places = fresh_[key];
    if (places.empty() || places.back() != record) places.push_back(record);
  }

  mutable std::mutex mutex_;
  Places fresh_;
  Places leaving_;
};

}  // namespace hansom
