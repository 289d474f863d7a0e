#pragma once

#include "events/event.hpp"

#include <optional>
#include <string>

namespace hansom {

/// A message of a room, as others are shown it.
struct RoomMessage {
  MessageId id{};
  Author author;
  std::string body;
  Instant created;
  Instant updated;  ///< the last edit, or the sending
  bool edited = false;

  bool operator==(const RoomMessage&) const = default;
};

/// A message as it was when it was sent. REQUIRES: the event is a `RoomMessageSent`.
RoomMessage message_sent(const Envelope& envelope);

/// What a message has come to: what its newest event says of it.
struct MessageFate {
  MessageId id{};
  RoomId room;
  AccountId author;
  Position sent;
  std::optional<std::string> body;  ///< none once it is deleted
  Instant updated;
  bool edited = false;

  bool operator==(const MessageFate&) const = default;
};

/// REQUIRES: the event is a `RoomMessageSent`, `RoomMessageEdited` or `RoomMessageDeleted`.
MessageFate fate_of_message(const Envelope& newest);

}  // namespace hansom
