#pragma once

#include "events/mentions.hpp"

#include <algorithm>
#include <bit>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <mutex>
#include <set>
#include <span>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

namespace hansom {

/// What stands in a log's index: a stream, or a subject of events (see mentions.hpp).
struct IndexKey {
  unsigned char kind = 0;
  Uuid id{};

  IndexKey(unsigned char kind, const Uuid& id) : kind(kind), id(id) {}
  // NOLINTBEGIN(google-explicit-constructor): each of these is a key.
  IndexKey(const StreamId& stream) : kind(static_cast<unsigned char>(stream.kind)), id(stream.id) {}
  IndexKey(const Subject& subject)
      : kind(static_cast<unsigned char>(subject.kind)), id(subject.id) {}
  // NOLINTEND(google-explicit-constructor)

  /// As their bytes stand in the database, by eight at a time: a busy log sorts a million a second.
  auto operator<=>(const IndexKey& other) const {
    return std::tuple(kind, eight_of(id, 0), eight_of(id, 8)) <=>
           std::tuple(other.kind, eight_of(other.id, 0), eight_of(other.id, 8));
  }
  bool operator==(const IndexKey&) const = default;

  static std::uint64_t eight_of(const Uuid& id, std::size_t from) {
    std::uint64_t eight = 0;
    std::memcpy(&eight, id.data + from, sizeof eight);
    return std::endian::native == std::endian::little ? std::byteswap(eight) : eight;
  }

  struct Hash {
    std::size_t operator()(const IndexKey& key) const noexcept {
      return std::hash<BookingId>{}({key.id}) + key.kind;
    }
  };
};

/// A record that has an event under a key.
struct IndexNote {
  IndexKey key;
  Position record;
  auto operator<=>(const IndexNote&) const = default;
};

/// Adds what is to be noted of an event: its stream and subjects.
inline void add_notes(const Envelope& envelope, Position record, std::vector<IndexNote>& out) {
  out.push_back({envelope.stream, record});
  for (const auto& subject : mentions_in(envelope)) out.push_back({subject, record});
}

/// The part of a log's index that is not written yet: in which records (named by the position of
/// their last event) a stream has events, or a subject is mentioned. One thread notes and looks
/// up, another one writes; neither waits for long, however much there is.
class IndexTail {
 public:
  void note(std::span<const IndexNote> notes) {
    const std::lock_guard lock(mutex_);
    fresh_.notes.insert(fresh_.notes.end(), notes.begin(), notes.end());
  }

  /// Adds the records under a key to `out`.
  void look_up(const IndexKey& key, std::set<Position>& out) const {
    const std::lock_guard lock(mutex_);
    fresh_.look_up(key, out);
    leaving_.look_up(key, out);
  }

  /// All that was noted so far and is to be written now: by key and then by record, each once. It
  /// can still be looked up, and comes again the next time unless `written` was called.
  std::vector<IndexNote> leave() {
    {
      const std::lock_guard lock(mutex_);
      if (leaving_.notes.empty()) {
        std::swap(fresh_, leaving_);
      } else {
        leaving_.notes.insert(leaving_.notes.end(), fresh_.notes.begin(), fresh_.notes.end());
        fresh_ = {};
      }
    }
    auto sorted = leaving_.notes;  // which nobody else changes
    std::ranges::sort(sorted);
    const auto [first_double, end] = std::ranges::unique(sorted);
    sorted.erase(first_double, end);
    return sorted;
  }

  /// What `leave` gave is in the index now.
  void written() {
    Part done;  // is let go of without the lock
    const std::lock_guard lock(mutex_);
    std::swap(leaving_, done);
  }

 private:
  /// Notes as they came. Most are never looked up, so that they are only put in order for those who
  /// do.
  struct Part {
    std::vector<IndexNote> notes;
    mutable std::unordered_map<IndexKey, std::vector<Position>, IndexKey::Hash> by_key;
    mutable std::size_t ordered = 0;  // so many of the notes are in `by_key`

    void look_up(const IndexKey& key, std::set<Position>& out) const {
      for (; ordered < notes.size(); ++ordered) {
        by_key[notes[ordered].key].push_back(notes[ordered].record);
      }
      if (const auto found = by_key.find(key); found != by_key.end()) {
        out.insert(found->second.begin(), found->second.end());
      }
    }
  };

  mutable std::mutex mutex_;
  Part fresh_;
  Part leaving_;  // its notes are changed by the writing thread alone
};

}  // namespace hansom
