#include "events/mentions.hpp"

#include "tests/support/printing.hpp"
#include "tests/support/story.hpp"

#include <catch2/catch.hpp>

#include <set>

namespace hansom {
namespace {

struct Case {
  Event event;
  std::vector<AccountId> mentioned;
};

const StatedReason reason{std::nullopt, "flat tyre"};

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
    const auto mentions = mentions_in(envelope);
    std::set<AccountId> found;
    for (const auto& account : mentions.accounts) {
      if (account) found.insert(*account);
    }
    CHECK(found == std::set<AccountId>(mentioned.begin(), mentioned.end()));
    for (const auto& [id, registered] : cast()) {
      CHECK(mentions.include(id) == found.contains(id));
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
  CHECK(mentions_in(BookingEvent(RideCompleted{})).accounts == Mentions{}.accounts);
  auto cancelled = cancelled_for_want_of_drivers(std::nullopt);
  cancelled.customer.reset();
  CHECK(mentions_in(BookingEvent(cancelled)).accounts == Mentions{}.accounts);
  cancelled.told_driver = bob;
  CHECK(mentions_in(BookingEvent(cancelled)).include(bob));
}

TEST_CASE("candidates who were looked at and not asked are not mentioned", "[mentions]") {
  auto assigned = assigned_to(bob);
  assigned.candidates.push_back({dana, 100.0, Verdict::farther});
  CHECK_FALSE(mentions_in(BookingEvent(assigned)).include(dana));
  const auto cancelled =
      cancelled_for_want_of_drivers(bob, {{dana, std::nullopt, Verdict::already_asked}});
  CHECK_FALSE(mentions_in(BookingEvent(cancelled)).include(dana));
}

TEST_CASE("events of accounts and templates mention nobody", "[mentions]") {
  const auto check_nobody = [](const Event& event) {
    INFO(Catch::Detail::stringify(event));
    CHECK(mentions_in(envelope).accounts == Mentions{}.accounts);
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

TEST_CASE("nobody is not one of those mentioned", "[mentions]") {
  CHECK_FALSE(Mentions{}.include(AccountId{}));
  CHECK_FALSE(mentions_in(BookingEvent(requested_by(alice))).include(AccountId{}));
}

}  // namespace hansom
