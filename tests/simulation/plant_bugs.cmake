# Copies of the engine's sources with switches for bugs in them (planted_bug.hpp): the sources
# themselves stay as they are. Each bug names what it takes the place of; where that is no longer
# there, the configuring fails, and the bug has to be planted anew.

set(planted_dir ${CMAKE_CURRENT_BINARY_DIR}/planted_engine)
get_target_property(engine_sources hansom_engine SOURCES)

function(put_in file original replacement why)
  string(FIND "${${file}}" "${original}" at)
  if(at EQUAL -1)
    message(FATAL_ERROR "plant_bugs.cmake: '${why}' has no place in engine/${file} any more")
  endif()
  string(REPLACE "${original}" "${replacement}" planted "${${file}}")
  set(${file} "${planted}" PARENT_SCOPE)
endfunction()

macro(plant bug file original replacement)
  string(REPLACE "planted()" "planted(PlantedBug::${bug})" with_bug "${replacement}")
  put_in(${file} "${original}" "${with_bug}" ${bug})
endmacro()

foreach(file IN LISTS engine_sources)
  file(READ ${CMAKE_SOURCE_DIR}/engine/${file} ${file})
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/engine/${file})
endforeach()

# Limits that short lives would not reach.
put_in(loop_campus.cpp replay_part_bytes 500u "a short part")
put_in(loop_resync.cpp replay_part_bytes 500u "a short part")
put_in(loop_resync.cpp resync_unwatched_bytes 500u "a short burst")
put_in(loop_resync.cpp replay_looked_at_max 3u "a short search")

plant(shown_before_durable loop.cpp
  [[  auto& turn = *in_flight_.emplace_back(std::move(turn_));]]
  [[  if (planted()) release(turn_->outbox);
  auto& turn = *in_flight_.emplace_back(std::move(turn_));]])
plant(not_taken_back loop_failure.cpp
  [[if (recovered) recovered = fold();]]
  [[if (recovered && !planted()) recovered = fold();]])
plant(withheld_never_shown loop_failure.cpp
  [[if (unshown_after_ && envelope.position > *unshown_after_) show(envelope);]]
  [[if (unshown_after_ && envelope.position > *unshown_after_ && !planted()) show(envelope);]])
plant(failure_untold loop_failure.cpp
  [[    if (is_resync) continue;
    if (!is_mere_news(command))]]
  [[    if (is_resync || planted()) continue;
    if (!is_mere_news(command))]])
