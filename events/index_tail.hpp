#pragma once

#include "events/mentions.hpp"

#include <mutex>
#include <set>
#include <unordered_map>
#include <vector>

namespace hansom {

/// The part of a log's index that is not written yet: in which records (named by the position of
/// their last event) a stream has events, or an account is mentioned. One thread notes and looks
/// up, another one writes.
class IndexTail {
 public:
  using Places = std::unordered_map<StreamId, std::vector<Position>>;

  /// Notes the event's stream, and the accounts that it mentions under the streams of these.
  void note(const Envelope& envelope, Position record) {
    const std::lock_guard lock(mutex_);
    note(envelope.stream, record);
    for (const auto& account : mentions_in(envelope.event).accounts) {
      if (account) note(StreamId(*account), record);
    }
  }

  /// Adds the stream's records to `out`.
  void look_up(const StreamId& stream, std::set<Position>& out) const {
    const std::lock_guard lock(mutex_);
    for (const auto* places : {&fresh_, &leaving_}) {
      if (const auto found = places->find(stream); found != places->end()) {
        out.insert(found->second.begin(), found->second.end());
      }
    }
  }

  /// All that was noted so far and is to be written now. It can still be looked up, and comes again
  /// the next time unless `written` was called.
  const Places& leave() {
    const std::lock_guard lock(mutex_);
    for (auto& [stream, places] : fresh_) {
      auto& all = leaving_[stream];
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
  void note(const StreamId& stream, Position record) {
    auto& places = fresh_[stream];
    if (places.empty() || places.back() != record) places.push_back(record);
  }

  mutable std::mutex mutex_;
  Places fresh_;
  Places leaving_;
};

}  // namespace hansom
