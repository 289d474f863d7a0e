#include "engine/decide.hpp"
#include "tests/support/given.hpp"

#include <catch2/catch.hpp>

#include <functional>
#include <set>

namespace hansom {
namespace {

using Events = std::vector<BookingEvent>;

// Every command in every state, by every kind of actor: the tables.

enum class State {
  none,
  requested,
  reassigned,  // requested still, after the first driver's time ran out
  confirmation,
  accepted,
  auto_accepted,
  completed,
  cancelled,
  scheduled,  // requested
  scheduled_taken,
  scheduled_started,
  rejected,
};
constexpr std::size_t states = 12;

/// When all deadlines are overdue, and nobody is connected.
constexpr Instant late = noon + 1h;

/// Bob was asked first. But for `requested` and what is scheduled, his time ran out and Dana has
/// the booking since.
Events events_to(State state) {
  Events events;
  const auto is_scheduled = state == State::scheduled || state == State::scheduled_taken ||
                            state == State::scheduled_started;
  if (state == State::none) return events;
  if (is_scheduled) {
    events = {scheduled_by(alice, late), assigned_to(bob)};
    if (state != State::scheduled) events.push_back(ScheduledBookingAccepted{});
    if (state == State::scheduled_started) events.push_back(ScheduledRideStarted{});
    return events;
  }
  events = {requested_by(alice), assigned_to(bob)};
  if (state == State::requested) return events;
  events.push_back(OfferExpired{bob});
  events.push_back(assigned_to(dana, noon + 60s, 2));
  if (state == State::reassigned) return events;
  if (state == State::cancelled) {
    events.push_back(OfferExpired{dana});
    events.push_back(cancelled_for_want_of_drivers(dana));
    return events;
  }
  if (state == State::rejected) {
    events.push_back(BookingRejected{{alice, dana}});
    return events;
  }
  events.push_back(arrival_submitted());
  if (state == State::confirmation) return events;
  if (state == State::auto_accepted) {
    events.push_back(OfferAutoAccepted{});
  } else {
    events.push_back(OfferAccepted{});
  }
  if (state == State::completed) events.push_back(RideCompleted{});
  return events;
}

AccountId driver_in(State state) {
  switch (state) {
    case State::requested:
    case State::scheduled:
    case State::scheduled_taken:
    case State::scheduled_started:
      return bob;
    default:
      return dana;
  }
}

/// The columns of the tables below.
constexpr std::size_t columns = 6;
Actor actor_in(std::size_t column, State state) {
  const bool reassigned = driver_in(state) == dana;
  const Actor actors[columns] = {
      driver(driver_in(state)),          // its driver (the last one, where it has none)
      customer(alice),                   // its customer
      driver(reassigned ? bob : frank),  // a former driver
      driver(erin),                      // another driver
      customer(carol),                   // another customer
      timer,
  };
  return actors[column];
}

struct Row {
  State state;
  /// A cell an actor: `+` decided, `-` refused with the command's code, `!` with its other code,
  /// `.` can't be asked: the function's REQUIRES says so.
  std::string_view cells;
};

template <typename Command>
struct Table {
  Command command;
  RefusalCode refusal;
  /// What a `+` comes to.
  std::function<Events(const Actor&, State)> then;
  std::vector<Row> rows;
  RefusalCode other_refusal = refusal;
};

template <typename Command>
void check(const Table<Command>& table) {
  Scene scene;
  scene.at = late;
  std::set<State> tried;
  for (const auto& row : table.rows) {
    CHECK(tried.insert(row.state).second);
    REQUIRE(row.cells.size() == columns);
    for (std::size_t column = 0; column < columns; ++column) {
      if (row.cells[column] == '.') continue;
      const auto actor = actor_in(column, row.state);
      INFO("state " << static_cast<int>(row.state) << ", by " << to_string(actor));
      const auto outcome = scene.given(events_to(row.state)).when(table.command, actor);
      if (row.cells[column] == '+') {
        CHECK(outcome == Outcome{table.then(actor, row.state), std::nullopt});
      } else {
        CHECK(outcome == refused(row.cells[column] == '!' ? table.other_refusal : table.refusal));
      }
    }
  }
  CHECK(tried.size() == states);
}

Parties parties_in(State state) { return {alice, driver_in(state)}; }

/// What comes after an offer that its driver did not take, nobody else being there.
BookingEvent given_up(State state, std::optional<AccountId> told_driver) {
  if (state == State::scheduled) return cancelled_as_no_show(told_driver);
  if (told_driver) return cancelled_for_want_of_drivers(told_driver);
  return cancelled_after_refusals();
}

const GivenReason no_time{std::nullopt, "no time"};
const StatedReason stated_no_time{std::nullopt, "no time"};

// clang-format off
// d c f o x t: its Driver, its Customer, a Former driver, anOther driver, other customer (X), Timer

const Table<SubmitArrivalTime> submit_arrival_time{
    {"", 300},
    RefusalCode::booking_not_assignable,
    [](const Actor&, State) -> Events { return {ArrivalTimeSubmitted{300, late + 120s}}; },
    //                              dcfoxt
    {{State::none,              "------"},
     {State::requested,         "+-----"},
     {State::reassigned,        "+-----"},
     {State::confirmation,      "------"},
     {State::accepted,          "------"},
     {State::auto_accepted,     "------"},
     {State::completed,         "------"},
     {State::cancelled,         "------"},
     {State::scheduled,         "------"},
     {State::scheduled_taken,   "------"},
     {State::scheduled_started, "------"},
     {State::rejected,          "------"}}};

const Table<AcceptOffer> accept_offer{
    {""},
    RefusalCode::booking_not_acceptable,
    [](const Actor&, State) -> Events { return {OfferAccepted{}}; },
    //                              dcfoxt
    {{State::none,              "------"},
     {State::requested,         "------"},
     {State::reassigned,        "------"},
     {State::confirmation,      "-+----"},
     {State::accepted,          "------"},
     {State::auto_accepted,     "------"},
     {State::completed,         "------"},
     {State::cancelled,         "------"},
     {State::scheduled,         "------"},
     {State::scheduled_taken,   "------"},
     {State::scheduled_started, "------"},
     {State::rejected,          "------"}}};

const Table<RejectBooking> reject_booking{
    {""},
    RefusalCode::booking_not_rejectable,
    [](const Actor&, State state) -> Events { return {BookingRejected{parties_in(state)}}; },
    //                              dcfoxt
    {{State::none,              "------"},
     {State::requested,         "-+----"},
     {State::reassigned,        "-+----"},
     {State::confirmation,      "-+----"},
     {State::accepted,          "------"},
     {State::auto_accepted,     "------"},
     {State::completed,         "------"},
     {State::cancelled,         "------"},
     {State::scheduled,         "-!----"},
     {State::scheduled_taken,   "-!----"},
     {State::scheduled_started, "------"},
     {State::rejected,          "------"}},
    RefusalCode::reject_window_closed};

const Table<AcceptScheduledBooking> accept_scheduled_booking{
    {""},
    RefusalCode::booking_not_assignable,
    [](const Actor&, State) -> Events { return {ScheduledBookingAccepted{}}; },
    //                              dcfoxt
    {{State::none,              "------"},
     {State::requested,         "------"},
     {State::reassigned,        "------"},
     {State::confirmation,      "------"},
     {State::accepted,          "------"},
     {State::auto_accepted,     "------"},
     {State::completed,         "------"},
     {State::cancelled,         "------"},
     {State::scheduled,         "+-----"},
     {State::scheduled_taken,   "------"},
     {State::scheduled_started, "------"},
     {State::rejected,          "------"}}};

const Table<DeclineOffer> decline_offer{
    {"", no_time},
    RefusalCode::booking_not_declinable,
    [](const Actor& actor, State state) -> Events {
      return {OfferDeclined{actor.account, stated_no_time, false}, given_up(state, std::nullopt)};
    },
    //                              dcfoxt
    {{State::none,              "------"},
     {State::requested,         "+-----"},
     {State::reassigned,        "+-----"},
     {State::confirmation,      "------"},
     {State::accepted,          "------"},
     {State::auto_accepted,     "------"},
     {State::completed,         "------"},
     {State::cancelled,         "------"},
     {State::scheduled,         "+-----"},
     {State::scheduled_taken,   "------"},
     {State::scheduled_started, "------"},
     {State::rejected,          "------"}}};

const Table<CompleteRide> complete_ride{
    {""},
    RefusalCode::booking_not_completable,
    [](const Actor&, State state) -> Events { return {RideCompleted{parties_in(state)}}; },
    //                              dcfoxt
    {{State::none,              "------"},
     {State::requested,         "------"},
     {State::reassigned,        "------"},
     {State::confirmation,      "------"},
     {State::accepted,          "+-----"},
     {State::auto_accepted,     "+-----"},
     {State::completed,         "------"},
     {State::cancelled,         "------"},
     {State::scheduled,         "------"},
     {State::scheduled_taken,   "------"},
     {State::scheduled_started, "+-----"},
     {State::rejected,          "------"}}};

const Table<SendChatMessage> send_chat_message{
    {"", "here I am"},
    RefusalCode::booking_not_chattable,
    [](const Actor& actor, State) -> Events {
      const bool by_driver = actor.kind == ActorKind::driver;
      return {ChatMessageSent{by_driver ? Party::driver : Party::customer, "here I am"}};
    },
    //                              dcfoxt
    {{State::none,              "------"},
     {State::requested,         "------"},
     {State::reassigned,        "------"},
     {State::confirmation,      "------"},
     {State::accepted,          "++----"},
     {State::auto_accepted,     "++----"},
     {State::completed,         "------"},
     {State::cancelled,         "------"},
     {State::scheduled,         "------"},
     {State::scheduled_taken,   "------"},
     {State::scheduled_started, "++----"},
     {State::rejected,          "------"}}};

const Table<CancelRideByCustomer> cancel_ride_by_customer{
    {{}, ""},
    RefusalCode::booking_not_found,
    [](const Actor&, State state) -> Events { return {RideCancelledByCustomer{parties_in(state)}}; },
    //                              dcfoxt
    {{State::none,              "------"},
     {State::requested,         "-!----"},
     {State::reassigned,        "-!----"},
     {State::confirmation,      "-!----"},
     {State::accepted,          "-+----"},
     {State::auto_accepted,     "-+----"},
     {State::completed,         "-!----"},
     {State::cancelled,         "-!----"},
     {State::scheduled,         "-!----"},
     {State::scheduled_taken,   "-!----"},
     {State::scheduled_started, "-+----"},
     {State::rejected,          "-!----"}},
    RefusalCode::booking_not_cancellable};

const Table<CancelRideByDriver> cancel_ride_by_driver{
    {{}, "", no_time},
    RefusalCode::booking_not_found,
    [](const Actor&, State state) -> Events {
      return {RideCancelledByDriver{parties_in(state), stated_no_time}};
    },
    //                              dcfoxt
    {{State::none,              "------"},
     {State::requested,         "!-----"},
     {State::reassigned,        "!-----"},
     {State::confirmation,      "!-----"},
     {State::accepted,          "+-----"},
     {State::auto_accepted,     "+-----"},
     {State::completed,         "!-----"},
     {State::cancelled,         "------"},
     {State::scheduled,         "!-----"},
     {State::scheduled_taken,   "!-----"},
     {State::scheduled_started, "+-----"},
     {State::rejected,          "!-----"}},
    RefusalCode::booking_not_cancellable};

// Only timers and the admin's doings send the next ones, so `decide` does not ask who it is.

const Table<ExpireDriverResponse> expire_driver_response{
    {BookingId{uuid(1)}},
    RefusalCode::booking_not_assignable,
    [](const Actor&, State state) -> Events {
      const auto asked = driver_in(state);
      return {OfferExpired{asked}, given_up(state, asked)};
    },
    //                              dcfoxt
    {{State::none,              "------"},
     {State::requested,         "++++++"},
     {State::reassigned,        "++++++"},
     {State::confirmation,      "------"},
     {State::accepted,          "------"},
     {State::auto_accepted,     "------"},
     {State::completed,         "------"},
     {State::cancelled,         "------"},
     {State::scheduled,         "++++++"},
     {State::scheduled_taken,   "------"},
     {State::scheduled_started, "------"},
     {State::rejected,          "------"}}};

const Table<ExpireCustomerAnswer> expire_customer_answer{
    {BookingId{uuid(1)}},
    RefusalCode::booking_not_acceptable,
    [](const Actor&, State) -> Events { return {OfferAutoAccepted{}}; },
    //                              dcfoxt
    {{State::none,              "------"},
     {State::requested,         "------"},
     {State::reassigned,        "------"},
     {State::confirmation,      "++++++"},
     {State::accepted,          "------"},
     {State::auto_accepted,     "------"},
     {State::completed,         "------"},
     {State::cancelled,         "------"},
     {State::scheduled,         "------"},
     {State::scheduled_taken,   "------"},
     {State::scheduled_started, "------"},
     {State::rejected,          "------"}}};

const Table<ReachPickupTime> reach_pickup_time{
    {BookingId{uuid(1)}},
    RefusalCode::booking_not_assignable,
    [](const Actor&, State state) -> Events {
      if (state == State::scheduled_taken) return {ScheduledRideStarted{}};
      return {cancelled_as_no_show(bob)};
    },
    //                              dcfoxt
    {{State::none,              "------"},
     {State::requested,         "------"},
     {State::reassigned,        "------"},
     {State::confirmation,      "------"},
     {State::accepted,          "------"},
     {State::auto_accepted,     "------"},
     {State::completed,         "------"},
     {State::cancelled,         "------"},
     {State::scheduled,         "++++++"},
     {State::scheduled_taken,   "++++++"},
     {State::scheduled_started, "------"},
     {State::rejected,          "------"}}};

const Table<WithdrawOffer> withdraw_offer{
    {BookingId{uuid(1)}},
    RefusalCode::booking_not_declinable,
    [](const Actor&, State state) -> Events {
      return {OfferWithdrawn{driver_in(state)}, given_up(state, std::nullopt)};
    },
    //                              dcfoxt
    {{State::none,              "------"},
     {State::requested,         "++++++"},
     {State::reassigned,        "++++++"},
     {State::confirmation,      "------"},
     {State::accepted,          "------"},
     {State::auto_accepted,     "------"},
     {State::completed,         "------"},
     {State::cancelled,         "------"},
     {State::scheduled,         "++++++"},
     {State::scheduled_taken,   "------"},
     {State::scheduled_started, "------"},
     {State::rejected,          "------"}}};

// clang-format on
RequestBooking request_to_airport() {
  RequestBooking request;
  request.no_of_passengers = 2;
  request.pickup = home;
  request.drop_offs = {airport};
  return request;
}

// A request makes a booking of its own, so it meets no other state and nobody but a customer.

// clang-format off
const Table<RequestBooking> request_booking{
    request_to_airport(),
    RefusalCode::customer_not_found,
    [](const Actor& actor, State) -> Events {
      return {requested_by(actor.account),
              cancelled_for_want_of_drivers(std::nullopt, {}, actor.account)};
    },
    //                              dcfoxt
    {{State::none,              ".+..+."},
     {State::requested,         "......"},
     {State::reassigned,        "......"},
     {State::confirmation,      "......"},
     {State::accepted,          "......"},
     {State::auto_accepted,     "......"},
     {State::completed,         "......"},
     {State::cancelled,         "......"},
     {State::scheduled,         "......"},
     {State::scheduled_taken,   "......"},
     {State::scheduled_started, "......"},
     {State::rejected,          "......"}}};

// clang-format on

template <typename Command>
constexpr bool is_decided_on_a_booking = requires(const Booking& booking, const Command& command,
                                                  const Now& now) {
  decide(booking, command, now);
};

template <typename Variant>
constexpr std::size_t booking_commands = 0;
template <typename... Commands>
constexpr std::size_t booking_commands<std::variant<Commands...>> =
    (0 + ... + is_decided_on_a_booking<Commands>);

// Attempts.

/// The driver who is asked by the last of the events.
AccountId asked_by(const Events& events) {
  REQUIRE_FALSE(events.empty());
  REQUIRE(std::holds_alternative<DriverAssigned>(events.back()));
  return std::get<DriverAssigned>(events.back()).driver.account;
}

/// Lets every driver's time run out, until the booking is cancelled.
struct Exhausted {
  std::vector<AccountId> asked;
  Events events;

