#pragma once

// What a booking's events tell whom; from `Told` on in the taxi dialect.

#include "net/dialects/wire_renderer.hpp"
#include "tests/support/story.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

namespace hansom::net {

/// What one account is told on one side.
inline std::string told_to(const std::vector<Push>& pushes, AccountId account, Side side) {
  std::string found = "nothing";
  for (const auto& push : pushes) {
    if (push.to != account || push.side != side) continue;
    CHECK(found == "nothing");  // one event gives one receiver one push
    found = *push.frame;
  }
  return found;
}

}  // namespace hansom::net

namespace hansom::net::taxi {

using Events = std::vector<BookingEvent>;

/// A booking of Alice's, asked of Bob, and what its last event tells whom.
struct Told {
  Booking booking;
  std::vector<Push> pushes;

  explicit Told(const Events& events) {
    const WireRenderer renderer;
    Story story(Position{40});
    for (const auto& event : events) {
      const auto& envelope =
          story.tell(BookingId{uuid(1)}, event, noon + 1ms * story.events().size());
      apply(booking, envelope);
      pushes.clear();
      renderer.pushes(envelope, booking, pushes);
    }
  }

  std::string to(AccountId account, Side side) const { return told_to(pushes, account, side); }
  std::string to_driver() const { return to(bob, Side::driver); }
  std::string to_customer() const { return to(alice, Side::customer); }
};

/// What is told of an event that follows these.
inline Told told_after(Events events, BookingEvent event) {
  events.push_back(std::move(event));
  return Told(events);
}

inline Events assigned() { return {requested_by(alice), assigned_to(bob)}; }
inline Events offered() { return {requested_by(alice), assigned_to(bob), arrival_submitted()}; }
inline Events on_the_way() {
  return {requested_by(alice), assigned_to(bob), arrival_submitted(), OfferAccepted{}};
}

}  // namespace hansom::net::taxi
