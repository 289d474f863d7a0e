#pragma once

#include "events/account_events.hpp"
#include "events/booking_events.hpp"
#include "events/ids.hpp"
#include "events/instant.hpp"
#include "events/room_events.hpp"
#include "events/template_events.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace hansom {

using Event = std::variant<BookingEvent, AccountEvent, TemplateEvent, RoomEvent>;

// Part of the index's keys: they never change.
enum class StreamKind : unsigned char {
  booking = 1,
  account = 2,
  cancellation_template = 3,
  room = 4,
};

/// What a stream's name begins with: `booking-` and so on.
std::string_view prefix_of(StreamKind kind);

/// Names one stream, the events of one thing: `booking-<id>`, `account-<id>`, `template-<id>`,
/// `room-<id>`.
struct StreamId {
  StreamKind kind = StreamKind::booking;
  Uuid id{};

  StreamId() = default;
  explicit StreamId(BookingId booking) : kind(StreamKind::booking), id(booking.value) {}
  explicit StreamId(AccountId account) : kind(StreamKind::account), id(account.value) {}
  explicit StreamId(TemplateId text) : kind(StreamKind::cancellation_template), id(text.value) {}
  explicit StreamId(RoomId room) : kind(StreamKind::room), id(room.value) {}

  bool operator==(const StreamId&) const = default;
  static std::optional<StreamId> parse(std::string_view text);
};

std::string to_string(const StreamId& stream);

enum class ActorKind { admin, timer, driver, customer, participant };

/// What an actor's name begins with: `driver:` and so on, or all of it for one that is no person.
std::string_view prefix_of(ActorKind kind);
constexpr bool is_person(ActorKind kind) {
  return kind != ActorKind::admin && kind != ActorKind::timer;
}

/// Who caused an event: `admin`, `timer`, `driver:<account>`, `customer:<account>`,
/// `participant:<account>`.
struct Actor {
  ActorKind kind = ActorKind::admin;
  AccountId account{};  ///< of a person only

  bool operator==(const Actor&) const = default;
  static std::optional<Actor> parse(std::string_view text);
};

std::string to_string(const Actor& actor);

/// An event with where, when and by whom it happened.
struct Envelope {
  Position position;
  StreamId stream;
  Revision revision;
  Instant at;
  Actor actor;
  CommandId cause;
  Event event;

  bool operator==(const Envelope&) const = default;
};

}  // namespace hansom

template <>
struct std::hash<hansom::StreamId> {
  std::size_t operator()(const hansom::StreamId& stream) const noexcept {
    return std::hash<hansom::BookingId>{}({stream.id}) + static_cast<std::size_t>(stream.kind);
  }
};
