#include "projections/rooms.hpp"

namespace hansom {

void Rooms::apply(const Envelope& envelope) {
  auto& room = rooms_[RoomId{envelope.stream.id}];
  room.id = RoomId{envelope.stream.id};
  room.revision = envelope.revision;
  std::visit([&](const auto& event) { apply(room, event); }, std::get<RoomEvent>(envelope.event));
}

void Rooms::apply(Room& room, const RoomOpened& event) {
  room.host = event.host;
  room.slug = event.slug;
  room.name = event.name;
  room.participants.insert(event.host);
  by_host_[event.host].emplace(event.slug, room.id);
}

void Rooms::put(Room room) {
  by_host_[room.host].emplace(room.slug, room.id);
  rooms_[room.id] = std::move(room);
}

void Rooms::apply(Room& room, const ParticipantAdded& event) {
  room.participants.insert(event.account);
}

void Rooms::apply(Room& room, const ParticipantRemoved& event) {
  room.participants.erase(event.account);
}

const Room* Rooms::find(RoomId id) const {
  const auto found = rooms_.find(id);
  return found == rooms_.end() ? nullptr : &found->second;
}

std::size_t Rooms::count_of(AccountId host) const {
  const auto of_host = by_host_.find(host);
  return of_host == by_host_.end() ? 0 : of_host->second.size();
}

const Room* Rooms::find(AccountId host, std::string_view slug) const {
  const auto of_host = by_host_.find(host);
  if (of_host == by_host_.end()) return nullptr;
  const auto found = of_host->second.find(std::string(slug));
  return found == of_host->second.end() ? nullptr : find(found->second);
}

}  // namespace hansom
