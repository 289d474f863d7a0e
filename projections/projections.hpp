#pragma once

#include "projections/accounts.hpp"
#include "projections/bookings.hpp"
#include "projections/deadlines.hpp"
#include "projections/idempotency.hpp"
#include "projections/rooms.hpp"
#include "projections/roster.hpp"
#include "projections/templates.hpp"

namespace hansom {

/// All state that is folded from the log, and up to where.
struct Projections {
  Accounts accounts;
  Bookings bookings;
  Deadlines deadlines;
  Templates templates;
  Idempotency idempotency;
  Rooms rooms;
  Roster roster;
  Position end;     ///< of the last event folded
  Instant last_at;  ///< when that was

  /// Folds the next event. An ended booking is kept until `settle`, so that its last pushes can be
  /// rendered.
  /// REQUIRES: events come in order, without gaps.
  void apply(const Envelope& envelope);

  /// Lets go of what the event ended.
  void settle(const Envelope& envelope);

  /// Folds the next event for who shows nothing of it: both of these.
  void fold(const Envelope& envelope) {
    apply(envelope);
    settle(envelope);
  }

  /// Forgets all that was folded; who is connected, and where, stays.
  void start_anew();

  /// Takes over what was folded before.
  /// REQUIRES: nothing was folded since the beginning, or since `start_anew`.
  void restore(Projections&& folded);

  /// The revision at which a stream stands that is not an ended booking's.
  Revision revision_of(const StreamId& stream) const;
};

}  // namespace hansom
