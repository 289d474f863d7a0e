#include "engine/decide.hpp"
#include "tests/support/given.hpp"

#include <catch2/catch.hpp>

#include <functional>
#include <set>

namespace hansom {
namespace {

using Events = std::vector<BookingEvent>;

// Every command in every state, by every kind of actor who can send it: the tables. The request is
// Alice's, and where somebody accepted it that was Dana.

enum class State {
  none,
  pending,
  accepted,
  completed,
  cancelled,      // while it was pending
  called_off,     // after it was accepted
  withdrawn,      // as Alice may not ride any more
  taxi_assigned,  // no open booking
  taxi_started,
};
constexpr State all_states[] = {State::none,      State::pending,       State::accepted,
                                State::completed, State::cancelled,     State::called_off,
                                State::withdrawn, State::taxi_assigned, State::taxi_started};

Events events_to(State state) {
  switch (state) {
    case State::none:
      return {};
    case State::pending:
      return {open_by(alice)};
    case State::accepted:
      return {open_by(alice), accepted_by(dana)};
    case State::completed:
      return {open_by(alice), accepted_by(dana), RideCompleted{Parties{alice, dana}}};
    case State::cancelled:
      return {open_by(alice), BookingRejected{{alice, std::nullopt}}};
    case State::called_off:
      return {open_by(alice), accepted_by(dana), RideCancelledByCustomer{{alice, dana}}};
    case State::withdrawn:
      return {open_by(alice), withdrawn_from(alice)};
    case State::taxi_assigned:
      return {requested_by(alice), assigned_to(dana)};
    case State::taxi_started:
      return {requested_by(alice), assigned_to(dana), arrival_submitted(), OfferAccepted{}};
  }
  return {};
}

bool is_taxi(State state) { return state == State::taxi_assigned || state == State::taxi_started; }

/// The booking, if it is the actor's open one in progress: what the loop looks up.
const Booking* current_of(const Booking& booking, const Actor& actor) {
  if (!is_open(booking) || !is_in_progress(booking.status)) return nullptr;
  const auto [passenger, driver] = parties_of(booking);
  const bool is_theirs =
      actor.kind == ActorKind::driver ? driver == actor.account : passenger == actor.account;
  return is_theirs ? &booking : nullptr;
}

struct Row {
  State state;
  /// A cell an actor: `+` decided, or the refusal's letter.
  std::string_view cells;
};

RefusalCode code_of(char cell) {
  switch (cell) {
    case 'n':
      return RefusalCode::ride_request_not_found;
    case 't':
      return RefusalCode::ride_request_taken;
    case 'i':
      return RefusalCode::ride_in_progress;
    case 'o':
      return RefusalCode::ride_request_open;
    case 'a':
      return RefusalCode::no_active_ride;
  }
  FAIL("no such cell: " << cell);
  return {};
}

template <typename Command>
struct Table {
  Command command;
  std::vector<Actor> actors;
  /// What a `+` comes to.
  std::function<BookingEvent(const Actor&, State)> then;
  std::vector<Row> rows;
};

template <typename Command>
Outcome outcome_in(State state, const Command& command, const Actor& actor) {
  const Scene scene;
  const auto given = scene.given(events_to(state));
  if constexpr (requires { given.when(command, actor); }) {
    return given.when(command, actor);
  } else {
    return given.when(command, actor, current_of(given.booking, actor));
  }
}

template <typename Command>
void check(const Table<Command>& table) {
  std::set<State> tried;
  for (const auto& [state, cells] : table.rows) {
    CHECK(tried.insert(state).second);
    REQUIRE(cells.size() == table.actors.size());
    for (std::size_t column = 0; column < cells.size(); ++column) {
      const auto& actor = table.actors[column];
      INFO("state " << static_cast<int>(state) << ", by " << to_string(actor));
      const auto outcome = outcome_in(state, table.command, actor);
      if (cells[column] == '+') {
        CHECK(outcome == then(table.then(actor, state)));
      } else {
        CHECK(outcome == refused(code_of(cells[column])));
      }
    }
  }
  CHECK(tried.size() == std::size(all_states));
}

/// Its driver (who it will be, where there is none yet), another one, its passenger.
const std::vector<Actor> drivers = {driver(dana), driver(frank), driver(alice)};
/// Its passenger, another one, its driver.
const std::vector<Actor> passengers = {customer(alice), customer(carol), customer(dana)};
const std::vector<Actor> both = {driver(dana),    driver(frank),   driver(alice),
                                 customer(alice), customer(carol), customer(dana)};

RequestOpenRide ride_to_airport() { return {address_of(home), address_of(airport)}; }

const Table<RequestOpenRide> request_open_ride{
    ride_to_airport(),
    passengers,
    [](const Actor& actor, State) -> BookingEvent { return open_by(actor.account); },
    {{State::none, "+++"},
     {State::pending, "o++"},
     {State::accepted, "o++"},
     {State::completed, "+++"},
     {State::cancelled, "+++"},
     {State::called_off, "+++"},
     {State::withdrawn, "+++"},
     {State::taxi_assigned, "+++"},
     {State::taxi_started, "+++"}}};

const Table<AcceptOpenOffer> accept_open_offer{
    {""},
    drivers,
    [](const Actor& actor, State) -> BookingEvent { return accepted_by(actor.account); },
    {{State::none, "nnn"},
     {State::pending, "++n"},
     {State::accepted, "itn"},
     {State::completed, "ntn"},
     {State::cancelled, "nnn"},
     {State::called_off, "nnn"},
     {State::withdrawn, "nnn"},
     {State::taxi_assigned, "nnn"},
     {State::taxi_started, "nnn"}}};

const Table<CompleteOpenRide> complete_open_ride{{""},
                                                 drivers,
                                                 [](const Actor&, State) -> BookingEvent {
                                                   return RideCompleted{Parties{alice, dana}};
                                                 },
                                                 {{State::none, "nnn"},
                                                  {State::pending, "nnn"},
                                                  {State::accepted, "+nn"},
                                                  {State::completed, "ann"},
                                                  {State::cancelled, "nnn"},
                                                  {State::called_off, "ann"},
                                                  {State::withdrawn, "nnn"},
                                                  {State::taxi_assigned, "nnn"},
                                                  {State::taxi_started, "nnn"}}};

const Table<CancelOpenRide> cancel_open_ride{{""},
                                             passengers,
                                             [](const Actor&, State state) -> BookingEvent {
                                               if (state == State::pending)
                                                 return BookingRejected{{alice, std::nullopt}};
                                               return RideCancelledByCustomer{{alice, dana}};
                                             },
                                             {{State::none, "nnn"},
                                              {State::pending, "+nn"},
                                              {State::accepted, "+nn"},
                                              {State::completed, "ann"},
                                              {State::cancelled, "nnn"},
                                              {State::called_off, "nnn"},
                                              {State::withdrawn, "nnn"},
                                              {State::taxi_assigned, "nnn"},
                                              {State::taxi_started, "nnn"}}};

const Table<SendRideMessage> send_ride_message{
    {"here I am"},
    both,
    [](const Actor& actor, State) -> BookingEvent {
      const bool by_driver = actor.kind == ActorKind::driver;
      return ChatMessageSent{by_driver ? Party::driver : Party::customer, "here I am"};
    },
    {{State::none, "aaaaaa"},
     {State::pending, "aaaaaa"},
     {State::accepted, "+aa+aa"},
     {State::completed, "aaaaaa"},
     {State::cancelled, "aaaaaa"},
     {State::called_off, "aaaaaa"},
     {State::withdrawn, "aaaaaa"},
     {State::taxi_assigned, "aaaaaa"},
     {State::taxi_started, "aaaaaa"}}};

// Only the admin's doings send this one, so `decide` does not ask who it is.
const Table<WithdrawRequest> withdraw_request{
    {BookingId{uuid(1)}},
    {admin},
    [](const Actor&, State) -> BookingEvent { return withdrawn_from(alice); },
    {{State::none, "n"},
     {State::pending, "+"},
     {State::accepted, "n"},
     {State::completed, "n"},
     {State::cancelled, "n"},
     {State::called_off, "n"},
     {State::withdrawn, "n"},
     {State::taxi_assigned, "n"},
     {State::taxi_started, "n"}}};

/// By whoever is, was or could be on the ride, on the sides of the taxi protocol.
template <typename Command>
void check_refused_on_open(const Command& command, RefusalCode code) {
  for (const auto state : all_states) {
    if (is_taxi(state)) continue;
    for (const auto& actor : both) {
      INFO("state " << static_cast<int>(state) << ", by " << to_string(actor));
      CHECK(outcome_in(state, command, actor) == refused(code));
    }
    CHECK(outcome_in(state, command, timer) == refused(code));
  }
}

const GivenReason no_time{std::nullopt, "no time"};

}  // namespace

TEST_CASE("a ride is asked for by who has none open", "[decide]") { check(request_open_ride); }
TEST_CASE("a pending request is accepted by any driver but its passenger", "[decide]") {
  check(accept_open_offer);
}
TEST_CASE("an open ride is completed by who accepted it", "[decide]") { check(complete_open_ride); }
TEST_CASE("an open ride is cancelled by its passenger until it is completed", "[decide]") {
  check(cancel_open_ride);
}
TEST_CASE("the two on an accepted ride talk, and nobody else does", "[decide]") {
  check(send_ride_message);
}
TEST_CASE("a request is withdrawn only while it is pending", "[decide]") {
  check(withdraw_request);
}

TEST_CASE("taxi's commands on an open booking are refused with their own codes", "[decide]") {
  check_refused_on_open(SubmitArrivalTime{"", 300}, RefusalCode::booking_not_assignable);
  check_refused_on_open(AcceptOffer{}, RefusalCode::booking_not_acceptable);
  check_refused_on_open(RejectBooking{}, RefusalCode::booking_not_rejectable);
  check_refused_on_open(AcceptScheduledBooking{}, RefusalCode::booking_not_assignable);
  check_refused_on_open(DeclineOffer{"", no_time}, RefusalCode::booking_not_declinable);
  check_refused_on_open(CompleteRide{}, RefusalCode::booking_not_completable);
  check_refused_on_open(SendChatMessage{"", "hi"}, RefusalCode::booking_not_chattable);
  check_refused_on_open(CancelRideByCustomer{}, RefusalCode::booking_not_found);
  check_refused_on_open(CancelRideByDriver{{}, "", no_time}, RefusalCode::booking_not_found);
}

TEST_CASE("what happens to a taxi booking by itself does not happen to an open one", "[decide]") {
  const BookingId id{uuid(1)};
  check_refused_on_open(ExpireDriverResponse{id}, RefusalCode::booking_not_assignable);
  check_refused_on_open(ExpireCustomerAnswer{id}, RefusalCode::booking_not_acceptable);
  check_refused_on_open(ReachPickupTime{id}, RefusalCode::booking_not_assignable);
}

TEST_CASE("of an open booking no offer is withdrawn from a driver", "[decide]") {
  check_refused_on_open(WithdrawOffer{BookingId{uuid(1)}}, RefusalCode::booking_not_declinable);
}

TEST_CASE("a driver with a ride accepts no other, and hears first that one is gone", "[decide]") {
  const Scene scene;
  const auto ride = scene.given({open_by(carol), accepted_by(frank)}).booking;
  const auto accept = [&](State state) {
    return scene.given(events_to(state)).when(AcceptOpenOffer{}, driver(frank), &ride);
  };
  CHECK(accept(State::pending) == refused(RefusalCode::ride_in_progress));
  CHECK(accept(State::accepted) == refused(RefusalCode::ride_request_taken));
  CHECK(accept(State::completed) == refused(RefusalCode::ride_request_taken));
  CHECK(accept(State::cancelled) == refused(RefusalCode::ride_request_not_found));
  CHECK(accept(State::called_off) == refused(RefusalCode::ride_request_not_found));
  CHECK(accept(State::withdrawn) == refused(RefusalCode::ride_request_not_found));
  CHECK(accept(State::none) == refused(RefusalCode::ride_request_not_found));
}

TEST_CASE("a passenger with a request of their own may drive somebody else", "[decide]") {
  const Scene scene;
  CHECK(scene.given({open_by(alice)}).when(AcceptOpenOffer{}, driver(carol), nullptr) ==
        then(accepted_by(carol)));
}

TEST_CASE("an open request records who asks, from where and to where", "[decide]") {
  const Scene scene;
  const auto outcome = scene.given({}).when(RequestOpenRide{address_of(airport), address_of(home)},
                                            customer(carol), nullptr);
  auto requested = open_by(carol);
  requested.pickup = address_of(airport);
  requested.drop_offs = {address_of(home)};
  CHECK(outcome == then(requested));
}

TEST_CASE("an acceptance records the driver as they are then", "[decide]") {
  Scene scene;
  Story story;
  ProfileChanged changed{registration_of(dana)};
  changed.name = "Dana D.";
  changed.vehicle_number = "NEW-1";
  scene.accounts.apply(story.tell(StreamId(dana), Event(AccountEvent(changed))));
  auto expected = accepted_by(dana);
  expected.driver.name = "Dana D.";
  expected.driver.vehicle_number = "NEW-1";
  CHECK(scene.given({open_by(alice)}).when(AcceptOpenOffer{}, driver(dana), nullptr) ==
        then(expected));
}

}  // namespace hansom
