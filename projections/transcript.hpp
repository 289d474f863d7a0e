#pragma once

#include "events/event.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace hansom {

/// A message of a room, as it is now.
struct RoomMessage {
  MessageId id{};
  Author author;
  std::string body;
  Instant created;
  Instant updated;  ///< the last edit, or the sending
  bool edited = false;
  bool deleted = false;  ///< then nothing is left of it but its place

  bool operator==(const RoomMessage&) const = default;
};

/// A message as it was when it was sent.
RoomMessage message_sent(const RoomMessageSent& event, const Envelope& envelope);

/// What was said in one room, folded from its stream.
class Transcript {
 public:
  /// Folds the next event of the room's stream.
  void apply(const Envelope& envelope);

  /// Null for a message that never was, or was deleted.
  const RoomMessage* find(MessageId id) const;

  /// Messages that are not deleted, newest first.
  struct Page {
    std::vector<const RoomMessage*> messages;
    bool has_more = false;
  };
  /// At most `limit` of those before a message, which may be deleted, or of all; nothing where
  /// there never was such a message.
  std::optional<Page> page(std::optional<MessageId> before, std::size_t limit) const;

  /// Roughly what it takes in memory.
  std::size_t bytes() const { return bytes_; }

 private:
  void apply(const RoomOpened&, const Envelope&) {}
  void apply(const ParticipantAdded&, const Envelope&) {}
  void apply(const ParticipantRemoved&, const Envelope&) {}
  void apply(const RoomMessageSent& event, const Envelope& envelope);
  void apply(const RoomMessageEdited& event, const Envelope& envelope);
  void apply(const RoomMessageDeleted& event, const Envelope& envelope);
  RoomMessage* at(MessageId id);

  std::vector<RoomMessage> messages_;  // in the order in which they were sent
  std::unordered_map<MessageId, std::size_t> places_;
  std::size_t bytes_ = 0;
};

}  // namespace hansom
