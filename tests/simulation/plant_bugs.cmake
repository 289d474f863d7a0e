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
put_in(loop_lists.cpp list_looked_at_max 3u "a short page")

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
plant(snapshot_of_nothing loop_resync.cpp
  [[renderer_.snapshot(session.side, *booking)]]
  [[renderer_.snapshot(session.side, planted() ? nullptr : *booking)]])
plant(failure_untold_to_sockets loop_failure.cpp
  [[    const bool is_resync =]]
  [[    const auto* chat = std::get_if<SendChatMessage>(&command);
    if (chat && planted()) continue;
    const bool is_resync =]])
plant(list_incomplete loop_lists.cpp
  [[    if (left.contains(id)) return true;]]
  [[    if (left.contains(id) || (planted() && list.bookings.empty())) return true;]])
plant(leavers_are_asked loop_sockets.cpp
  [[  if (session && session->side == Side::driver) projections_.roster.leave]]
  [[  if (session && session->side == Side::driver && !planted()) projections_.roster.leave]])
plant(removed_stay_connected loop_rooms.cpp
  [[    if (!room.has(]]
  [[    if (!planted() && !room.has(]])
plant(timers_late loop.cpp
  [[if (const auto due = projections_.deadlines.next()) consider(*due);]]
  [[if (const auto due = projections_.deadlines.next()) {
    consider(*due + std::chrono::seconds(planted() ? 3 : 0));
  }]])
plant(history_incomplete loop_rooms.cpp
  [[    if (!now.body) return true;]]
  [[    if (!now.body || (now.edited && planted())) return true;]])

set(planted_sources)
foreach(file IN LISTS engine_sources)
  set(copy ${planted_dir}/${file})
  file(CONFIGURE OUTPUT ${copy} @ONLY
    CONTENT "#include \"tests/simulation/planted_bug.hpp\"\n#line 1 \"${CMAKE_SOURCE_DIR}/engine/${file}\"\n${${file}}")
  list(APPEND planted_sources ${copy})
endforeach()
