// What drivers and customers ask for over HTTP, and in which order it is refused (PROTOCOL.md,
// Errors; Admin and mobile endpoints).

#include "engine/loop.hpp"
#include "tests/support/stage.hpp"

#include <catch2/catch.hpp>

namespace hansom {
namespace {

const Refusal unreadable{RefusalCode::invalid_json, "The body is not valid JSON."};
const Refusal invalid{RefusalCode::invalid_payload, "A field is missing."};

/// A ride, and the answers in full.
struct Asking : Ride {
  Asking() {
    outbox_seen = [this](const Outbox& outbox) {
      for (const auto& [to, what] : outbox) {
        if (const auto* answer = std::get_if<Answer>(&what)) answers[to] = *answer->body;
      }
    };
  }

  Words ask(Command command) { return act(last = new_peer(), std::move(command)); }
  net::JsonDocument answer() { return net::read_json(answers.at(last)).value(); }
  std::size_t events_of(AccountId account) { return read_stream(memory, StreamId(account)).size(); }
  void set_status(AccountId account, AccountStatus status) {
    ChangeAccount command{to_string(account), {}};
    command.changes.status = status;
    REQUIRE(ask(command) == Words{"200 OK"});
  }
  std::string add_template(Command command) {
    REQUIRE(ask(std::move(command)) == Words{"201 CREATED"});
    return text_member(answer()["data"], "id");
  }
  std::string templates_of(AccountId driver) {
    REQUIRE(ask(ListTemplates{caller(Side::driver, driver)}) == Words{"200 OK"});
    std::string all;
    const auto answered = answer();
    for (const auto& each : answered["data"]["templates"].GetArray()) {
      all += text_member(each, "owner") + ": " + text_member(each, "text") + "; ";
    }
    return all;
  }

