#pragma once

// Who and what the tests tell of: a few accounts and places, the events of a ride, and a story that
// numbers events as the loop would.

#include "events/event.hpp"

#include <array>
#include <chrono>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace hansom {

using namespace std::chrono_literals;

/// Ids that can be told apart at a glance: 7 is `00000000-0000-4000-8000-000000000007`.
inline Uuid uuid(unsigned number) {
  Uuid uuid{};
  uuid.data[6] = 0x40;
  uuid.data[8] = 0x80;
  for (std::size_t i = 0; i < 4; ++i) {
    uuid.data[15 - i] = static_cast<unsigned char>(number >> (8 * i));
  }
  return uuid;
}

/// 2026-05-12T10:30:00Z, when the taxi document's booking is made.
inline constexpr Instant noon{1'778'581'800'000'000us};

// The cast. Alice and Carol are customers, Bob, Dana and Frank drivers; Erin drives and rides. But
// for Bob and Erin, all are students, too, and have usernames.
inline const AccountId alice{uuid(0xa11ce)}, carol{uuid(0xca401)}, bob{uuid(0xb0b)},
    dana{uuid(0xda4a)}, erin{uuid(0xe419)}, frank{uuid(0xf4a9c)};

inline Place place(std::string title, double latitude, double longitude) {
  return {title, title + " St", "map-" + title, {latitude, longitude}};
}
inline const Place home = place("Home", -33.8688, 151.2093);
inline const Place airport = place("Airport", -33.9399, 151.1753);

inline AccountRegistered account(std::string name, std::vector<Role> roles) {
  AccountRegistered account;
  account.email = name + "@example.com";
  account.roles = std::move(roles);
  account.phone = "21" + std::to_string(1'000'000 + name.size());
  account.country = "NZ";
  if (account.roles.front() == Role::driver) {
    account.vehicle_number = "ABC-" + name;
    account.driver_code = "DRV-" + name;
  }
  account.name = std::move(name);
  return account;
}

/// A student, who is this besides.
inline AccountRegistered student(const std::string& name, Role besides) {
  auto registered = account(name, {besides, Role::student});
  registered.username = name;
  registered.avatar = "avatars/" + name + ".jpg";
  return registered;
}

/// All who play a part, and what they registered with.
inline const std::vector<std::pair<AccountId, AccountRegistered>>& cast() {
  static const std::vector<std::pair<AccountId, AccountRegistered>> all = {
      {alice, student("alice", Role::customer)},
      {carol, student("carol", Role::customer)},
      {bob, account("bob", {Role::driver})},
      {dana, student("dana", Role::driver)},
      {erin, account("erin", {Role::driver, Role::customer})},
      {frank, student("frank", Role::driver)},
  };
  return all;
}

inline const AccountRegistered& registration_of(AccountId id) {
  for (const auto& [account, registered] : cast()) {
    if (account == id) return registered;
  }
  throw std::logic_error("nobody of the cast has the id " + to_string(id));
}

inline CustomerContact customer_contact(AccountId id) {
  const auto& account = registration_of(id);
  return {id, account.name, account.phone, account.country};
}

inline DriverContact driver_contact(AccountId id) {
  const auto& account = registration_of(id);
  return {id,
          account.name,
          account.phone,
          account.country,
          account.vehicle_number,
          account.driver_code};
}

inline Actor driver(AccountId id) { return {ActorKind::driver, id}; }
inline Actor customer(AccountId id) { return {ActorKind::customer, id}; }
inline Actor participant(AccountId id) { return {ActorKind::participant, id}; }
inline constexpr Actor timer{ActorKind::timer};
inline constexpr Actor admin{ActorKind::admin};

// Events of a ride, with what most tests do not care about filled in.

inline BookingRequested requested_by(AccountId customer) {
  BookingRequested event;
  event.customer = customer_contact(customer);
  event.no_of_passengers = 2;
  event.pickup = home;
  event.drop_offs = {airport};
  return event;
}

inline DriverAssigned assigned_to(AccountId driver, Instant respond_by = noon + 30s,
                                  int attempt = 1) {
  return {driver_contact(driver), attempt, respond_by, {{driver, std::nullopt, Verdict::chosen}}};
}

inline ArrivalTimeSubmitted arrival_submitted(Instant answer_by = noon + 120s) {
  return {300, answer_by};
}

/// A booking of Alice's, unless it says otherwise. Nobody is told where nobody was asked.
inline BookingCancelled cancelled_for_want_of_drivers(std::optional<AccountId> told_driver,
                                                      std::vector<Candidate> candidates = {},
                                                      AccountId customer = alice) {
  return {CancelledBy::admin,
          CancelReason::no_driver_available,
          told_driver ? "No driver available after multiple attempts." : "No driver available.",
          told_driver,
          std::move(candidates),
          customer};
}

/// The same after the last one asked refused, who is not told.
inline BookingCancelled cancelled_after_refusals(std::vector<Candidate> candidates = {}) {
  auto event = cancelled_for_want_of_drivers(bob, std::move(candidates));
  event.told_driver.reset();
  return event;
}

inline BookingCancelled cancelled_as_no_show(std::optional<AccountId> told_driver) {
  return {CancelledBy::admin,
          CancelReason::scheduled_driver_no_show,
          "No driver had confirmed by the pickup time.",
          told_driver,
          {},
          alice};
}

/// Scheduled for a moment, and not to be rejected in the hour before it.
inline BookingRequested scheduled_by(AccountId customer, Instant pickup_at) {
  auto event = requested_by(customer);
  event.booking_type = BookingType::scheduled;
  event.schedule = Schedule{pickup_at, pickup_at - 1h};
  return event;
}

// Events of an open booking.

/// A place as a passenger names it.
inline Place address_of(const Place& place) { return {"", place.address, "", place.at}; }

inline BookingRequested open_by(AccountId passenger) {
  BookingRequested event;
  event.customer = customer_contact(passenger);
  event.booking_type = BookingType::open;
  event.pickup = address_of(home);
  event.drop_offs = {address_of(airport)};
  return event;
}

inline OpenOfferAccepted accepted_by(AccountId driver) { return {driver_contact(driver)}; }

inline BookingCancelled withdrawn_from(AccountId passenger) {
  return {CancelledBy::admin,
          CancelReason::customer_not_allowed,
          "The passenger may not ride any more.",
          std::nullopt,
          {},
          passenger};
}

// Events of a room.

inline Author author(AccountId id) {
  const auto& account = registration_of(id);
  return {id, account.username.value_or(""), account.avatar};
}

inline RoomMessageSent said_by(AccountId account, std::string body) {
  return {author(account), std::move(body)};
}

/// Numbers events as the loop does: positions without gaps, revisions by stream.
class Story {
 public:
  explicit Story(Position end = {}) : end_(end) {}

  const Envelope& tell(const StreamId& stream, Event event, Instant at = noon,
                       Actor actor = admin) {
    Envelope envelope;
    envelope.position = {++end_.value};
    envelope.stream = stream;
    envelope.revision = {++revisions_[stream].value};
    envelope.at = at;
    envelope.actor = actor;
    // What is created takes its command's id.
    const bool creates = envelope.revision == Revision{1};
    envelope.cause = {creates ? stream.id : uuid(static_cast<unsigned>(end_.value))};
    envelope.event = std::move(event);
    return events_.emplace_back(std::move(envelope));
  }
  const Envelope& tell(BookingId booking, BookingEvent event, Instant at = noon,
                       Actor actor = admin) {
    return tell(StreamId(booking), Event(std::move(event)), at, actor);
  }
  const Envelope& tell(RoomId room, RoomEvent event, Instant at = noon, Actor actor = admin) {
    return tell(StreamId(room), Event(std::move(event)), at, actor);
  }
  void register_cast(Instant at = noon) {
    for (const auto& [id, account] : cast()) tell(StreamId(id), Event(AccountEvent(account)), at);
  }

  std::span<const Envelope> events() const { return events_; }
  Position end() const { return end_; }

 private:
  Position end_;
  std::vector<Envelope> events_;
  std::unordered_map<StreamId, Revision> revisions_;
};

/// A story of `count` messages, in turn in the chats of a few bookings, which are numbered from 1.
inline constexpr unsigned chatter_streams = 3;
inline Story chatter(std::size_t count, unsigned bookings = chatter_streams) {
  Story story;
  for (unsigned i = 0; i < count; ++i) {
    story.tell(BookingId{uuid(1 + i % bookings)},
               ChatMessageSent{Party::driver, "message " + std::to_string(i + 1)});
  }
  return story;
}

}  // namespace hansom
