// Rooms: who opens and enters them, and what is said there (PROTOCOL.md, Rooms).

#include "engine/loop.hpp"

namespace hansom {
namespace {

Refusal no_such_room() { return {RefusalCode::not_found, "There is no such room."}; }

}  // namespace

void Loop::serve(PeerId from, const Account& caller, const EnterRoom& request) {
  const auto room = room_to_enter(caller, request.host, request.slug);
  if (!room) return refuse(from, request, room.error());
  sessions_.add({from, caller.id, Side::participant, (*room)->id});
  say(from, Admitted{});
}

void Loop::serve(PeerId from, const Account& caller, const OpenRoom& request) {
  const auto actor = actor_on(Side::participant, caller.id);
  auto events = decide(projections_.rooms.find(caller.id, request.slug), request, now(actor));
  if (!events) return refuse(from, request, events.error());
  commit(StreamId(RoomId{cause_.value}), actor, std::move(*events));
  say(from, renderer_.room_opened({*caller.username, request.slug}, at_));
}

void Loop::serve(PeerId from, const Account& caller, const AddParticipant& request) {
  const auto* room = find_room(request.host, request.slug);
  if (!room) return refuse(from, request, no_such_room());
  const auto actor = actor_on(Side::participant, caller.id);
  auto events = decide(*room, request, now(actor));
  if (!events) return refuse(from, request, events.error());
  const bool is_new = !events->empty();
  commit(StreamId(room->id), actor, std::move(*events));
  say(from,
      renderer_.participant_added({request.host, request.slug}, request.username, is_new, at_));
}

/// Who is removed is disconnected at once.
void Loop::serve(PeerId from, const Account& caller, const RemoveParticipant& request) {
  const auto* room = find_room(request.host, request.slug);
  if (!room) return refuse(from, request, no_such_room());
  const auto actor = actor_on(Side::participant, caller.id);
  auto events = decide(*room, request, now(actor));
  if (!events) return refuse(from, request, events.error());
  commit(StreamId(room->id), actor, std::move(*events));
  const auto peers = sessions_.in(room->id);  // a copy, as some go
  for (const auto peer : peers) {
    if (!room->has(sessions_.find(peer)->account)) force_disconnect(peer, "Removed.");
  }
  say(from, renderer_.done(at_));
}

void Loop::serve(PeerId from, const Account& caller, const ListRoomMessages& request) {
  const auto room = room_to_enter(caller, request.host, request.slug);
  if (!room) return refuse(from, request, room.error());
  const auto transcript = transcript_of((*room)->id);
  if (!transcript) return refuse(from, request, transcript.error());
  const auto before = request.before ? MessageId::parse(*request.before) : std::nullopt;
  const bool is_no_id = request.before && !before;
  const auto page = is_no_id ? std::nullopt : (*transcript)->page(before, request.limit);
  if (!page) {
    return refuse(from, request, {RefusalCode::not_found, "The room has no message 'before'."});
  }
  say(from, renderer_.room_messages(*page, at_));
}

void Loop::handle(PeerId from, const SendRoomMessage& command) {
  act(from, command, [&](const Session& session, const Now& now) {
    return Step<RoomEvent>{StreamId(session.room), decide(command, now)};
  });
}

template <typename MessageCommand>
void Loop::change_message(PeerId from, const MessageCommand& command) {
  act(from, command, [&](const Session& session, const Now& now) -> Step<RoomEvent> {
    const auto transcript = transcript_of(session.room);
    if (!transcript) return {{}, std::unexpected(transcript.error())};
    const auto id = MessageId::parse(command.message_id);
    const auto* message = id ? (*transcript)->find(*id) : nullptr;
    return {StreamId(session.room), decide(message, command, now)};
  });
}

void Loop::handle(PeerId from, const EditRoomMessage& command) { change_message(from, command); }
void Loop::handle(PeerId from, const DeleteRoomMessage& command) { change_message(from, command); }

/// Null where the host or the room does not exist.
const Room* Loop::find_room(std::string_view host, std::string_view slug) const {
  const auto* account = projections_.accounts.find_username(host);
  return account ? projections_.rooms.find(account->id, slug) : nullptr;
}

/// A room for those who take part in it, or why not.
std::expected<const Room*, Refusal> Loop::room_to_enter(const Account& account,
                                                        std::string_view host,
                                                        std::string_view slug) const {
  const auto* room = find_room(host, slug);
  if (!room) return std::unexpected(no_such_room());
  if (!room->has(account.id) || !account.username) {
    return std::unexpected(
        Refusal{RefusalCode::forbidden, "Only who takes part in a room may enter it."});
  }
  return room;
}

/// A room's transcript, folded from its stream where it is not at hand.
std::expected<const Transcript*, Refusal> Loop::transcript_of(RoomId room) {
  if (const auto* kept = projections_.transcripts.use(room, at_)) return kept;
  Transcript transcript;
  const auto read = read_stream(StreamId(room), [&](const Envelope& envelope) {
    transcript.apply(envelope);
    return true;
  });
  if (!read) return std::unexpected(unreadable(read.error()));
  return &projections_.transcripts.keep(room, std::move(transcript), at_);
}

}  // namespace hansom
