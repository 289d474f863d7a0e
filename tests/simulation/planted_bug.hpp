#pragma once

#include <cstddef>
#include <iterator>
#include <optional>
#include <string_view>

namespace hansom {

/// Bugs that can be switched on, to see that the simulation finds them. Those of the log are in
/// disk.cpp; those of the engine are put into copies of its sources (plant_bugs.cmake).
enum class PlantedBug {
  // Of the log.
  no_sync,             ///< an append is acknowledged though it was not synced
  no_fence,            ///< an append is taken though somebody else appended meanwhile
  failure_swallowed,   ///< an append that failed is told to have been made
  torn_end_kept,       ///< what was torn is not cut off when the log is opened
  recovered_unsynced,  ///< what a start finds is shown though only the system's memory has it

  // Of the engine.
  shown_before_durable,
  not_taken_back,             ///< the state is not folded anew after a failure
  withheld_never_shown,       ///< what failed and was written all the same is pushed to nobody
  failure_untold,             ///< senders hear nothing of a turn that failed
  deadlines_lost,             ///< at a start
  excluded_driver_asked,      ///< one who was asked before
  wrong_side_pushed,          ///< a driver's pushes go to the customer of the same account
  replay_too_late,            ///< what comes again begins one event too late
  doubled_while_catching_up,  ///< pushes go out at once and with what is brought again
  stranger_shown_booking,     ///< `resync` does not look whose booking it is
  late_offer_accepted,        ///< a customer's acceptance is taken in any state
  two_winners,                ///< an open request can be accepted by who comes second
  key_forgotten,              ///< an idempotency key books again
  anybody_edits,              ///< a message in a room can be edited by others
  blocked_stay_connected,
  room_deaf,                  ///< who is first in a room is told nothing
  history_incomplete,         ///< a room's history lacks what was edited
  snapshot_empty,             ///< `resync` shows that nothing is in progress
  list_empty,                 ///< of bookings
  cancel_forgotten,           ///< a cancel is answered and not made
  failure_untold_to_sockets,  ///< requests over HTTP hear of a turn that failed
  first_push_lost,            ///< to a socket that has joined a room
  pending_not_shown,          ///< to a campus driver who comes
  ride_not_shown,             ///< to a passenger who comes back
  removed_stay_connected,     ///< a participant keeps the socket
  blocked_let_in,             ///< who is blocked gets a socket
  timers_late,                ///< by some seconds
  grace_forgotten,            ///< an offer expires while its driver comes back after a start
  roster_forgets_leave,       ///< drivers are asked who are gone
  drivers_overlooked,         ///< who are there and not asked
  farewell_too_early,         ///< while another booking is in progress
  replaced_stay_connected,    ///< an account has two sockets on one side
  all_removed,                ///< with a participant goes everybody in the room
  fold_cut_short,             ///< what could not be read is not looked for again
};

inline constexpr std::string_view planted_bug_names[] = {
    "no_sync",
    "no_fence",
    "failure_swallowed",
    "torn_end_kept",
    "recovered_unsynced",
    "shown_before_durable",
    "not_taken_back",
    "withheld_never_shown",
    "failure_untold",
    "deadlines_lost",
    "excluded_driver_asked",
    "wrong_side_pushed",
    "replay_too_late",
    "doubled_while_catching_up",
    "stranger_shown_booking",
    "late_offer_accepted",
    "two_winners",
    "key_forgotten",
    "anybody_edits",
    "blocked_stay_connected",
    "room_deaf",
    "history_incomplete",
    "snapshot_empty",
    "list_empty",
    "cancel_forgotten",
    "failure_untold_to_sockets",
    "first_push_lost",
    "pending_not_shown",
    "ride_not_shown",
    "removed_stay_connected",
    "blocked_let_in",
    "timers_late",
    "grace_forgotten",
    "roster_forgets_leave",
    "drivers_overlooked",
    "farewell_too_early",
    "replaced_stay_connected",
    "all_removed",
    "fold_cut_short",
};
static_assert(std::size(planted_bug_names) ==
              static_cast<std::size_t>(PlantedBug::fold_cut_short) + 1);

/// The one that is on. Set before anything runs that asks for it.
inline std::optional<PlantedBug> planted_bug;
inline bool planted(PlantedBug bug) { return planted_bug == bug; }

}  // namespace hansom
