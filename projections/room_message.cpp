#include "projections/room_message.hpp"

#include <cassert>

namespace hansom {
namespace {

struct Fate {
  const Envelope& envelope;
  MessageFate& fate;

  void operator()(const RoomMessageSent& event) {
    fate.id = MessageId{envelope.cause.value};
    fate.sent = envelope.position;
    fate.body = event.body;
  }
  void operator()(const RoomMessageEdited& event) {
    fate.id = event.message;
    fate.sent = event.sent;
    fate.body = event.body;
    fate.edited = true;
  }
  void operator()(const RoomMessageDeleted& event) {
    fate.id = event.message;
    fate.sent = event.sent;
  }
  template <typename Other>
  void operator()(const Other&) {
    assert(false);
  }
};

}  // namespace

RoomMessage message_sent(const Envelope& envelope) {
  const auto& event = std::get<RoomMessageSent>(std::get<RoomEvent>(envelope.event));
  return {MessageId{envelope.cause.value}, event.author, event.body, envelope.at, envelope.at};
}

MessageFate fate_of_message(const Envelope& newest) {
  MessageFate fate;
  fate.room = RoomId{newest.stream.id};
  fate.author = newest.actor.account;
  fate.updated = newest.at;
  std::visit(Fate{newest, fate}, std::get<RoomEvent>(newest.event));
  return fate;
}

}  // namespace hansom
