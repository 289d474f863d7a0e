#pragma once

#include "events/ids.hpp"

#include <optional>
#include <string>
#include <variant>

namespace hansom {

/// A chat room was opened. Its host is its first participant.
struct RoomOpened {
  AccountId host;
  std::string slug;  ///< names the room among those of its host
  std::string name;
  bool operator==(const RoomOpened&) const = default;
};

struct ParticipantAdded {
  AccountId account;
  bool operator==(const ParticipantAdded&) const = default;
};

struct ParticipantRemoved {
  AccountId account;
  bool operator==(const ParticipantRemoved&) const = default;
};

/// Who wrote a message, as the others were shown them at the time.
struct Author {
  AccountId account;
  std::string username;
  std::optional<std::string> avatar;
  bool operator==(const Author&) const = default;
};

/// The message's id is that of the command that caused it. Only its author can edit and delete it,
/// so whoever causes any of its events is the author.
struct RoomMessageSent {
  Author author;
  std::string body;
  bool operator==(const RoomMessageSent&) const = default;
};

struct RoomMessageEdited {
  MessageId message;
  Position sent;  ///< where in the log it was sent
  std::string body;
  bool operator==(const RoomMessageEdited&) const = default;
};

struct RoomMessageDeleted {
  MessageId message;
  Position sent;  ///< where in the log it was sent
  bool operator==(const RoomMessageDeleted&) const = default;
};

using RoomEvent = std::variant<RoomOpened, ParticipantAdded, ParticipantRemoved, RoomMessageSent,
                               RoomMessageEdited, RoomMessageDeleted>;

}  // namespace hansom
