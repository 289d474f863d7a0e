// What an audit objects to in the events of a booking: each rule is broken by one event that is in
// order but for that.

#include "replay/booking_rules.hpp"

#include "tests/support/past.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

namespace hansom {
namespace {

const BookingId ride{uuid(1)}, other_ride{uuid(2)};
const TemplateId of_admin{uuid(3)}, of_dana{uuid(4)};
constexpr Instant pickup_at = noon + 2h;
const std::string in_order = Past::in_order;

/// What is said of an event that comes next.
struct Case {
  BookingEvent event;
  Actor actor;
  std::string said;
  Instant at = noon;
};

void check(const Past& past, const std::vector<Case>& cases, BookingId booking = ride) {
  for (const auto& [event, actor, said, at] : cases) {
    INFO(Catch::Detail::stringify(event) << " by " << to_string(actor));
    CHECK(past.objection(booking, event, actor, at) == said);
  }
}

// How far a booking has come.

/// Alice's request; nobody is asked yet.
struct Requested : Past {
  explicit Requested(BookingRequested request = requested_by(alice)) {
    tell(of_admin, TemplateAdded{std::nullopt, "too far"}, admin);
    tell(of_dana, TemplateAdded{dana, "flat tyre"}, driver(dana));
    tell(ride, std::move(request), customer(alice));
  }
  void block(AccountId id) { tell(id, AccountStatusChanged{AccountStatus::blocked}, admin); }
};
struct Scheduled : Requested {
  Scheduled() : Requested(scheduled_by(alice, pickup_at)) {}
};
struct Open : Requested {
  Open() : Requested(open_by(alice)) {}
};
/// Bob is asked, and has until half a minute after noon.
template <typename Kind = Requested>
struct Asked : Kind {
  Asked() { this->tell(ride, assigned_to(bob), customer(alice)); }
};
/// Bob has said when he comes, and Alice has two minutes.
struct Offered : Asked<> {
  Offered() { tell(ride, arrival_submitted(), driver(bob)); }
};
struct Confirmed : Asked<Scheduled> {
  Confirmed() { tell(ride, ScheduledBookingAccepted{}, driver(bob)); }
};
struct OnTheWay : Offered {
  OnTheWay() { tell(ride, OfferAccepted{}, customer(alice)); }
};
/// Dana drives Alice on campus.
struct OnTheWayOnCampus : Open {
  OnTheWayOnCampus() { tell(ride, accepted_by(dana), driver(dana)); }
};

const auto nobody_is_asked = "no driver is asked";
const auto by_somebody_else = "somebody else than the driver who is asked answered";
const auto other_parties = "the parties are not the booking's";
const auto not_on_the_way = "the ride is not on the way";
const auto not_theirs = "the reason is no template of the driver's";

BookingRequested request(void (*change)(BookingRequested&)) {
  return altered(requested_by(alice), change);
}

}  // namespace

TEST_CASE("a request says who asks, and for what", "[audit]") {
  using Request = BookingRequested;
  const auto by_alice = customer(alice);
  check(Past(),
        {{requested_by(alice), by_alice, in_order},
         {request([](Request& it) { it.customer.account = {uuid(99)}; }), by_alice,
          "its customer has no account"},
         {requested_by(alice), customer(carol), "somebody else than its customer asked for it"},
         {requested_by(alice), timer, "somebody else than its customer asked for it"},
         {requested_by(bob), customer(bob), "its actor may not act"},
         {request([](Request& it) { it.customer.name = "Alicia"; }), by_alice,
          "its customer is shown otherwise than the account has it"},
         {request([](Request& it) { it.no_of_passengers = 8; }), by_alice, in_order},
         {request([](Request& it) { it.no_of_passengers = 9; }), by_alice,
          "it is for no number of passengers"},
         {request([](Request& it) { it.no_of_passengers = 0; }), by_alice,
          "it is for no number of passengers"},
         {request([](Request& it) { it.drop_offs.clear(); }), by_alice, "it goes nowhere"},
         {request([](Request& it) { it.booking_type = BookingType::scheduled; }), by_alice,
          "a schedule is for a scheduled booking, and only for that"},
         {request([](Request& it) {
            it.schedule = {pickup_at, pickup_at};
          }),
          by_alice, "a schedule is for a scheduled booking, and only for that"}});
}

TEST_CASE("a booking is scheduled for a time to come", "[audit]") {
  auto late_rejection = scheduled_by(alice, pickup_at);
  late_rejection.schedule->reject_until = pickup_at + 1us;
  check(Past(), {{scheduled_by(alice, pickup_at), customer(alice), in_order, pickup_at - 1us},
                 {scheduled_by(alice, pickup_at), customer(alice),
                  "its pickup is not in the future", pickup_at},
                 {late_rejection, customer(alice), "it can be rejected after its pickup time"}});
}

TEST_CASE("a ride request says what campus knows, and is a passenger's only one", "[audit]") {
  const auto odd = [](void (*change)(BookingRequested&)) {
    return Case{altered(open_by(alice), change), customer(alice),
                "an open booking says more than a ride request can"};
  };
  check(Past(), {{open_by(alice), customer(alice), in_order},
                 {open_by(erin), customer(erin), "its actor may not act"},
                 odd([](BookingRequested& it) { it.no_of_passengers = 2; }),
                 odd([](BookingRequested& it) { it.note = "at the gate"; }),
                 odd([](BookingRequested& it) { it.drop_offs.push_back(home); }),
                 odd([](BookingRequested& it) {
                   it.idempotency_key = {"key", "digest"};
                 })});
  check(Open(),
        {{open_by(alice), customer(alice), "its passenger has an open booking in progress"},
         {requested_by(alice), customer(alice), in_order},
         {open_by(carol), customer(carol), in_order}},
        other_ride);
}

TEST_CASE("a key that has its answer books nothing more for a day", "[audit]") {
  const auto with_key = request([](BookingRequested& it) {
    it.idempotency_key = {"key", "digest"};
  });
  Requested past(with_key);
  auto of_carol = requested_by(carol);
  of_carol.idempotency_key = with_key.idempotency_key;
  check(past,
        {{with_key, customer(alice), "its idempotency key had an answer already", noon + 24h - 1us},
         {with_key, customer(alice), in_order, noon + 24h},
         {of_carol, customer(carol), in_order}},
        other_ride);
}

TEST_CASE("a driver is asked who may be, once, and as the account has it", "[audit]") {
  const auto by_alice = customer(alice);
  const auto odd = [](void (*change)(DriverAssigned&)) {
    return altered(assigned_to(bob), change);
  };
  check(Requested(),
        {{assigned_to(bob), by_alice, in_order},
         {assigned_to(bob), timer, "nothing made the search go on"},
         {assigned_to(bob), customer(carol), "nothing made the search go on"},
         {assigned_to(alice), by_alice, "the driver is the customer"},
         {odd([](auto& it) { it.driver.account = {uuid(99)}; }), by_alice,
          "the driver has no account"},
         {assigned_to(carol), by_alice, "the driver may not be asked"},
         {odd([](auto& it) { it.driver.vehicle_number = "XYZ-1"; }), by_alice,
          "the driver is shown otherwise than the account has it"},
         {odd([](auto& it) { it.attempt = 2; }), by_alice, "the attempts are miscounted"},
         {odd([](auto& it) { it.respond_by = noon - 1us; }), by_alice,
          "the answer was due before it was asked for"}});
  Requested blocked;
  blocked.block(bob);
  check(blocked, {{assigned_to(bob), by_alice, "the driver may not be asked"},
                  {assigned_to(dana), by_alice, in_order}});
  check(Asked<>(),
        {{assigned_to(dana, noon + 30s, 2), timer, "the booking is not looking for a driver"}});
  check(Open(), {{assigned_to(bob), by_alice, "the booking is not looking for a driver"}});
}

TEST_CASE("the request asks the first driver, and what lost one the next", "[audit]") {
  Requested requested;
  auto elsewhere = requested.next(ride, assigned_to(bob), customer(alice));
  elsewhere.cause = {uuid(77)};
  CHECK(requested.said_of(elsewhere) == "nothing made the search go on");

  Asked<> past;
  past.tell(ride, OfferExpired{bob}, timer, noon + 30s);
  const auto at = noon + 30s;
  const auto second = assigned_to(dana, noon + 1min, 2);
  check(past, {{second, timer, in_order, at},
               {second, admin, in_order, at},
               {second, driver(bob), in_order, at},
               {second, driver(dana), "nothing made the search go on", at},
               {second, customer(alice), "nothing made the search go on", at},
               {assigned_to(bob, noon + 1min, 2), timer, "the driver was asked before", at},
               {assigned_to(dana, noon + 1min, 1), timer, "the attempts are miscounted", at},
               // Nothing else can happen meanwhile.
               {OfferDeclined{bob, {std::nullopt, "no"}}, driver(bob), nobody_is_asked, at},
               {BookingRejected{{alice, std::nullopt}}, customer(alice),
                "the booking can't be rejected any more, or not yet", at}});
}

TEST_CASE("after the pickup time nobody is asked any more", "[audit]") {
  Asked<Scheduled> past;
  past.tell(ride, OfferExpired{bob}, timer, pickup_at - 1s);
  const auto second = assigned_to(dana, pickup_at + 30s, 2);
  check(past, {{second, timer, in_order, pickup_at - 1us},
               {second, timer, "a driver is asked after the pickup time", pickup_at}});
}

TEST_CASE("who was looked at stands there once, rightly judged and in order", "[audit]") {
  Asked<> past;
  past.tell(
      erin,
      ProfileChanged{altered(registration_of(erin), [](Profile& erin) { erin.name = "Erin"; })},
      admin);
  past.tell(alice,
            ProfileChanged{altered(registration_of(alice),
                                   [](Profile& alice) {
                                     alice.roles = {Role::customer, Role::driver};
                                   })},
            admin);
  past.tell(ride, OfferExpired{bob}, timer, noon + 30s);
  const auto says = [&](std::vector<Candidate> candidates) {
    auto event = assigned_to(dana, noon + 1min, 2);
    event.candidates = std::move(candidates);
    return past.objection(ride, event, timer, noon + 30s);
  };
  using enum Verdict;
  const Candidate asked{bob, 10.0, already_asked}, own{alice, 20.0, own_booking};
  const Candidate taken{dana, 100.0, chosen};
  CHECK(says({asked, own, taken, {frank, 100.0, waited_less}, {erin, 200.0, farther}}) == in_order);
  CHECK(says({asked, own, taken, {frank, std::nullopt, farther}}) == in_order);
  CHECK(says({{dana, std::nullopt, chosen}, {frank, std::nullopt, waited_less}}) == in_order);

  CHECK(says({taken, {frank, 200.0, farther}, {frank, 200.0, farther}}) ==
        "a candidate stands there twice");
  CHECK(says({taken, {carol, 200.0, farther}}) == "a candidate could not be asked");
  CHECK(says({{frank, 100.0, chosen}}) == "the candidates say otherwise who was chosen");
  CHECK(says({taken, {frank, 200.0, chosen}}) == "the candidates say otherwise who was chosen");
  CHECK(says({}) == "the candidates say otherwise who was chosen");
  CHECK(says({taken, {bob, 200.0, farther}}) == "a candidate has the wrong verdict");
  CHECK(says({taken, {alice, 200.0, farther}}) == "a candidate has the wrong verdict");
  CHECK(says({{frank, 10.0, already_asked}, taken}) == "a candidate has the wrong verdict");
  CHECK(says({{frank, 10.0, own_booking}, taken}) == "a candidate has the wrong verdict");
  CHECK(says({{frank, 200.0, farther}, taken}) == "the candidates are out of order");
  CHECK(says({taken, {frank, 99.0, farther}}) == "the candidates are out of order");
  CHECK(says({taken, {frank, 101.0, waited_less}}) == "the candidates are out of order");
  CHECK(says({{dana, std::nullopt, chosen}, {frank, 99.0, farther}}) ==
        "the candidates are out of order");
}

TEST_CASE("who is asked answers, and nobody else", "[audit]") {
  const ArrivalTimeSubmitted no_time{0, noon + 2min}, two_days{86'401, noon + 2min};
  check(Asked<>(),
        {{arrival_submitted(), driver(bob), in_order},
         {arrival_submitted(noon + 3h), driver(bob), in_order, noon + 1h},  // late, but in time
         {arrival_submitted(), driver(dana), by_somebody_else},
         {arrival_submitted(), customer(alice), by_somebody_else},
         {no_time, driver(bob), "there is no such arrival time"},
         {two_days, driver(bob), "there is no such arrival time"},
         {arrival_submitted(noon - 1us), driver(bob), "the answer was due before it was asked for"},
         {ScheduledBookingAccepted{}, driver(bob), "the booking is not scheduled"}});
  check(Asked<Scheduled>(),
        {{arrival_submitted(), driver(bob), "a scheduled booking takes no arrival time"},
         {ScheduledBookingAccepted{}, driver(bob), in_order},
         {ScheduledBookingAccepted{}, driver(dana), by_somebody_else}});
  Requested past;
  past.tell(ride, assigned_to(erin), customer(alice));
  check(past, {{arrival_submitted(), customer(erin), by_somebody_else},
               {arrival_submitted(), driver(erin), in_order}});
  check(Offered(), {{arrival_submitted(), driver(bob), nobody_is_asked}});
  check(Confirmed(), {{ScheduledBookingAccepted{}, driver(bob), nobody_is_asked}});
}

TEST_CASE("an offer is lost by time, by the driver's word, or with the right to answer",
          "[audit]") {
  const StatedReason own_words{std::nullopt, "no"};
  const auto at = noon + 30s;
  Asked<> past;
  check(past, {{OfferExpired{bob}, timer, in_order, at},
               {OfferExpired{bob}, timer, in_order, at + 10s},  // later after a restart
               {OfferExpired{bob}, timer, "the driver had time left", at - 1us},
               {OfferExpired{dana}, timer, "another driver is asked", at},
               {OfferExpired{bob}, driver(bob), "an offer runs out by a timer alone", at},
               {OfferDeclined{bob, own_words}, driver(bob), in_order},
               {OfferDeclined{bob, {of_admin, "too far"}}, driver(bob), in_order},
               {OfferDeclined{dana, own_words}, driver(bob), "another driver is asked"},
               {OfferDeclined{bob, own_words}, driver(dana), by_somebody_else},
               {OfferDeclined{bob, {of_dana, "flat tyre"}}, driver(bob), not_theirs},
               {OfferDeclined{bob, {of_admin, "no"}}, driver(bob), not_theirs},
               {OfferDeclined{bob, {TemplateId{uuid(99)}, "no"}}, driver(bob), not_theirs},
               {OfferWithdrawn{bob}, admin, "the driver may still answer"}});
  past.block(bob);
  check(past, {{OfferWithdrawn{bob}, admin, in_order},
               {OfferWithdrawn{dana}, admin, "another driver is asked"},
               {OfferWithdrawn{bob}, timer, "an offer is withdrawn by the admin alone"},
               {OfferDeclined{bob, own_words}, driver(bob), "its actor may not act"}});
  Scheduled soon;  // the pickup is due before the answer
  soon.tell(ride, assigned_to(bob, pickup_at + 30s), customer(alice));
  check(soon, {{OfferExpired{bob}, timer, "the driver had time left", pickup_at}});
  check(Offered(), {{OfferExpired{bob}, timer, nobody_is_asked, at},
                    {OfferDeclined{bob, own_words}, driver(bob), nobody_is_asked},
                    {OfferWithdrawn{bob}, admin, nobody_is_asked}});
}

TEST_CASE("the customer answers an offer, or time does", "[audit]") {
  const auto at = noon + 2min;
  const auto not_waited_for = "no answer of the customer's is waited for";
  check(Offered(), {{OfferAccepted{}, customer(alice), in_order},
                    {OfferAccepted{}, customer(carol), "somebody else than the customer answered"},
                    {OfferAccepted{}, driver(bob), "somebody else than the customer answered"},
                    {OfferAutoAccepted{}, timer, in_order, at},
                    {OfferAutoAccepted{}, timer, "the customer had time left", at - 1us},
                    {OfferAutoAccepted{}, customer(alice),
                     "only a timer answers in the customer's place", at}});
  check(Asked<>(), {{OfferAccepted{}, customer(alice), not_waited_for},
                    {OfferAutoAccepted{}, timer, not_waited_for, at}});
  check(Confirmed(), {{OfferAccepted{}, customer(alice), not_waited_for},
                      {OfferAutoAccepted{}, timer, not_waited_for, at}});
}

TEST_CASE("a scheduled ride starts at its pickup time", "[audit]") {
  const auto no_pickup = "the booking is not one that a pickup is waited for";
  check(Confirmed(),
        {{ScheduledRideStarted{}, timer, in_order, pickup_at},
         {ScheduledRideStarted{}, timer, "the pickup time was not there yet", pickup_at - 1us},
         {ScheduledRideStarted{}, customer(alice), "a scheduled ride starts by a timer alone",
          pickup_at}});
  check(Asked<Scheduled>(), {{ScheduledRideStarted{}, timer, no_pickup, pickup_at}});
  check(Offered(), {{ScheduledRideStarted{}, timer, no_pickup, pickup_at}});
}

TEST_CASE("the first driver has an open booking", "[audit]") {
  auto stranger = accepted_by(dana), renamed = accepted_by(dana);
  stranger.driver.account = {uuid(99)};
  renamed.driver.name = "Daniela";
  check(Open(), {{accepted_by(dana), driver(dana), in_order},
                 {accepted_by(dana), driver(frank), "somebody else than the driver accepted"},
                 {stranger, driver(dana), "the driver has no account"},
                 {accepted_by(bob), driver(bob), "its actor may not act"},  // no student
                 {accepted_by(alice), driver(alice), "the driver is the customer"},
                 {renamed, driver(dana), "the driver is shown otherwise than the account has it"}});
  OnTheWayOnCampus taken;
  check(taken, {{accepted_by(frank), driver(frank), "the booking is not offered to all"}});
  taken.tell(other_ride, open_by(carol), customer(carol));
  check(taken,
        {{accepted_by(dana), driver(dana), "the driver has an open ride in progress"},
         {accepted_by(frank), driver(frank), in_order}},
        other_ride);
  check(Asked<>(), {{accepted_by(dana), driver(dana), "the booking is not offered to all"}});
}

TEST_CASE("on the way the two talk", "[audit]") {
  const ChatMessageSent of_driver{Party::driver, "hi"}, of_customer{Party::customer, "hi"};
  const auto by_another = "somebody else than its sender sent it";
  check(OnTheWay(), {{of_driver, driver(bob), in_order},
                     {of_customer, customer(alice), in_order},
                     {of_driver, customer(alice), by_another},
                     {of_customer, driver(bob), by_another},
                     {of_driver, driver(dana), by_another},
                     {of_customer, customer(carol), by_another}});
  check(OnTheWayOnCampus(), {{of_driver, driver(dana), in_order},
                             {of_customer, customer(alice), in_order},
                             {of_driver, driver(frank), by_another}});
  check(Offered(), {{of_driver, driver(bob), "chat is open on the way alone"}});
}

TEST_CASE("a ride ends by the driver's or the customer's word, and names them", "[audit]") {
  const Parties parties{alice, bob}, others{alice, dana};
  const StatedReason words{std::nullopt, "no"};
  check(OnTheWay(),
        {{RideCompleted{parties}, driver(bob), in_order},
         {RideCompleted{}, driver(bob), in_order},  // as it was written first
         {RideCompleted{others}, driver(bob), other_parties},
         {RideCompleted{parties}, customer(alice), "somebody else than the driver completed it"},
         {RideCancelledByCustomer{parties}, customer(alice), in_order},
         {RideCancelledByCustomer{others}, customer(alice), other_parties},
         {RideCancelledByCustomer{parties}, customer(carol),
          "somebody else than the customer cancelled it"},
         {RideCancelledByDriver{parties, words}, driver(bob), in_order},
         {RideCancelledByDriver{others, words}, driver(bob), other_parties},
         {RideCancelledByDriver{parties, words}, driver(dana),
          "somebody else than the driver cancelled it"},
         {RideCancelledByDriver{parties, {of_dana, "flat tyre"}}, driver(bob), not_theirs}});
  check(Offered(), {{RideCompleted{parties}, driver(bob), not_on_the_way},
                    {RideCancelledByCustomer{parties}, customer(alice), not_on_the_way},
                    {RideCancelledByDriver{parties, words}, driver(bob), not_on_the_way}});
  check(OnTheWayOnCampus(), {{RideCompleted{others}, driver(dana), in_order},
                             {RideCancelledByCustomer{others}, customer(alice), in_order},
                             {RideCancelledByDriver{others, words}, driver(dana),
                              "a driver can't cancel an open booking"}});
}

TEST_CASE("a customer rejects before the ride is on", "[audit]") {
  const BookingRejected rejected{{alice, bob}}, unheard_of{{alice, std::nullopt}};
  const auto too_late = "the booking can't be rejected any more, or not yet";
  check(Asked<>(), {{rejected, customer(alice), in_order},
                    {rejected, customer(carol), "somebody else than the customer rejected it"},
                    {rejected, driver(bob), "somebody else than the customer rejected it"},
                    {unheard_of, customer(alice), other_parties}});
  check(Offered(), {{rejected, customer(alice), in_order}});
  check(OnTheWay(), {{rejected, customer(alice), too_late}});
  check(Requested(), {{unheard_of, customer(alice), too_late}});
  check(Open(), {{unheard_of, customer(alice), in_order}});
  const auto window = "it was too close to the pickup time to reject it";
  check(Confirmed(), {{rejected, customer(alice), in_order, pickup_at - 1h - 1us},
                      {rejected, customer(alice), window, pickup_at - 1h}});
}

TEST_CASE("a booking is given up for want of drivers", "[audit]") {
  const auto nobody = cancelled_for_want_of_drivers(std::nullopt);
  const auto other = "another driver has to be told";
  check(Requested(),
        {{nobody, customer(alice), in_order},
         {nobody, timer, "nothing made the search go on"},
         {cancelled_for_want_of_drivers(bob), customer(alice), other},
         {cancelled_for_want_of_drivers(std::nullopt, {}, carol), customer(alice),
          "the customer is not the booking's"},
         {cancelled_for_want_of_drivers(std::nullopt, {{bob, 1.0, Verdict::chosen}}),
          customer(alice), "the candidates say otherwise who was chosen"},
         {cancelled_for_want_of_drivers(std::nullopt, {{bob, 1.0, Verdict::already_asked}}),
          customer(alice), "a candidate has the wrong verdict"}});
  Asked<> past;
  check(past, {{nobody, timer, "the booking is not looking for a driver"}});
  past.tell(ride, OfferExpired{bob}, timer, noon + 30s);
  const BookingCancelled unsigned_end{CancelledBy::admin, CancelReason::no_driver_available,
                                      "No driver available.", bob};
  const auto at = noon + 30s;
  check(past, {{cancelled_for_want_of_drivers(bob), timer, in_order, at},
               {unsigned_end, timer, in_order, at},  // as it was written first
               {cancelled_for_want_of_drivers(dana), timer, other, at},
               {cancelled_after_refusals(), timer, other, at},
               {cancelled_after_refusals(), driver(bob), in_order, at},
               {cancelled_after_refusals(), admin, in_order, at},
               {cancelled_for_want_of_drivers(bob), driver(bob), other, at}});
  Asked<Scheduled> late;
  late.tell(ride, OfferExpired{bob}, timer, pickup_at);
  check(late, {{cancelled_for_want_of_drivers(bob), timer, "after the pickup time it is a no-show",
                pickup_at}});
}

TEST_CASE("a scheduled booking is given up at its pickup time", "[audit]") {
  const auto other = "another driver has to be told";
  const auto neither = "neither the pickup time nor the search ended it";
  auto looked = cancelled_as_no_show(bob);
  looked.candidates = {{bob, 1.0, Verdict::already_asked}};
  Asked<Scheduled> past;
  check(past,
        {{cancelled_as_no_show(bob), timer, in_order, pickup_at},
         {cancelled_as_no_show(bob), timer, "the pickup time was not there yet", pickup_at - 1us},
         {cancelled_as_no_show(std::nullopt), timer, other, pickup_at},
         {cancelled_as_no_show(std::nullopt), admin, neither, pickup_at},
         {looked, timer, "after the pickup time nobody is looked at", pickup_at}});
  past.tell(ride, OfferDeclined{bob, {std::nullopt, "no"}}, driver(bob), pickup_at);
  check(past, {{cancelled_as_no_show(std::nullopt), driver(bob), in_order, pickup_at},
               {cancelled_as_no_show(bob), driver(bob), other, pickup_at},
               {cancelled_as_no_show(std::nullopt), driver(dana), neither, pickup_at}});
  check(Asked<>(), {{cancelled_as_no_show(bob), timer, "the booking is not scheduled", pickup_at}});
  check(Confirmed(),
        {{cancelled_as_no_show(bob), timer, "the booking is not looking for a driver", pickup_at}});
}

TEST_CASE("a request of who may not ride any more is called off", "[audit]") {
  Open past;
  check(past, {{withdrawn_from(alice), admin, "the passenger may still ride"}});
  past.block(alice);
  auto told = withdrawn_from(alice), looked = withdrawn_from(alice);
  told.told_driver = dana;
  looked.candidates = {{dana, 1.0, Verdict::farther}};
  check(past, {{withdrawn_from(alice), admin, in_order},
               {withdrawn_from(alice), timer, "a request is called off by the admin alone"},
               {told, admin, "no driver has to do with it"},
               {looked, admin, "no driver has to do with it"}});
  Asked<> dispatched;
  dispatched.block(alice);
  OnTheWayOnCampus taken;
  taken.block(alice);
  check(taken, {{withdrawn_from(alice), admin, "the booking is not offered to all"}});
  check(dispatched, {{withdrawn_from(alice), admin, "the booking is not offered to all"}});
}

}  // namespace hansom
