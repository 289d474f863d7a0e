#pragma once

#include "engine/commands.hpp"
#include "engine/output.hpp"
#include "events/append_outcome.hpp"

#include <iterator>
#include <utility>
#include <vector>

namespace hansom {

/// One round of a loop: what was asked, what was decided, and what that tells whom. Nobody is told
/// before it is durable; if that fails, all that stands in here says what is to be taken back.
struct Turn {
  std::vector<Submitted> commands;
  std::vector<Envelope> events;  ///< in the order in which they were decided
  Outbox outbox;

  // What took effect though nobody may ever hear of it.
  std::vector<std::pair<PeerId, Side>> replaced;    ///< whose session another one took over
  std::vector<std::pair<PeerId, Side>> forced_out;  ///< whose session the admin, or a host, ended
  std::vector<PeerId> parting;  ///< customers who are told that a booking of theirs has ended
  std::vector<std::pair<PeerId, Resync>> resynced;  ///< what was answered

  Position before;  ///< of what was decided before it

  /// Until it is known, the turn is the log's.
  AppendOutcome outcome;

  /// Adds what is to be taken back of a turn that came after it.
  void add(Turn&& later) {
    const auto move_to = [](auto& all, auto& more) {
      all.insert(all.end(), std::make_move_iterator(more.begin()),
                 std::make_move_iterator(more.end()));
    };
    move_to(commands, later.commands);
    move_to(replaced, later.replaced);
    move_to(forced_out, later.forced_out);
    move_to(parting, later.parting);
    move_to(resynced, later.resynced);
  }

  /// Forgets all but the outcome; the memory that it took is kept.
  void clear() {
    commands.clear();
    events.clear();
    outbox.clear();
    replaced.clear();
    forced_out.clear();
    parting.clear();
    resynced.clear();
  }
};

}  // namespace hansom
