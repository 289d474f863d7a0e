#pragma once

// What happened so far, and what an audit says of what comes next:
//
//   Past past;
//   past.tell(booking, requested_by(alice), customer(alice));
//   CHECK(past.objection(booking, OfferAccepted{}, customer(alice)) == "...");

#include "replay/invariants.hpp"
#include "tests/support/printing.hpp"
#include "tests/support/story.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <unordered_map>
#include <utility>

namespace hansom {

/// A copy of a good event with something else about it.
template <typename Good, typename Change>
Good altered(Good event, Change change) {
  change(event);
  return event;
}

class Past {
 public:
  /// The cast is registered, a minute before noon.
  Past() {
    for (const auto& [id, account] : cast()) tell(id, account, admin, noon - 1min);
  }

  /// Goes on with an event that is in order.
  template <typename StreamName, typename Happened>
  void tell(StreamName stream, Happened event, Actor actor, Instant at = noon) {
    const auto envelope = next(stream, std::move(event), actor, at);
    INFO(Catch::Detail::stringify(envelope));
    CHECK(said_of(envelope) == in_order);
    ++revisions_[envelope.stream].value;
    before.apply(envelope);
    before.settle(envelope);
  }

  /// The event, as it would come next.
  template <typename StreamName, typename Happened>
  Envelope next(StreamName stream, Happened event, Actor actor, Instant at = noon) const {
    const StreamId id(stream);
    const auto last = revisions_.find(id);
    const Revision revision{last == revisions_.end() ? 1 : last->second.value + 1};
    return {{before.end.value + 1}, id, revision, at, actor, {id.id}, event_of(std::move(event))};
  }

  std::string said_of(const Envelope& envelope) const {
    return replay::objection_to(envelope, before).value_or(in_order);
  }
  template <typename StreamName, typename Happened>
  std::string objection(StreamName stream, Happened event, Actor actor, Instant at = noon) const {
    return said_of(next(stream, std::move(event), actor, at));
  }

  static inline const std::string in_order = "in order";
  Projections before;

 private:
  static Event event_of(BookingEvent event) { return event; }
  static Event event_of(AccountEvent event) { return event; }
  static Event event_of(TemplateEvent event) { return event; }
  static Event event_of(RoomEvent event) { return event; }

  std::unordered_map<StreamId, Revision> revisions_;
};

}  // namespace hansom