  PeerId last;
  std::map<PeerId, std::string> answers;
};

/// Every request on a side, by who is to ask. Nothing of it exists.
std::vector<Command> requests_of(Side side, const Identity& identity) {
  const Caller caller{side, identity};
  const auto nothing = to_string(uuid(0xffff));
  std::vector<Command> both = {ShowProfile{caller}, ListBookings{caller, 10},
                               ListBookings{caller, 10, nothing}, MalformedRequest{caller, invalid},
                               MalformedRequest{caller, unreadable}};
  if (side == Side::customer) {
    both.push_back(RequestBooking{caller});
    both.push_back(CancelRideByCustomer{caller, nothing});
  } else {
    both.push_back(CancelRideByDriver{caller, nothing, {}});
    both.push_back(AddOwnTemplate{caller, "flat tyre"});
    both.push_back(ListTemplates{caller});
    both.push_back(DeleteOwnTemplate{caller, nothing});
  }
  return both;
}

}  // namespace

TEST_CASE("who may not ask on a side hears that, whatever is asked and however badly", "[loop]") {
  Asking asking;
  const auto end = asking.memory.end();
  const auto check = [&](Side side, const Identity& identity, const Words& words) {
    for (const auto& request : requests_of(side, identity)) {
      INFO(name_of(request));
      CHECK(asking.ask(request) == words);
    }
  };
  check(Side::customer, Stage::identity_of(bob), {"403 CUSTOMER_NOT_FOUND"});
  check(Side::driver, Stage::identity_of(alice), {"403 DRIVER_NOT_FOUND"});
  check(Side::customer, {}, {"403 CUSTOMER_NOT_FOUND"});
  check(Side::driver, {"nobody@example.com", "x", "y"}, {"403 DRIVER_NOT_FOUND"});
  CHECK(asking.memory.end() == end);
}

TEST_CASE("who is blocked or deleted hears that, whatever is asked and however badly", "[loop]") {
  const auto [status, code] = GENERATE(
      table<AccountStatus, std::string>({{AccountStatus::blocked, "403 ACCOUNT_BLOCKED"},
                                         {AccountStatus::deleted, "403 ACCOUNT_DELETED"}}));
  Asking asking;
  asking.set_status(erin, status);
  const auto end = asking.memory.end();
  for (const auto side : {Side::customer, Side::driver}) {
    for (const auto& request : requests_of(side, Stage::identity_of(erin))) {
      INFO(name_of(request));
      CHECK(asking.ask(request) == Words{code});
    }
  }
  CHECK(asking.memory.end() == end);
  // A role that the account never had is told first.
  asking.set_status(bob, status);
  CHECK(asking.ask(ShowProfile{Stage::caller(Side::customer, bob)}) ==
        Words{"403 CUSTOMER_NOT_FOUND"});
}

TEST_CASE("who may ask hears what is wrong with the request", "[loop]") {
  Asking asking;
  const auto caller = Stage::caller(Side::customer, alice);
  CHECK(asking.ask(MalformedRequest{caller, unreadable}) == Words{"400 INVALID_JSON"});
  CHECK(asking.ask(MalformedRequest{caller, invalid}) == Words{"422 INVALID_PAYLOAD"});
  CHECK(text_member(asking.answer()["user_message"], "message") == invalid.message);
  auto late = Stage::request_of(alice);
  late.scheduled_for = asking.now;
  CHECK(asking.ask(late) == Words{"422 INVALID_PAYLOAD"});
}

TEST_CASE("a customer cancels a ride that is on the way, and hears it over HTTP alone", "[loop]") {
  Asking asking;
  asking.start();
  const CancelRideByCustomer cancel{Stage::caller(Side::customer, alice), asking.id};
  CHECK(asking.ask(cancel) == Words{"200 OK"});
  CHECK(text_member(asking.answer()["data"], "booking_id") == asking.id);
  CHECK(text_member(asking.answer()["data"], "status") == "cancelled");
  CHECK(asking.heard_by(asking.driver) == Words{"booking_cancelled_by_customer"});
  asking.wait(1s);
  CHECK(asking.heard_by(asking.customer).empty());  // the socket stays
  CHECK(asking.act(asking.customer, Resync{asking.id}) == Words{"snapshot"});
  CHECK(asking.ask(cancel) == Words{"409 BOOKING_NOT_CANCELLABLE"});  // ended
  asking.check_state();
}

TEST_CASE("a driver cancels a ride that is on the way with a reason, which the customer is told",
          "[loop]") {
  Asking asking;
  const bool by_template = GENERATE(true, false);
  const auto id = asking.add_template(AddAdminTemplate{"flat tyre"});
  asking.start();
  CancelRideByDriver cancel{Stage::caller(Side::driver, bob), asking.id, {}};
  cancel.reason = by_template ? GivenReason{id} : GivenReason{std::nullopt, "flat tyre"};
  CHECK(asking.ask(cancel) == Words{"200 OK"});
  CHECK(asking.heard_by(asking.customer) == Words{"driver_cancelled"});
  const auto frame = asking.last_frame(asking.customer);
  CHECK(text_member(frame, "reason") == "flat tyre");
  CHECK(text_member(frame, "reason_code") == "DRIVER_CANCELLED");
  CHECK(asking.heard_by(asking.driver).empty());
  asking.wait(200ms);
  CHECK(asking.heard_by(asking.customer) == Words{"close 1000"});
  CHECK(asking.ask(cancel) == Words{"409 BOOKING_NOT_CANCELLABLE"});
}

TEST_CASE("a ride that is not on the way, or someone else's, can't be cancelled", "[loop]") {
  Asking asking;
  const auto by_customer = [&](AccountId account, const std::string& id) {
    return asking.ask(CancelRideByCustomer{Stage::caller(Side::customer, account), id});
  };
  const auto by_driver = [&](AccountId account, const std::string& id) {
    return asking.ask(
        CancelRideByDriver{Stage::caller(Side::driver, account), id, {std::nullopt, "flat tyre"}});
  };
  const Words not_now{"409 BOOKING_NOT_CANCELLABLE"};
  const Words not_found{"404 BOOKING_NOT_FOUND"};
  const auto check_others = [&] {
    CHECK(by_customer(carol, asking.id) == not_found);
    CHECK(by_customer(erin, asking.id) == not_found);
    CHECK(by_driver(dana, asking.id) == not_found);
  };
  CHECK(by_customer(alice, asking.id) == not_now);  // requested
  CHECK(by_driver(bob, asking.id) == not_now);
  check_others();
  asking.offer();
  CHECK(by_customer(alice, asking.id) == not_now);  // confirmation
  CHECK(by_driver(bob, asking.id) == not_now);
  asking.act(asking.customer, AcceptOffer{asking.id});
  check_others();  // on the way
  asking.complete();
  CHECK(by_customer(alice, asking.id) == not_now);  // completed, and no longer in memory
  CHECK(by_driver(bob, asking.id) == not_now);
  check_others();
  for (const auto& id : {to_string(uuid(0xffff)), std::string("nonsense"), std::string()}) {
    CHECK(by_customer(alice, id) == not_found);
    CHECK(by_driver(bob, id) == not_found);
  }
}

TEST_CASE("a cancel with a template that is not the driver's to use changes nothing", "[loop]") {
  Asking asking;
  const auto danas =
      asking.add_template(AddOwnTemplate{Stage::caller(Side::driver, dana), "too far"});
  asking.start();
  for (const auto& id : {danas, to_string(uuid(0xffff)), std::string("nonsense")}) {
    CHECK(asking.ask(CancelRideByDriver{Stage::caller(Side::driver, bob), asking.id, {id}}) ==
          Words{"422 INVALID_TEMPLATE"});
  }
  CHECK(asking.status_of(asking.booking) == BookingStatus::on_the_way);
}

TEST_CASE("a cancel of a ride that has ended is refused while the log can't be read", "[loop]") {
  const auto [kind, code] = GENERATE(
      table<LogError::Kind, std::string>({{LogError::Kind::damaged, "500 INTERNAL_ERROR"},
                                          {LogError::Kind::unavailable, "503 LOG_UNAVAILABLE"}}));
  Asking asking;
  asking.start();
  asking.complete();
  asking.log.streams_fail = kind;
  CHECK(asking.ask(CancelRideByCustomer{Stage::caller(Side::customer, alice), asking.id}) ==
        Words{code});
}

TEST_CASE("a ride that is cancelled and completed in one turn is what came first", "[loop]") {
  Asking asking;
  asking.start();
  const auto peer = asking.new_peer();
  const CancelRideByCustomer cancel{Stage::caller(Side::customer, alice), asking.id};
  const bool cancel_first = GENERATE(true, false);
  if (cancel_first) asking.send(peer, cancel);
  asking.send(asking.driver, CompleteRide{asking.id});
  if (!cancel_first) asking.send(peer, cancel);
  asking.turn();
  CHECK(asking.heard_by(peer) == Words{cancel_first ? "200 OK" : "409 BOOKING_NOT_CANCELLABLE"});
  CHECK(asking.heard_by(asking.driver) ==
        (cancel_first ? Words{"booking_cancelled_by_customer", "error BOOKING_NOT_COMPLETABLE"}
                      : Words{"complete_accepted"}));
  asking.check_state();
}

TEST_CASE("a device that a request names is noted, and its model kept", "[loop]") {
  Asking asking;
  auto request = Stage::request_of(alice);
  request.device = DeviceSeen{"phone", "Pixel"};
  asking.now += 5s;
  CHECK(asking.ask(request) == Words{"201 CREATED"});
  const auto& devices = asking.loop->projections().accounts.find(alice)->devices;
  CHECK(devices == std::vector{Device{"phone", "Pixel", noon + 5s}});
  asking.now += 1s;
  asking.connect(Side::customer, alice, "phone");
  CHECK(devices == std::vector{Device{"phone", "Pixel", noon + 6s}});
  asking.connect(Side::driver, bob, "tablet");
  CHECK(asking.loop->projections().accounts.find(bob)->devices.at(0).id == "tablet");
  const auto events = read_stream(asking.memory, StreamId(alice));
  REQUIRE(events.size() == 3);
  CHECK(events[1].actor == customer(alice));
  asking.check_state();
}

TEST_CASE("a device is not noted of who is refused", "[loop]") {
  Asking asking;
  auto request = Stage::request_of(alice);
  request.device = DeviceSeen{"phone", std::nullopt};
  request.scheduled_for = noon;
  CHECK(asking.ask(request) == Words{"422 INVALID_PAYLOAD"});
  CHECK(asking.events_of(alice) == 1);
  asking.set_status(carol, AccountStatus::blocked);
  asking.send_connect(Side::customer, carol, "phone");
  asking.turn();
  CHECK(asking.events_of(carol) == 2);  // the registration, the block
}

TEST_CASE("a driver's templates are the driver's own, then the admin's", "[loop]") {
  Asking asking;
  CHECK(asking.templates_of(bob) == "");
  asking.add_template(AddAdminTemplate{"flat tyre"});
  const auto own = asking.add_template(AddOwnTemplate{Stage::caller(Side::driver, bob), "ill"});
  asking.add_template(AddOwnTemplate{Stage::caller(Side::driver, bob), "tired"});
  asking.add_template(AddOwnTemplate{Stage::caller(Side::driver, dana), "too far"});
  CHECK(asking.templates_of(bob) == "driver: ill; driver: tired; admin: flat tyre; ");
  CHECK(asking.templates_of(dana) == "driver: too far; admin: flat tyre; ");

  CHECK(asking.ask(DeleteOwnTemplate{Stage::caller(Side::driver, bob), own}) == Words{"200 OK"});
  CHECK(asking.answer()["data"].IsNull());
  CHECK(asking.templates_of(bob) == "driver: tired; admin: flat tyre; ");
  asking.check_state();
}

TEST_CASE("a template that is not one's own can't be deleted", "[loop]") {
  Asking asking;
  const auto admins = asking.add_template(AddAdminTemplate{"flat tyre"});
  const auto danas =
      asking.add_template(AddOwnTemplate{Stage::caller(Side::driver, dana), "too far"});
  for (const auto& id : {admins, danas, std::string("nonsense"), std::string()}) {
    CHECK(asking.ask(DeleteOwnTemplate{Stage::caller(Side::driver, bob), id}) ==
          Words{"404 NOT_FOUND"});
  }
  const DeleteOwnTemplate mine{Stage::caller(Side::driver, dana), danas};
  CHECK(asking.ask(mine) == Words{"200 OK"});
  CHECK(asking.ask(mine) == Words{"404 NOT_FOUND"});
  CHECK(asking.templates_of(dana) == "admin: flat tyre; ");
}

TEST_CASE("a reason that was chosen stands, though its template is deleted", "[loop]") {
  Asking asking;
  const auto id = asking.add_template(AddOwnTemplate{Stage::caller(Side::driver, bob), "ill"});
  asking.act(asking.driver, DeclineOffer{asking.id, {id}});
  asking.ask(DeleteOwnTemplate{Stage::caller(Side::driver, bob), id});
  const auto events = read_stream(asking.memory, StreamId(asking.booking));
  REQUIRE(events.size() == 4);
  const StatedReason reason{TemplateId::parse(id), "ill"};
  CHECK(events[2].event == Event(BookingEvent(OfferDeclined{bob, reason, false})));
}

}  // namespace hansom