  explicit Exhausted(Scene& scene) {
    events = scene.given({}).when(request_to_airport(), customer(alice)).events;
    while (std::holds_alternative<DriverAssigned>(events.back())) {
      REQUIRE(asked.size() < 100);
      asked.push_back(asked_by(events));
      CHECK(std::get<DriverAssigned>(events.back()).attempt == static_cast<int>(asked.size()));
      scene.at += scene.rules.driver_response_time;
      const auto next = scene.given(events).when(ExpireDriverResponse{}, timer);
      REQUIRE(next.events.size() == 2);
      CHECK(next.events[0] == BookingEvent(OfferExpired{asked.back()}));
      events.insert(events.end(), next.events.begin(), next.events.end());
    }
  }
};

}  // namespace

TEST_CASE("an arrival time is taken from the driver who is asked, and nobody else", "[decide]") {
  check(submit_arrival_time);
}

TEST_CASE("an offer is accepted by its customer alone, and only once", "[decide]") {
  check(accept_offer);
}

TEST_CASE("a booking is rejected by its customer alone, before the ride is on", "[decide]") {
  check(reject_booking);
}

TEST_CASE("a scheduled booking is taken by the driver who is asked", "[decide]") {
  check(accept_scheduled_booking);
}

TEST_CASE("an offer is declined by the driver who is asked", "[decide]") { check(decline_offer); }

TEST_CASE("a ride on its way is cancelled by its customer", "[decide]") {
  check(cancel_ride_by_customer);
}

TEST_CASE("a ride on its way is cancelled by its driver", "[decide]") {
  check(cancel_ride_by_driver);
}

TEST_CASE("the pickup time starts a scheduled ride, or shows that there is none", "[decide]") {
  check(reach_pickup_time);
}

TEST_CASE("an offer is withdrawn from whoever is asked", "[decide]") { check(withdraw_offer); }

TEST_CASE("a ride is completed by its driver alone, while it is on the way", "[decide]") {
  check(complete_ride);
}

TEST_CASE("driver and customer chat while the ride is on the way", "[decide]") {
  check(send_chat_message);
}

TEST_CASE("a driver's time runs out while the booking is requested", "[decide]") {
  check(expire_driver_response);
}

TEST_CASE("a customer's time runs out while the booking awaits confirmation", "[decide]") {
  check(expire_customer_answer);
}

TEST_CASE("a booking without drivers is requested and cancelled at once", "[decide]") {
  check(request_booking);
}

TEST_CASE("every command on a booking has its table", "[decide]") {
  // Of these, three are about open bookings: decide_open_booking_test.cpp.
  STATIC_REQUIRE(booking_commands<Command> == 14 + 3);
}

TEST_CASE("a timer that comes early is refused, one in time is not", "[decide]") {
  Scene scene;
  const auto requested = scene.given(events_to(State::requested));
  const auto confirmation = scene.given(events_to(State::confirmation));

  scene.at = noon + 30s - 1us;
  CHECK(requested.when(ExpireDriverResponse{}, timer) ==
        refused(RefusalCode::booking_not_assignable));
  scene.at = noon + 30s;
  CHECK_FALSE(requested.when(ExpireDriverResponse{}, timer).refusal);

  scene.at = noon + 120s - 1us;
  CHECK(confirmation.when(ExpireCustomerAnswer{}, timer) ==
        refused(RefusalCode::booking_not_acceptable));
  scene.at = noon + 120s;
  CHECK(confirmation.when(ExpireCustomerAnswer{}, timer) == then(OfferAutoAccepted{}));
}

TEST_CASE("a driver who answers late, but before the timer, is not too late", "[decide]") {
  Scene scene;
  scene.at = noon + 31s;
  CHECK(scene.given(events_to(State::requested)).when(SubmitArrivalTime{"", 60}, driver(bob)) ==
        then(ArrivalTimeSubmitted{60, noon + 31s + 120s}));
}

TEST_CASE("an account that drives and rides is on one side at a time", "[decide]") {
  const Scene scene;
  const auto driven =
      scene.given({requested_by(alice), assigned_to(erin), arrival_submitted(), OfferAccepted{}});
  CHECK(driven.when(CompleteRide{}, driver(erin)) == then(RideCompleted{Parties{alice, erin}}));
  CHECK(driven.when(CompleteRide{}, customer(erin)) ==
        refused(RefusalCode::booking_not_completable));
  CHECK(driven.when(SendChatMessage{"", "hi"}, customer(erin)) ==
        refused(RefusalCode::booking_not_chattable));

  const auto ridden = scene.given({requested_by(erin), assigned_to(bob), arrival_submitted()});
  CHECK(ridden.when(AcceptOffer{}, customer(erin)) == then(OfferAccepted{}));
  CHECK(ridden.when(AcceptOffer{}, driver(erin)) == refused(RefusalCode::booking_not_acceptable));
}

TEST_CASE("a request records what was asked for and who was asked", "[decide]") {
  Scene scene;
  scene.rules.driver_response_time = 7s;
  scene.arrive(bob, home.at);
  auto request = request_to_airport();
  request.no_of_passengers = 5;
  request.note = "ring twice";
  request.drop_offs = {airport, home};
  const auto outcome = scene.given({}).when(request, customer(alice));

  BookingRequested requested = requested_by(alice);
  requested.no_of_passengers = 5;
  requested.note = "ring twice";
  requested.drop_offs = {airport, home};
  CHECK(outcome ==
        then(requested,
             DriverAssigned{
                 driver_contact(bob), 1, noon + 7s, {{bob, 0.0, Verdict::chosen, home.at}}}));
}

TEST_CASE("a customer's waiting time is the rules'", "[decide]") {
  Scene scene;
  scene.rules.customer_waiting_time = 1'500ms;
  CHECK(scene.given(events_to(State::requested)).when(SubmitArrivalTime{"", 86'400}, driver(bob)) ==
        then(ArrivalTimeSubmitted{86'400, noon + 1'500ms}));
}

TEST_CASE("the next driver is asked when one's time runs out, with a time of their own",
          "[decide]") {
  Scene scene;
  scene.arrive(bob, home.at);
  scene.arrive(dana, airport.at);
  scene.at = noon + 30s;
  const auto outcome = scene.given(events_to(State::requested)).when(ExpireDriverResponse{}, timer);
  REQUIRE(outcome.events.size() == 2);
  CHECK(outcome.events[0] == BookingEvent(OfferExpired{bob}));
  const auto& assigned = std::get<DriverAssigned>(outcome.events[1]);
  CHECK(assigned.driver == driver_contact(dana));
  CHECK(assigned.attempt == 2);
  CHECK(assigned.respond_by == noon + 60s);
  REQUIRE(assigned.candidates.size() == 2);
  CHECK(assigned.candidates[0] == Candidate{bob, 0.0, Verdict::already_asked, home.at});
  CHECK(assigned.candidates[1].verdict == Verdict::chosen);
}

TEST_CASE("a booking is cancelled when its attempts are used up, and no driver is asked twice",
          "[decide]") {
  Scene scene;
  for (const auto driver : {bob, dana, erin, frank}) scene.arrive(driver);
  scene.rules.max_attempts = GENERATE(1, 2, 3, 4);
  const Exhausted exhausted(scene);
  CHECK(exhausted.asked.size() == static_cast<std::size_t>(scene.rules.max_attempts));
  CHECK(std::set(exhausted.asked.begin(), exhausted.asked.end()).size() == exhausted.asked.size());
  CHECK(exhausted.events.back() ==
        BookingEvent(cancelled_for_want_of_drivers(exhausted.asked.back())));
}

TEST_CASE("a booking is cancelled when nobody is left to ask, attempts or not", "[decide]") {
  Scene scene;
  scene.arrive(bob);
  scene.arrive(dana);
  const Exhausted exhausted(scene);
  CHECK(exhausted.asked.size() == 2);
  CHECK(exhausted.events.back() ==
        BookingEvent(cancelled_for_want_of_drivers(
            exhausted.asked.back(), {{bob, std::nullopt, Verdict::already_asked},
                                     {dana, std::nullopt, Verdict::already_asked}})));
}

TEST_CASE("a driver who left is not asked, one who came meanwhile is", "[decide]") {
  Scene scene;
  scene.at = noon + 30s;
  scene.arrive(frank);
  scene.roster.leave(frank);
  scene.arrive(erin);
  CHECK(asked_by(
            scene.given(events_to(State::requested)).when(ExpireDriverResponse{}, timer).events) ==
        erin);
}

TEST_CASE("a customer who also drives is not asked for their own booking", "[decide]") {
  Scene scene;
  scene.arrive(erin, home.at);
  CHECK(scene.given({}).when(request_to_airport(), customer(erin)) ==
        then(requested_by(erin),
             cancelled_for_want_of_drivers(std::nullopt,
                                           {{erin, 0.0, Verdict::own_booking, home.at}}, erin)));
  scene.arrive(bob, airport.at);
  CHECK(asked_by(scene.given({}).when(request_to_airport(), customer(erin)).events) == bob);
}

TEST_CASE("a scheduled booking can be rejected until its window closes", "[decide]") {
  Scene scene;
  const auto given = scene.given({scheduled_by(alice, noon + 2h), assigned_to(bob)});
  scene.at = noon + 1h - 1us;
  CHECK(given.when(RejectBooking{}, customer(alice)) == then(BookingRejected{{alice, bob}}));
  scene.at = noon + 1h;
  CHECK(given.when(RejectBooking{}, customer(alice)) == refused(RefusalCode::reject_window_closed));
  CHECK(given.when(RejectBooking{}, customer(carol)) ==
        refused(RefusalCode::booking_not_rejectable));
}

TEST_CASE("a schedule holds the window that was in force when it was made", "[decide]") {
  Scene scene;
  scene.rules.scheduled_reject_window = 10min;
  auto request = request_to_airport();
  request.scheduled_for = noon + 2h;
  const auto outcome = scene.given({}).when(request, customer(alice));
  const auto& requested = std::get<BookingRequested>(outcome.events.at(0));
  CHECK(requested.booking_type == BookingType::scheduled);
  CHECK(requested.schedule == Schedule{noon + 2h, noon + 110min});
}

TEST_CASE("a schedule lies in the future", "[decide]") {
  Scene scene;
  auto request = request_to_airport();
  request.scheduled_for = noon;
  CHECK(scene.given({}).when(request, customer(alice)) == refused(RefusalCode::invalid_payload));
  request.scheduled_for = noon + 1us;
  CHECK_FALSE(scene.given({}).when(request, customer(alice)).refusal);
}

TEST_CASE("a pickup that comes early is refused", "[decide]") {
  Scene scene;
  const auto given =
      scene.given({scheduled_by(alice, noon + 2h), assigned_to(bob), ScheduledBookingAccepted{}});
  scene.at = noon + 2h - 1us;
  CHECK(given.when(ReachPickupTime{}, timer) == refused(RefusalCode::booking_not_assignable));
  scene.at = noon + 2h;
  CHECK(given.when(ReachPickupTime{}, timer) == then(ScheduledRideStarted{}));
}

TEST_CASE("who declines is told whether somebody else is asked", "[decide]") {
  Scene scene;
  scene.arrive(bob);
  scene.arrive(dana);
  const auto outcome =
      scene.given(events_to(State::requested)).when(DeclineOffer{"", no_time}, driver(bob));
  REQUIRE(outcome.events.size() == 2);
  CHECK(outcome.events[0] == BookingEvent(OfferDeclined{bob, stated_no_time, true}));
  CHECK(asked_by(outcome.events) == dana);
}

TEST_CASE("a reason may be a template of the admin's or of the driver's own", "[decide]") {
  Scene scene;
  Story story;
  const TemplateId admins{uuid(71)}, bobs{uuid(72)}, danas{uuid(73)}, deleted{uuid(74)};
  const auto tell = [&](TemplateId id, TemplateEvent event) {
    scene.templates.apply(story.tell(StreamId(id), Event(std::move(event))));
  };
  tell(admins, TemplateAdded{std::nullopt, "Too far"});
  tell(bobs, TemplateAdded{bob, "Lunch"});
  tell(danas, TemplateAdded{dana, "Nap"});
  tell(deleted, TemplateAdded{bob, "Old"});
  tell(deleted, TemplateDeleted{});
  const auto decline_with = [&](const std::string& id) {
    return scene.given(events_to(State::requested))
        .when(DeclineOffer{"", GivenReason{id}}, driver(bob));
  };
  CHECK(decline_with(to_string(admins)).events.at(0) ==
        BookingEvent(OfferDeclined{bob, {admins, "Too far"}, false}));
  CHECK(decline_with(to_string(bobs)).events.at(0) ==
        BookingEvent(OfferDeclined{bob, {bobs, "Lunch"}, false}));
  for (const auto& id : {to_string(danas), to_string(deleted), to_string(TemplateId{uuid(75)}),
                         std::string("nonsense"), std::string()}) {
    INFO(id);
    CHECK(decline_with(id) == refused(RefusalCode::invalid_template));
  }
}

TEST_CASE("the same question has the same answer", "[decide]") {
  Scene scene;
  for (const auto driver : {bob, dana, frank}) scene.arrive(driver);
  const auto given = scene.given({});
  CHECK(given.when(request_to_airport(), customer(alice)) ==
        given.when(request_to_airport(), customer(alice)));
}

}  // namespace hansom
