#include "events/mentions.hpp"

#include "tests/support/printing.hpp"
#include "tests/support/story.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <set>

namespace hansom {
namespace {

struct Case {
  Event event;
  std::vector<AccountId> mentioned;
};

const StatedReason reason{std::nullopt, "flat tyre"};

const RoomId room{uuid(5)};
const CommandId command{uuid(6)};

/// The event, with what its subjects are made of.
Envelope with(Event event) {
  return {{1}, StreamId(room), {1}, noon, admin, command, std::move(event)};
}

Mentions mentions_in(Event event) { return hansom::mentions_in(with(std::move(event))); }
bool mention(Event event, AccountId account) { return mentions(with(std::move(event)), account); }

/// Every event of a booking, and whom it mentions.
const std::vector<Case>& cases() {
  static const auto all = [] {
    std::vector<Case> cases;
    const auto add = [&](BookingEvent event, std::vector<AccountId> mentioned) {
      cases.push_back({std::move(event), std::move(mentioned)});
    };
    add(requested_by(alice), {alice});
    add(assigned_to(bob), {bob});
    add(arrival_submitted(), {});
    add(OfferAccepted{}, {});
    add(OfferAutoAccepted{}, {});
    add(ScheduledBookingAccepted{}, {});
    add(ScheduledRideStarted{}, {});
    add(OpenOfferAccepted{{bob, "Bob", "219876543", "NZ", std::nullopt, std::nullopt}}, {bob});
    add(OfferExpired{bob}, {bob});
    add(OfferDeclined{bob, reason, true}, {bob});
    add(OfferDeclined{bob, reason, false}, {bob});
    add(OfferWithdrawn{bob}, {bob});
    add(BookingRejected{{alice, std::nullopt}}, {alice});
    add(BookingRejected{{alice, bob}}, {alice, bob});
    add(cancelled_for_want_of_drivers(std::nullopt), {alice});
    add(cancelled_for_want_of_drivers(bob), {alice, bob});
    add(cancelled_as_no_show(bob), {alice, bob});
    add(RideCancelledByCustomer{{alice, bob}}, {alice, bob});
    add(RideCancelledByDriver{{alice, bob}, reason}, {alice, bob});
    add(RideCompleted{Parties{alice, bob}}, {alice, bob});
    add(ChatMessageSent{Party::driver, to_string(alice)}, {});
    return cases;
  }();
  return all;
}

}  // namespace

TEST_CASE("an event mentions who comes into or leaves a booking with it", "[mentions]") {
  for (const auto& [event, mentioned] : cases()) {
    INFO(Catch::Detail::stringify(event));
    const auto found = mentions_in(event);
    const Mentions expected(mentioned.begin(), mentioned.end());
    CHECK(std::ranges::is_permutation(found, expected));
    for (const auto& [id, registered] : cast()) {
      CHECK(mention(event, id) == (std::ranges::find(mentioned, id) != mentioned.end()));
    }
  }
}

TEST_CASE("of every event of a booking it is known whom it mentions", "[mentions]") {
  std::set<std::size_t> alternatives;
  for (const auto& each : cases()) {
    alternatives.insert(std::get<BookingEvent>(each.event).index());
  }
  CHECK(alternatives.size() == std::variant_size_v<BookingEvent>);
}

TEST_CASE("an end that was written before ends named the accounts mentions nobody", "[mentions]") {
  CHECK(mentions_in(BookingEvent(RideCompleted{})).empty());
  auto cancelled = cancelled_for_want_of_drivers(std::nullopt);
  cancelled.customer.reset();
  CHECK(mentions_in(BookingEvent(cancelled)).empty());
  cancelled.told_driver = bob;
  CHECK(mention(BookingEvent(cancelled), bob));
}

TEST_CASE("candidates who were looked at and not asked are not mentioned", "[mentions]") {
  auto assigned = assigned_to(bob);
  assigned.candidates.push_back({dana, 100.0, Verdict::farther});
  CHECK_FALSE(mention(BookingEvent(assigned), dana));
  const auto cancelled =
      cancelled_for_want_of_drivers(bob, {{dana, std::nullopt, Verdict::already_asked}});
  CHECK_FALSE(mention(BookingEvent(cancelled), dana));
}

TEST_CASE("events of accounts and templates mention nobody", "[mentions]") {
  const auto check_nobody = [](const Event& event) {
    INFO(Catch::Detail::stringify(event));
    CHECK(mentions_in(event).empty());
  };
  const auto& profile = static_cast<const Profile&>(registration_of(alice));
  check_nobody(AccountEvent(AccountRegistered{profile}));
  check_nobody(AccountEvent(ProfileChanged{profile}));
  check_nobody(AccountEvent(AccountStatusChanged{AccountStatus::blocked}));
  check_nobody(AccountEvent(SessionsEnded{}));
  check_nobody(AccountEvent(DeviceSeen{"phone", std::nullopt}));
  check_nobody(TemplateEvent(TemplateAdded{bob, "flat tyre"}));
  check_nobody(TemplateEvent(TemplateDeleted{}));
}

TEST_CASE("what is said in a room mentions the message, and the room's talk when it is sent",
          "[mentions]") {
  const MessageId other{uuid(7)};
  CHECK(mentions_in(RoomEvent(RoomMessageSent{{alice, "alice", std::nullopt}, "hi"})) ==
        Mentions{MessageId{command.value}, room});
  CHECK(mentions_in(RoomEvent(RoomMessageEdited{other, Position{1}, "hi"})) == Mentions{other});
  CHECK(mentions_in(RoomEvent(RoomMessageDeleted{other, Position{1}})) == Mentions{other});
  CHECK(mentions_in(RoomEvent(RoomOpened{alice, "physics", "Physics"})).empty());
  CHECK(mentions_in(RoomEvent(ParticipantAdded{bob})).empty());
  CHECK(mentions_in(RoomEvent(ParticipantRemoved{bob})).empty());
}

TEST_CASE("subjects of one id and different kinds are different", "[mentions]") {
  CHECK_FALSE(Subject(AccountId{uuid(1)}) == Subject(MessageId{uuid(1)}));
  CHECK_FALSE(Subject(MessageId{uuid(1)}) == Subject(RoomId{uuid(1)}));
}

}  // namespace hansom
