#include "events/event.hpp"

namespace hansom {
namespace {

constexpr std::string_view booking_prefix = "booking-";
constexpr std::string_view account_prefix = "account-";
constexpr std::string_view template_prefix = "template-";
constexpr std::string_view room_prefix = "room-";
constexpr std::string_view driver_prefix = "driver:";
constexpr std::string_view customer_prefix = "customer:";
constexpr std::string_view participant_prefix = "participant:";

/// The id that follows `prefix` in `text`, if that is what stands there.
template <typename Id>
std::optional<Id> id_after(std::string_view prefix, std::string_view text) {
  return text.starts_with(prefix) ? Id::parse(text.substr(prefix.size())) : std::nullopt;
}

}  // namespace

std::optional<StreamId> StreamId::parse(std::string_view text) {
  if (const auto booking = id_after<BookingId>(booking_prefix, text)) return StreamId(*booking);
  if (const auto account = id_after<AccountId>(account_prefix, text)) return StreamId(*account);
  if (const auto text_id = id_after<TemplateId>(template_prefix, text)) return StreamId(*text_id);
  if (const auto room = id_after<RoomId>(room_prefix, text)) return StreamId(*room);
  return std::nullopt;
}

std::string to_string(const StreamId& stream) {
  switch (stream.kind) {
    case StreamKind::booking:
      return std::string(booking_prefix) + to_string(stream.id);
    case StreamKind::account:
      return std::string(account_prefix) + to_string(stream.id);
    case StreamKind::cancellation_template:
      return std::string(template_prefix) + to_string(stream.id);
    case StreamKind::room:
      return std::string(room_prefix) + to_string(stream.id);
  }
  return {};
}

std::optional<Actor> Actor::parse(std::string_view text) {
  if (text == "admin") return Actor{ActorKind::admin};
  if (text == "timer") return Actor{ActorKind::timer};
  if (const auto id = id_after<AccountId>(driver_prefix, text)) {
    return Actor{ActorKind::driver, *id};
  }
  if (const auto id = id_after<AccountId>(customer_prefix, text)) {
    return Actor{ActorKind::customer, *id};
  }
  if (const auto id = id_after<AccountId>(participant_prefix, text)) {
    return Actor{ActorKind::participant, *id};
  }
  return std::nullopt;
}

std::string to_string(const Actor& actor) {
  switch (actor.kind) {
    case ActorKind::admin:
      return "admin";
    case ActorKind::timer:
      return "timer";
    case ActorKind::driver:
      return std::string(driver_prefix) + to_string(actor.account);
    case ActorKind::customer:
      return std::string(customer_prefix) + to_string(actor.account);
    case ActorKind::participant:
      return std::string(participant_prefix) + to_string(actor.account);
  }
  return {};
}

}  // namespace hansom
