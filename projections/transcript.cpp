#include "projections/transcript.hpp"

namespace hansom {
namespace {

/// A message's place and its entry in the index.
constexpr std::size_t entry_bytes = sizeof(RoomMessage) + 64;

}  // namespace

RoomMessage message_sent(const RoomMessageSent& event, const Envelope& envelope) {
  return {MessageId{envelope.cause.value}, event.author, event.body, envelope.at, envelope.at};
}

void Transcript::apply(const Envelope& envelope) {
  std::visit([&](const auto& event) { apply(event, envelope); },
             std::get<RoomEvent>(envelope.event));
}

void Transcript::apply(const RoomMessageSent& event, const Envelope& envelope) {
  messages_.push_back(message_sent(event, envelope));
  places_.emplace(messages_.back().id, messages_.size() - 1);
  bytes_ += entry_bytes + event.body.size();
}

void Transcript::apply(const RoomMessageEdited& event, const Envelope& envelope) {
  auto* message = at(event.message);
  if (!message) return;
  bytes_ = bytes_ - message->body.size() + event.body.size();
  message->body = event.body;
  message->updated = envelope.at;
  message->edited = true;
}

void Transcript::apply(const RoomMessageDeleted& event, const Envelope&) {
  auto* message = at(event.message);
  if (!message) return;
  bytes_ -= message->body.size();
  *message = RoomMessage{};
  message->id = event.message;
  message->deleted = true;
}

RoomMessage* Transcript::at(MessageId id) {
  const auto found = places_.find(id);
  return found == places_.end() ? nullptr : &messages_[found->second];
}

const RoomMessage* Transcript::find(MessageId id) const {
  const auto found = places_.find(id);
  if (found == places_.end() || messages_[found->second].deleted) return nullptr;
  return &messages_[found->second];
}

std::optional<Transcript::Page> Transcript::page(std::optional<MessageId> before,
                                                 std::size_t limit) const {
  auto place = messages_.size();
  if (before) {
    const auto found = places_.find(*before);
    if (found == places_.end()) return std::nullopt;
    place = found->second;
  }
  Page page;
  while (place > 0 && !page.has_more) {
    const auto& message = messages_[--place];
    if (message.deleted) continue;
    page.has_more = page.messages.size() == limit;
    if (!page.has_more) page.messages.push_back(&message);
  }
  return page;
}

}  // namespace hansom
