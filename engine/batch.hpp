#pragma once

#include "events/event.hpp"

#include <cstddef>
#include <ranges>
#include <span>
#include <utility>
#include <vector>

namespace hansom {

/// The events of a turn, in the order in which they were decided, in parts. What stands in a closed
/// part neither moves nor changes until `clear`, so that the log can write it while the turn goes
/// on.
class Batch {
 public:
  /// The result holds until the next event.
  const Envelope& add(Envelope envelope) {
    ++size_;
    return parts_[open_].emplace_back(std::move(envelope));
  }

  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }
  /// REQUIRES: it is not empty.
  Position end() const { return Position{before().value + size_}; }
  /// The position before the first event. REQUIRES: it is not empty.
  Position before() const { return {parts_.front().front().position.value - 1}; }

  std::span<const Envelope> open_part() const { return parts_[open_]; }
  /// What is added from now on is another part.
  void close_part() {
    if (++open_ == parts_.size()) parts_.emplace_back();
  }

  /// All events; their order can be reversed.
  auto all() const { return parts_ | std::views::join; }

  void clear() {
    for (auto& part : parts_) part.clear();
    open_ = 0;
    size_ = 0;
  }

 private:
  std::vector<std::vector<Envelope>> parts_ = std::vector<std::vector<Envelope>>(1);
  std::size_t open_ = 0;  // those behind it are empty, and kept for their room
  std::size_t size_ = 0;
};

}  // namespace hansom
