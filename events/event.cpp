#include "events/event.hpp"

namespace hansom {

std::string_view prefix_of(StreamKind kind) {
  switch (kind) {
    case StreamKind::booking:
      return "booking-";
    case StreamKind::account:
      return "account-";
    case StreamKind::cancellation_template:
      return "template-";
    case StreamKind::room:
      return "room-";
  }
  return {};
}

std::optional<StreamId> StreamId::parse(std::string_view text) {
  for (const auto kind : {StreamKind::booking, StreamKind::account,
                          StreamKind::cancellation_template, StreamKind::room}) {
    const auto prefix = prefix_of(kind);
    if (!text.starts_with(prefix)) continue;
    const auto id = parse_uuid(text.substr(prefix.size()));
    if (!id) return std::nullopt;
    StreamId stream;
    stream.kind = kind;
    stream.id = *id;
    return stream;
  }
  return std::nullopt;
}

std::string to_string(const StreamId& stream) {
  return std::string(prefix_of(stream.kind)) + to_string(stream.id);
}

std::string_view prefix_of(ActorKind kind) {
  switch (kind) {
    case ActorKind::admin:
      return "admin";
    case ActorKind::timer:
      return "timer";
    case ActorKind::driver:
      return "driver:";
    case ActorKind::customer:
      return "customer:";
    case ActorKind::participant:
      return "participant:";
  }
  return {};
}

std::optional<Actor> Actor::parse(std::string_view text) {
  for (const auto kind : {ActorKind::driver, ActorKind::customer, ActorKind::timer,
                          ActorKind::admin, ActorKind::participant}) {
    const auto prefix = prefix_of(kind);
    if (!text.starts_with(prefix)) continue;
    text.remove_prefix(prefix.size());
    if (!is_person(kind)) return text.empty() ? std::optional(Actor{kind}) : std::nullopt;
    const auto id = AccountId::parse(text);
    return id ? std::optional(Actor{kind, *id}) : std::nullopt;
  }
  return std::nullopt;
}

std::string to_string(const Actor& actor) {
  std::string text(prefix_of(actor.kind));
  if (is_person(actor.kind)) text += to_string(actor.account);
  return text;
}

}  // namespace hansom
