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
  room_deaf,           ///< who is first in a room is told nothing
  history_incomplete,  ///< a room's history lacks what was edited
  snapshot_of_nothing,
  failure_untold_to_sockets,  ///< of a chat message
  list_incomplete,            ///< the newest booking is missing
  leavers_are_asked,          ///< who is gone stays among the drivers who are there
  removed_stay_connected,     ///< to the room that they are no longer in
  timers_late,
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
    "snapshot_of_nothing",
    "failure_untold_to_sockets",
    "list_incomplete",
    "leavers_are_asked",
    "removed_stay_connected",
    "timers_late",
};
static_assert(std::size(planted_bug_names) ==
              static_cast<std::size_t>(PlantedBug::timers_late) + 1);

/// The one that is on. Set before anything runs that asks for it.
inline std::optional<PlantedBug> planted_bug;
inline bool planted(PlantedBug bug) { return planted_bug == bug; }

}  // namespace hansom
