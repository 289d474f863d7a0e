// What an audit objects to in the events of accounts, templates and rooms, and in the place of any
// event. Each rule is broken by one event that is in order but for that. Bookings:
// booking_rules_test.cpp.

#include "replay/invariants.hpp"

#include "tests/support/past.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

namespace hansom {
namespace {

const BookingId ride{uuid(1)};
const AccountId zoe{uuid(2)};
const TemplateId flat_tyre{uuid(3)}, of_admin{uuid(4)};
const RoomId physics{uuid(5)};
const std::string in_order = Past::in_order;

AccountStatusChanged status(AccountStatus to) { return {to}; }

ProfileChanged changed(AccountId id, void (*change)(Profile&)) {
  ProfileChanged event{registration_of(id)};
  change(event);
  return event;
}

/// Alice's room, with Carol in it.
struct InPhysics : Past {
  InPhysics() {
    tell(physics, RoomOpened{alice, "physics", "Physics"}, participant(alice));
    tell(physics, ParticipantAdded{carol}, participant(alice));
  }
};

}  // namespace

// Where an event stands.

TEST_CASE("time does not run backwards in a log", "[audit]") {
  const Past past;
  CHECK(past.objection(alice, SessionsEnded{}, admin, noon - 1min) == in_order);
  CHECK(past.objection(alice, SessionsEnded{}, admin, noon - 1min - 1us) == "time runs backwards");
}

TEST_CASE("a stream begins with what creates its thing, which stands nowhere else", "[audit]") {
  Past past;
  past.tell(ride, requested_by(alice), customer(alice));
  CHECK(past.objection(BookingId{uuid(9)}, assigned_to(bob), customer(alice)) ==
        "a stream can't begin with it");
  CHECK(past.objection(zoe, SessionsEnded{}, admin) == "a stream can't begin with it");
  CHECK(past.objection(flat_tyre, TemplateDeleted{}, driver(bob)) ==
        "a stream can't begin with it");
  CHECK(past.objection(physics, ParticipantAdded{bob}, participant(alice)) ==
        "a stream can't begin with it");

  CHECK(past.objection(ride, requested_by(alice), customer(alice)) ==
        "only a stream's first event creates something");
  auto again = past.next(ride, requested_by(alice), customer(alice));
  again.revision = {1};
  CHECK(past.said_of(again) == "its stream has begun before");
}

TEST_CASE("nothing follows on an end, nor on what never began", "[audit]") {
  Past past;
  past.tell(ride, requested_by(alice), customer(alice));
  past.tell(ride, cancelled_for_want_of_drivers(std::nullopt), customer(alice));
  CHECK(past.objection(ride, assigned_to(bob), customer(alice)) == "the booking had ended");
  past.tell(flat_tyre, TemplateAdded{bob, "flat tyre"}, driver(bob));
  past.tell(flat_tyre, TemplateDeleted{}, driver(bob));
  CHECK(past.objection(flat_tyre, TemplateDeleted{}, driver(bob)) ==
        "the template had been deleted");
  auto late = past.next(zoe, SessionsEnded{}, admin);
  late.revision = {2};
  CHECK(past.said_of(late) == "its stream has not begun");
}

TEST_CASE("what is created has its command's id", "[audit]") {
  const Past past;
  const auto check = [&](Envelope envelope) {
    CHECK(past.said_of(envelope) == in_order);
    envelope.cause = {uuid(77)};
    CHECK(past.said_of(envelope) == "what it creates has not the command's id");
  };
  check(past.next(ride, requested_by(alice), customer(alice)));
  check(past.next(zoe, AccountRegistered{account("zoe", {Role::student})}, admin));
  check(past.next(flat_tyre, TemplateAdded{bob, "flat tyre"}, driver(bob)));
  check(past.next(physics, RoomOpened{alice, "physics", "Physics"}, participant(alice)));
}

TEST_CASE("an event is in a stream of its kind", "[audit]") {
  const Past past;
  auto stray = past.next(alice, SessionsEnded{}, admin);
  stray.event = Event(RoomEvent(ParticipantAdded{carol}));
  CHECK(past.said_of(stray) == "it is in a stream of another kind");
}

// Who acts.

TEST_CASE("who is blocked, deleted or without the role causes nothing", "[audit]") {
  struct Case {
    AccountId account;
    AccountEvent lost;
    Actor actor;
  };
  const std::vector<Case> cases = {
      {bob, status(AccountStatus::blocked), driver(bob)},
      {bob, status(AccountStatus::deleted), driver(bob)},
      {bob, changed(bob, [](Profile& bob) { bob.roles = {Role::student}; }), driver(bob)},
      {alice, status(AccountStatus::blocked), customer(alice)},
      {alice, changed(alice, [](Profile& alice) { alice.roles = {Role::driver}; }),
       customer(alice)},
  };
  for (const auto& [account, lost, actor] : cases) {
    Past past;
    past.tell(account, DeviceSeen{"phone", std::nullopt}, actor);
    past.tell(account, lost, admin);
    CHECK(past.objection(account, DeviceSeen{"phone", std::nullopt}, actor) ==
          "its actor may not act");
  }
  InPhysics past;
  past.tell(carol, status(AccountStatus::blocked), admin);
  CHECK(past.objection(physics, said_by(carol, "hi"), participant(carol)) ==
        "its actor may not act");
  CHECK(past.objection(physics, RoomMessageSent{{zoe, "zoe", {}}, "hi"}, participant(zoe)) ==
        "its actor may not act");
}

// Accounts.

TEST_CASE("accounts are the admin's, and change where they change", "[audit]") {
  const Past past;
  const auto registered = account("zoe", {Role::student});
  CHECK(past.objection(zoe, registered, admin) == in_order);
  CHECK(past.objection(zoe, registered, customer(alice)) ==
        "an account is registered by the admin alone");

  const auto renamed = changed(alice, [](Profile& alice) { alice.name = "Alison"; });
  CHECK(past.objection(alice, renamed, admin) == in_order);
  CHECK(past.objection(alice, renamed, customer(alice)) ==
        "an account is changed by the admin alone");
  CHECK(past.objection(alice, ProfileChanged{registration_of(alice)}, admin) ==
        "it changes nothing");

  CHECK(past.objection(alice, status(AccountStatus::deleted), admin) == in_order);
  CHECK(past.objection(alice, status(AccountStatus::deleted), timer) ==
        "an account is changed by the admin alone");
  CHECK(past.objection(alice, status(AccountStatus::active), admin) == "it changes nothing");

  CHECK(past.objection(alice, SessionsEnded{}, customer(alice)) ==
        "sessions are ended by the admin alone");
}

TEST_CASE("an email, in any case, and a username name one account", "[audit]") {
  const Past past;
  auto registered = account("zoe", {Role::student});
  registered.email = "ALICE@example.com";
  CHECK(past.objection(zoe, registered, admin) == "another account has its email");
  registered.email = "zoe@example.com";
  registered.username = "alice";
  CHECK(past.objection(zoe, registered, admin) == "another account has its username");

  CHECK(past.objection(carol,
                       changed(carol, [](Profile& carol) { carol.email = "Bob@example.com"; }),
                       admin) == "another account has its email");
  CHECK(past.objection(carol, changed(carol, [](Profile& carol) { carol.username = "alice"; }),
                       admin) == "another account has its username");
  // Its own are free to it.
  CHECK(past.objection(carol,
                       changed(carol, [](Profile& carol) { carol.email = "CAROL@example.com"; }),
                       admin) == in_order);
}

TEST_CASE("a device is used by its account, driving or riding", "[audit]") {
  const Past past;
  const DeviceSeen seen{"phone", std::nullopt};
  CHECK(past.objection(alice, seen, admin) == "a device is a driver's or a customer's");
  CHECK(past.objection(alice, seen, participant(alice)) ==
        "a device is a driver's or a customer's");
  CHECK(past.objection(alice, seen, customer(carol)) == "the device is another account's");
}

// Templates.

TEST_CASE("a template is added and deleted by its owner", "[audit]") {
  Past past;
  CHECK(past.objection(flat_tyre, TemplateAdded{bob, "flat tyre"}, driver(dana)) ==
        "somebody else than its owner added it");
  CHECK(past.objection(flat_tyre, TemplateAdded{bob, "flat tyre"}, admin) ==
        "somebody else than its owner added it");
  CHECK(past.objection(flat_tyre, TemplateAdded{std::nullopt, "flat tyre"}, driver(bob)) ==
        "somebody else than its owner added it");
  past.tell(flat_tyre, TemplateAdded{bob, "flat tyre"}, driver(bob));
  past.tell(of_admin, TemplateAdded{std::nullopt, "too far"}, admin);
  CHECK(past.objection(flat_tyre, TemplateDeleted{}, driver(bob)) == in_order);
  CHECK(past.objection(flat_tyre, TemplateDeleted{}, driver(dana)) ==
        "somebody else than its owner deleted it");
  CHECK(past.objection(of_admin, TemplateDeleted{}, admin) ==
        "a template of the admin's can't be deleted");
}

// Rooms.

TEST_CASE("a room is opened by its host, under a name of its own", "[audit]") {
  InPhysics past;
  const RoomId other{uuid(6)};
  const RoomOpened opened{alice, "chemistry", "Chemistry"};
  CHECK(past.objection(other, opened, participant(alice)) == in_order);
  CHECK(past.objection(other, opened, participant(carol)) ==
        "somebody else than its host opened it");
  CHECK(past.objection(other, RoomOpened{alice, "physics", "Physics"}, participant(alice)) ==
        "its host has a room with this slug");
  CHECK(past.objection(other, RoomOpened{carol, "physics", "Physics"}, participant(carol)) ==
        in_order);
  CHECK(past.objection(other, RoomOpened{bob, "physics", "Physics"}, participant(bob)) ==
        "its host has no username");
}

TEST_CASE("the host decides who takes part in a room", "[audit]") {
  InPhysics past;
  CHECK(past.objection(physics, ParticipantAdded{dana}, participant(alice)) == in_order);
  CHECK(past.objection(physics, ParticipantAdded{dana}, participant(carol)) ==
        "only the host decides who takes part");
  CHECK(past.objection(physics, ParticipantAdded{zoe}, participant(alice)) ==
        "there is no such account");
  CHECK(past.objection(physics, ParticipantAdded{bob}, participant(alice)) ==
        "who has no username can't take part");
  CHECK(past.objection(physics, ParticipantAdded{carol}, participant(alice)) ==
        "who was added took part already");

  CHECK(past.objection(physics, ParticipantRemoved{carol}, participant(alice)) == in_order);
  CHECK(past.objection(physics, ParticipantRemoved{carol}, participant(carol)) ==
        "only the host decides who takes part");
  CHECK(past.objection(physics, ParticipantRemoved{dana}, participant(alice)) ==
        "who was removed took no part");
  CHECK(past.objection(physics, ParticipantRemoved{alice}, participant(alice)) ==
        "the host can't be removed");

  past.tell(dana, status(AccountStatus::blocked), admin);
  CHECK(past.objection(physics, ParticipantAdded{dana}, participant(alice)) == in_order);
  past.tell(dana, status(AccountStatus::deleted), admin);
  CHECK(past.objection(physics, ParticipantAdded{dana}, participant(alice)) ==
        "there is no such account");
}

TEST_CASE("a message is its author's, who takes part in the room", "[audit]") {
  InPhysics past;
  CHECK(past.objection(physics, said_by(carol, "hi"), participant(carol)) == in_order);
  CHECK(past.objection(physics, said_by(carol, "hi"), participant(alice)) ==
        "somebody else than its author sent it");
  CHECK(past.objection(physics, said_by(carol, "hi"), customer(carol)) ==
        "somebody else than its author sent it");
  CHECK(past.objection(physics, said_by(dana, "hi"), participant(dana)) ==
        "its author takes no part in the room");
  for (auto change : {+[](Author& carol) { carol.username = "alice"; },
                      +[](Author& carol) { carol.avatar.reset(); }}) {
    auto message = said_by(carol, "hi");
    change(message.author);
    CHECK(past.objection(physics, message, participant(carol)) ==
          "its author is shown otherwise than the account has it");
  }
}

TEST_CASE("what is edited or deleted was sent before, in a room one takes part in", "[audit]") {
  InPhysics past;
  const auto next = past.before.end.value + 1;
  const MessageId message{uuid(8)};
  const auto check = [&](Position sent, Actor actor, const std::string& said) {
    CHECK(past.objection(physics, RoomMessageEdited{message, sent, "ho"}, actor) == said);
    CHECK(past.objection(physics, RoomMessageDeleted{message, sent}, actor) == said);
  };
  check({next - 1}, participant(carol), in_order);
  check({next}, participant(carol), "the message was not sent before");
  check({0}, participant(carol), "the message was not sent before");
  check({next - 1}, participant(dana), "its author takes no part in the room");
  check({next - 1}, customer(carol), "only who takes part says something");
}

}  // namespace hansom
