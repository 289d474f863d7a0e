#pragma once

// Given events, when a command, then events or a refusal:
//
//   CHECK(scene.given({requested_by(alice), assigned_to(bob)})
//             .when(SubmitArrivalTime{"", 300}, driver(bob)) == then(arrival_submitted()));
//
// The events are folded by the real `apply`, the command is decided by the real `decide`.

#include "engine/decide.hpp"
#include "tests/support/printing.hpp"
#include "tests/support/story.hpp"

#include <catch2/catch.hpp>

#include <optional>
#include <utility>
#include <vector>

namespace hansom {

/// What a decision comes to: events, or a refusal and no events.
template <typename Event>
struct OutcomeOf {
  std::vector<Event> events;
  std::optional<RefusalCode> refusal;
  bool operator==(const OutcomeOf&) const = default;
};
using Outcome = OutcomeOf<BookingEvent>;

template <typename Event>
OutcomeOf<Event> outcome_of(const DecisionOf<Event>& decision) {
  if (decision) return {*decision, std::nullopt};
  CHECK_FALSE(decision.error().message.empty());
  return {{}, decision.error().code};
}

template <typename... Events>
Outcome then(Events... events) {
  return {{BookingEvent(std::move(events))...}, std::nullopt};
}

inline Outcome refused(RefusalCode code) { return {{}, code}; }

/// What a decision may look at: the cast's accounts, and nobody connected until somebody arrives.
struct Scene {
  Rules rules;
  Accounts accounts;
  Templates templates;
  Roster roster;
  Instant at = noon;

  Scene() {
    Story story;
    story.register_cast();
    for (const auto& envelope : story.events()) accounts.apply(envelope);
  }

  /// Lets drivers connect, with or without a position.
  void arrive(AccountId driver, std::optional<Coordinates> position = std::nullopt) {
    roster.arrive(driver);
    if (position) roster.move(driver, *position);
  }

  Now now(const Actor& actor) const { return {at, actor, rules, accounts, templates, roster}; }

  /// A booking as events left it.
  struct Given {
    const Scene& scene;
    Booking booking;

    template <typename Command>
    requires requires(const Booking& booking, const Command& command, const Now& now) {
      decide(booking, command, now);
    }
    Outcome when(const Command& command, const Actor& actor) const {
      return outcome_of(decide(booking, command, scene.now(actor)));
    }
    /// Of a command that looks at the actor's own open booking in progress, or null, as well; or at
    /// nothing else.
    template <typename Command>
    Outcome when(const Command& command, const Actor& actor, const Booking* current) const {
      if constexpr (requires { decide(current, command, scene.now(actor)); }) {
        return outcome_of(decide(current, command, scene.now(actor)));
      } else {
        return outcome_of(decide(booking, current, command, scene.now(actor)));
      }
    }
  };

  Given given(const std::vector<BookingEvent>& events) const {
    Given given{*this, {}};
    Story story;
    for (const auto& event : events) apply(given.booking, story.tell(BookingId{uuid(1)}, event));
    return given;
  }
};

}  // namespace hansom

template <typename Event>
struct Catch::StringMaker<hansom::OutcomeOf<Event>> {
  static std::string convert(const hansom::OutcomeOf<Event>& outcome) {
    if (outcome.refusal) return "refused with " + std::string(to_string(*outcome.refusal));
    return Catch::Detail::stringify(outcome.events);
  }
};
