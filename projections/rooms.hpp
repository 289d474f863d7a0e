#pragma once

#include "events/event.hpp"

#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

namespace hansom {

/// A chat room, but for what was said in it: that is read from the log (see room_message.hpp).
struct Room {
  RoomId id{};
  Revision revision;
  AccountId host;
  std::string slug;
  std::string name;
  std::unordered_set<AccountId> participants;  ///< the host among them

  bool has(AccountId account) const { return participants.contains(account); }
  bool operator==(const Room&) const = default;
};

/// All rooms, by id, and by host and slug.
class Rooms {
 public:
  void apply(const Envelope& envelope);

  const Room* find(RoomId id) const;
  const Room* find(AccountId host, std::string_view slug) const;

  /// How many rooms a host has.
  std::size_t count_of(AccountId host) const;

  std::size_t size() const { return rooms_.size(); }
  const std::unordered_map<RoomId, Room>& all() const { return rooms_; }

  /// Adds a room as it was.
  void put(Room room);

 private:
  void apply(Room& room, const RoomOpened& event);
  void apply(Room& room, const ParticipantAdded& event);
  void apply(Room& room, const ParticipantRemoved& event);
  void apply(Room&, const RoomMessageSent&) {}
  void apply(Room&, const RoomMessageEdited&) {}
  void apply(Room&, const RoomMessageDeleted&) {}

  std::unordered_map<RoomId, Room> rooms_;
  std::unordered_map<AccountId, std::unordered_map<std::string, RoomId>> by_host_;
};

}  // namespace hansom
