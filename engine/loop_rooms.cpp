// Rooms: who opens and enters them, and what is said there (PROTOCOL.md, Rooms).

#include "engine/loop.hpp"

namespace hansom {
namespace {

Refusal no_such_room() { return {RefusalCode::not_found, "There is no such room."}; }

}  // namespace

/// Refused in the order of PROTOCOL.md (Rooms): an unknown account, no such room, who may not
/// enter.
void Loop::handle(PeerId from, const EnterRoom& request) {
  const auto* account = account_of(request.caller.identity);
  const auto* room = find_room(request.host, request.slug);
  const auto objection = objection_to(Side::participant, account);
  if (account && !room) return refuse(from, request, no_such_room());
  if (objection) return refuse(from, request, *objection);
  if (const auto outside = objection_to_entering(*room, *account)) {
    return refuse(from, request, *outside);
  }
  if (const auto too_many = objection_to_another_socket(account->id)) {
    return refuse(from, request, *too_many);
  }
  sessions_.add(
      {.peer = from, .account = account->id, .side = Side::participant, .room = room->id});
  say(from, Admitted{});
}

void Loop::serve(PeerId from, const Account& caller, const OpenRoom& request) {
  const auto actor = actor_on(Side::participant, caller.id);
  auto events = decide(projections_.rooms, request, now(actor));
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
  end_removed(*room);
  say(from, renderer_.done(at_));
}

void Loop::end_removed(const Room& room) {
  const auto peers = sessions_.in(room.id);  // a copy, as some go
  for (const auto peer : peers) {
    if (!room.has(sessions_.find(peer)->account)) force_disconnect(peer, "Removed.");
  }
}

void Loop::serve(PeerId from, const Account& caller, const ListRoomMessages& request) {
  const auto* room = find_room(request.host, request.slug);
  if (!room) return refuse(from, request, no_such_room());
  if (const auto outside = objection_to_entering(*room, caller)) {
    return refuse(from, request, *outside);
  }
  auto before = beyond_all;
  if (request.before) {
    const auto fate = fate_of(*request.before, room->id);
    if (!fate) return refuse(from, request, fate.error());
    if (!*fate) {
      return refuse(from, request, {RefusalCode::not_found, "The room has no message 'before'."});
    }
    before = (*fate)->sent;
  }
  const auto page = list_messages(room->id, before, request.limit);
  if (!page) return refuse(from, request, page.error());
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
    const auto fate = fate_of(command.message_id, session.room);
    if (!fate) return {{}, std::unexpected(fate.error())};
    return {StreamId(session.room), decide(*fate ? &**fate : nullptr, command, now)};
  });
}

void Loop::handle(PeerId from, const EditRoomMessage& command) { change_message(from, command); }
void Loop::handle(PeerId from, const DeleteRoomMessage& command) { change_message(from, command); }

/// Null where the host or the room does not exist.
const Room* Loop::find_room(std::string_view host, std::string_view slug) const {
  const auto* account = projections_.accounts.find_username(host);
  return account ? projections_.rooms.find(account->id, slug) : nullptr;
}

/// Who has no username can't take part (PROTOCOL.md, Rooms).
std::optional<Refusal> Loop::objection_to_entering(const Room& room, const Account& account) const {
  if (room.has(account.id) && account.username) return std::nullopt;
  return Refusal{RefusalCode::forbidden, "Only who takes part in a room may enter it."};
}

/// What a message of the room has come to, by its newest event; nothing where the room never had
/// it.
std::expected<Loop::MaybeFate, Refusal> Loop::fate_of(std::string_view message, RoomId room) const {
  const auto id = MessageId::parse(message);
  return id ? fate_of(*id, room) : MaybeFate();
}

std::expected<Loop::MaybeFate, Refusal> Loop::fate_of(MessageId message, RoomId room) const {
  MaybeFate fate;
  const auto read = read_mentions(message, beyond_all, [&](const Envelope& newest) {
    fate = fate_of_message(newest);
    return false;
  });
  if (!read) return std::unexpected(unreadable(read.error()));
  if (fate && fate->room != room) fate.reset();
  return fate;
}

/// The messages before a position, as they are now.
std::expected<MessagePage, Refusal> Loop::list_messages(RoomId room, Position before,
                                                        std::size_t limit) const {
  MessagePage page;
  std::optional<Refusal> refusal;
  std::size_t looked_at = 0;
  std::optional<MessageId> last;
  const auto read = read_mentions(room, before, [&](const Envelope& sent) {
    if (page.messages.size() == limit || looked_at == messages_looked_at_max) {
      page.next_before = last;
      return false;
    }
    ++looked_at;
    auto message = message_sent(sent);
    last = message.id;
    const auto fate = fate_of(message.id, room);
    if (!fate) {
      refusal = fate.error();
      return false;
    }
    if (!*fate) {
      refusal =
          unreadable({LogError::Kind::damaged, "the index misses message " + to_string(*last)});
      return false;
    }
    const auto& now = **fate;
    if (!now.body) return true;  // deleted
    message.body = *now.body;
    message.updated = now.updated;
    message.edited = now.edited;
    page.messages.push_back(std::move(message));
    return true;
  });
  if (!read) return std::unexpected(unreadable(read.error()));
  if (refusal) return std::unexpected(*refusal);
  return page;
}

}  // namespace hansom
