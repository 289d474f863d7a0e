#include "engine/decide.hpp"

namespace hansom {
namespace {

std::unexpected<Refusal> not_the_host() {
  return refuse(RefusalCode::forbidden, "Only its host decides who takes part in a room.");
}

std::unexpected<Refusal> message_not_found() {
  return refuse(RefusalCode::message_not_found, "Message not found.");
}

}  // namespace

RoomDecision decide(const Rooms& rooms, const OpenRoom& command, const Now& now) {
  const auto& host = *now.accounts.find(now.actor.account);
  if (!host.username) {
    return refuse(RefusalCode::invalid_payload, "An account without a username can't be a host.");
  }
  if (rooms.find(host.id, command.slug)) {
    return refuse(RefusalCode::slug_taken, "You have a room with this slug.");
  }
  if (rooms.count_of(host.id) >= rooms_of_host_max) {
    return refuse(RefusalCode::too_many_rooms, "You have as many rooms as a host may.");
  }
  return {{RoomOpened{host.id, command.slug, command.name}}};
}

RoomDecision decide(const Room& room, const AddParticipant& command, const Now& now) {
  if (now.actor.account != room.host) return not_the_host();
  const auto* account = now.accounts.find_username(command.username);
  if (!account || account->status == AccountStatus::deleted) {
    return refuse(RefusalCode::not_found, "There is no account with this username.");
  }
  if (room.has(account->id)) return {};
  if (room.participants.size() >= participants_max) {
    return refuse(RefusalCode::too_many_participants, "As many take part as may.");
  }
  return {{ParticipantAdded{account->id}}};
}

RoomDecision decide(const Room& room, const RemoveParticipant& command, const Now& now) {
  if (now.actor.account != room.host) return not_the_host();
  const auto* account = now.accounts.find_username(command.username);
  if (!account || !room.has(account->id)) {
    return refuse(RefusalCode::not_found, "Nobody with this username takes part.");
  }
  if (account->id == room.host) {
    return refuse(RefusalCode::host_must_stay, "A room's host can't be removed from it.");
  }
  return {{ParticipantRemoved{account->id}}};
}

RoomDecision decide(const SendRoomMessage& command, const Now& now) {
  const auto& author = *now.accounts.find(now.actor.account);
  return {
      {RoomMessageSent{{author.id, author.username.value_or(""), author.avatar}, command.text}}};
}

RoomDecision decide(const MessageFate* fate, const EditRoomMessage& command, const Now& now) {
  if (!fate || !fate->body) return message_not_found();
  if (fate->author != now.actor.account) {
    return refuse(RefusalCode::message_not_yours_to_edit, "You can only edit your own messages.");
  }
  return {{RoomMessageEdited{fate->id, fate->sent, command.text}}};
}

RoomDecision decide(const MessageFate* fate, const DeleteRoomMessage&, const Now& now) {
  if (!fate || !fate->body) return message_not_found();
  if (fate->author != now.actor.account) {
    return refuse(RefusalCode::message_not_yours_to_delete,
                  "You can only delete your own messages.");
  }
  return {{RoomMessageDeleted{fate->id, fate->sent}}};
}

}  // namespace hansom