plant(deadlines_lost loop_failure.cpp
  [[  projections_.deadlines.postpone(]]
  [[  if (planted()) projections_.deadlines = {};
  projections_.deadlines.postpone(]])
plant(excluded_driver_asked driver_choice.cpp
  [[    if (std::find(asked]]
  [[    if (!planted() && std::find(asked]])
plant(wrong_side_pushed loop.cpp
  [[sessions_.of(to, side)) {]]
  [[sessions_.of(to, planted() ? Side::customer : side)) {]])
plant(replay_too_late replay.cpp
  [[if (envelope.position > since_) {]]
  [[if (envelope.position.value > since_.value + (planted() ? 1 : 0)) {]])
plant(doubled_while_catching_up loop.cpp
  [[if (session->is_catching_up()) {]]
  [[if (session->is_catching_up() && !planted()) {]])
plant(stranger_shown_booking loop_resync.cpp
  [[if (booking && !belongs_to(]]
  [[const bool is_a_ride = booking && (*booking)->status != BookingStatus::none && !is_open(**booking);
  if (booking && !(is_a_ride && planted()) && !belongs_to(]])
plant(late_offer_accepted decide_booking.cpp
  [[if (booking.status != BookingStatus::confirmation || booking.schedule ||]]
  [[if ((booking.status != BookingStatus::confirmation && !planted()) || booking.schedule ||]])
plant(two_winners decide_open_booking.cpp
  [[  if (booking.driver && !is_driver_of]]
  [[  if (planted() && !current && is_in_progress(booking.status)) {
    return {{OpenOfferAccepted{driver_contact(*now.accounts.find(now.actor.account))}}};
  }
  if (booking.driver && !is_driver_of]])
plant(key_forgotten loop_requests.cpp
  [[  if (const auto& sent = request.idempotency_key) {]]
  [[  if (const auto& sent = request.idempotency_key; sent && !planted()) {]])
plant(anybody_edits decide_room.cpp
  [[  if (fate->author != now.actor.account) {
    return refuse(RefusalCode::message_not_yours_to_edit]]
  [[  if (fate->author != now.actor.account && !planted()) {
    return refuse(RefusalCode::message_not_yours_to_edit]])
plant(blocked_stay_connected loop_admin.cpp
  [[    if (!objection) continue;]]
  [[    if (!objection || planted()) continue;]])
plant(room_deaf loop.cpp
  [[  for (const auto peer : sessions_.in(RoomId{envelope.stream.id})) say(peer, news);]]
  [[  for (const auto peer : sessions_.in(RoomId{envelope.stream.id})) {
    if (planted() && peer == sessions_.in(RoomId{envelope.stream.id}).front()) continue;
    say(peer, news);
  }]])
plant(history_incomplete loop_rooms.cpp
  [[    if (!now.body) return true;]]
  [[    if (!now.body || (now.edited && planted())) return true;]])
plant(snapshot_empty loop_resync.cpp
  [[renderer_.snapshot(session.side, *booking)]]
  [[renderer_.snapshot(session.side, planted() ? nullptr : *booking)]])
plant(list_empty loop_lists.cpp
  [[    list.bookings.push_back(booking);]]
  [[    if (!planted()) list.bookings.push_back(booking);]])
plant(cancel_forgotten loop_requests.cpp
  [[  commit(StreamId(id), actor, std::move(*events));
  say(from, renderer_.booking_cancelled]]
  [[  if (!planted()) commit(StreamId(id), actor, std::move(*events));
  say(from, renderer_.booking_cancelled]])
plant(failure_untold_to_sockets loop_failure.cpp
  [[    if (!is_mere_news(command)) say_unavailable(from, command);
  }
}

void Loop::say_unavailable]]
  [[    if (planted() && sessions_.find(from)) continue;
    if (!is_mere_news(command)) say_unavailable(from, command);
  }
}

void Loop::say_unavailable]])
plant(first_push_lost loop_rooms.cpp
  [[.room = room->id});
  say(from, Admitted{});]]
  [[.room = room->id});
  sessions_.find(from)->draining = planted();  // which rooms have no use for
  say(from, Admitted{});]])
plant(first_push_lost loop.cpp
  [[    say(peer, news);
  }]]
  [[    if (planted() && std::exchange(sessions_.find(peer)->draining, false)) continue;
    say(peer, news);
  }]])
plant(pending_not_shown loop_campus.cpp
  [[  if (!part.frames.empty()) say]]
  [[  if (!part.frames.empty() && !planted()) say]])
plant(ride_not_shown loop_campus.cpp
  [[if (const auto* current = open_ride_of(caller.id, side)) say(]]
  [[if (const auto* current = open_ride_of(caller.id, side); current && !planted()) say(]])
plant(removed_stay_connected loop_rooms.cpp
  [[    if (!room.has(sessions_.find(peer)->account)) force]]
  [[    if (!room.has(sessions_.find(peer)->account) && !planted()) force]])
plant(blocked_let_in loop_sockets.cpp
  [[  if (const auto objection = objection_to_socket(command, account)) {]]
  [[  if (const auto objection = objection_to_socket(command, account); objection && !planted()) {]])
plant(timers_late loop.cpp
  [[projections_.deadlines.due(at_, expiries_per_turn_max)]]
  [[projections_.deadlines.due(at_ - std::chrono::seconds(planted() ? 2 : 0), expiries_per_turn_max)]])
plant(timers_late loop.cpp
  [[if (const auto due = projections_.deadlines.next()) consider(*due);]]
  [[if (const auto due = projections_.deadlines.next()) {
    consider(*due + std::chrono::seconds(planted() ? 2 : 0));
  }]])
plant(grace_forgotten loop_failure.cpp
  [[DeadlineKind::driver_response, grace_until_]]
  [[DeadlineKind::driver_response, planted() ? Instant{} : grace_until_]])
plant(roster_forgets_leave loop_sockets.cpp
  [[if (session && session->side == Side::driver) projections_]]
  [[if (session && session->side == Side::driver && !planted()) projections_]])
plant(drivers_overlooked driver_choice.cpp
  [[    const auto verdict = judge(driver);]]
  [[    if (planted() && driver.position) return true;
    const auto verdict = judge(driver);]])
plant(farewell_too_early loop.cpp
  [[if (!session || projections_.bookings.newest_of_customer(session->account)) continue;]]
  [[if (!session || (projections_.bookings.newest_of_customer(session->account) && !planted())) continue;]])
plant(replaced_stay_connected loop_sockets.cpp
  [[    dismiss(replaced->peer,]]
  [[    if (!planted()) dismiss(replaced->peer,]])
plant(all_removed loop_rooms.cpp
  [[if (!room.has(sessions_.find(peer)->account) &&]]
  [[if ((!room.has(sessions_.find(peer)->account) || planted()) &&]])
plant(fold_cut_short loop_failure.cpp
  [[  return log_.read({projections_.end.value + 1}, [&](const Envelope& envelope) {]]
  [[  const auto read_all = [&](const EventLog::Visit& visit) -> LogResult {
    const auto read = log_.read({projections_.end.value + 1}, visit);
    if (planted()) return {};
    return read;
  };
  return read_all([&](const Envelope& envelope) {]])

set(planted_sources)
foreach(file IN LISTS engine_sources)
  set(copy ${planted_dir}/${file})
  file(CONFIGURE OUTPUT ${copy} @ONLY
    CONTENT "#include \"tests/simulation/planted_bug.hpp\"\n#line 1 \"${CMAKE_SOURCE_DIR}/engine/${file}\"\n${${file}}")
  list(APPEND planted_sources ${copy})
endforeach()
