#pragma once

#include "engine/output.hpp"

#include <iterator>
#include <utility>

namespace hansom {

/// Where a loop says what it has to say. Called on the loop's thread or on the log's, one call
/// after the other.
class Outlet {
 public:
  virtual ~Outlet() = default;

  /// Takes what may be shown now. What comes later was decided later.
  virtual void release(Outbox outbox) = 0;

  /// A turn of a failed log is to be taken back, which the next turn does: that should be now, be
  /// there commands or none.
  virtual void call_turn() = 0;
};

/// Gathers what is said, for who waits for each turn of a loop.
class Gathering final : public Outlet {
 public:
  void release(Outbox outbox) override {
    said_.insert(said_.end(), std::make_move_iterator(outbox.begin()),
                 std::make_move_iterator(outbox.end()));
  }
  void call_turn() override {}

  /// What was said since this was last asked.
  Outbox take() { return std::exchange(said_, {}); }

 private:
  Outbox said_;
};

}  // namespace hansom
