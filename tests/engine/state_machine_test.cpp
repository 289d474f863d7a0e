// All that can become of one booking with three drivers, offered to one after the other or to all
// at once: every command and every expiry, in every order, by every actor, while drivers come and
// go, through the real `decide` and `apply`. The invariants of ARCHITECTURE.md are looked at in
// every state, and so is that an audit lets through what happens there, and nothing else. How many
// there are is printed.

#include "engine/decide.hpp"
#include "events/event_codec.hpp"
#include "events/event_schema.hpp"
#include "replay/invariants.hpp"
#include "tests/support/story.hpp"
#include "tests/support/torture.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace hansom {
namespace {

const std::array drivers{bob, dana, frank};
using Presence = std::array<bool, drivers.size()>;

/// A booking, which drivers are there, and one way that led to it.
struct State {
  Booking booking;
  Presence there{};
  std::vector<Envelope> events{};
};

/// How a moment stands to what is scheduled: the only thing that commands ask of the clock.
enum class Moment { early, in_reject_window, at_pickup };

constexpr Instant pickup_at = noon + 10h;
Instant instant_of(Moment moment) {
  switch (moment) {
    case Moment::early:
      return noon;
    case Moment::in_reject_window:
      return pickup_at - 1min;
    case Moment::at_pickup:
      return pickup_at;
  }
  return noon;
}

/// Two states with the same name go on in the same way. Moments, positions and texts are not part
/// of it: of them only `Moment` has a say. A chat of one message stands for all longer ones.
std::string name_of(const State& state) {
  const auto& booking = state.booking;
  std::string name = std::to_string(static_cast<int>(booking.status));
  name += " " + std::string(name_of(booking.type));
  name += booking.driver ? " " + booking.driver->name : " nobody";
  name += booking.driver_confirmed ? " confirmed" : "";
  name += booking.arrival_time_s ? " arriving" : "";
  name += booking.chat.empty() ? "" : " chatting";
  for (const auto& driver : booking.asked) name += " asked:" + registration_of(driver).name;
  for (const auto& deadline : running_deadlines(booking)) {
    name += " due:" + std::to_string(static_cast<int>(deadline.kind));
  }
  for (const bool there : state.there) name += there ? " there" : " away";
  return name;
}

class Explorer {
 public:
  explicit Explorer(int max_attempts) {
    rules_.max_attempts = max_attempts;
    Story story;
    for (auto [id, account] : cast()) {  // who may take part in both protocols
      account.roles = {Role::driver, Role::customer, Role::student};
      accounts_.apply(story.tell(StreamId(id), Event(AccountEvent(account))));
    }
    const TemplateId of_admin{uuid(71)};
    templates_.apply(
        story.tell(StreamId(of_admin), Event(TemplateEvent(TemplateAdded{std::nullopt, "Far"}))));
  }

  void explore() {
    visit({});
    while (!frontier_.empty()) {
      const auto state = std::move(frontier_.front());
      frontier_.pop_front();
      come_and_go(state);
      for (const auto moment : {Moment::early, Moment::in_reject_window, Moment::at_pickup}) {
        command_all(state, moment);
      }
    }
    for (const auto& state : bookings_) check_audit_is_as_strict(state);
  }

  std::size_t states() const { return known_.size(); }
  std::size_t transitions() const { return transitions_; }
  std::size_t refusals() const { return refusals_; }
  const std::set<BookingStatus>& statuses() const { return statuses_; }
  const std::set<std::string_view>& events() const { return events_; }

 private:
  void visit(State state) {
    statuses_.insert(state.booking.status);
    if (happened_.try_emplace(name_of({state.booking})).second) bookings_.push_back(state);
    if (known_.insert(name_of(state)).second) frontier_.push_back(std::move(state));
  }

  void come_and_go(const State& state) {
    for (std::size_t i = 0; i < drivers.size(); ++i) {
      auto next = state;
      next.there[i] = !next.there[i];
      ++transitions_;
      visit(std::move(next));
    }
  }

  void command_all(const State& state, Moment moment) {
    const BookingId id{uuid(1)};
    for (const auto& actor :
         {driver(bob), driver(dana), driver(frank), customer(alice), customer(carol)}) {
      if (state.booking.status == BookingStatus::none) {
        if (actor == customer(alice)) request(state, moment);
      }
      command_open(state, actor, instant_of(moment));
      attempt(state, SubmitArrivalTime{"", 300}, actor, moment);
      attempt(state, AcceptOffer{""}, actor, moment);
      attempt(state, RejectBooking{""}, actor, moment);
      attempt(state, AcceptScheduledBooking{""}, actor, moment);
      attempt(state, DeclineOffer{"", {std::nullopt, "no"}}, actor, moment);
      attempt(state, DeclineOffer{"", {to_string(TemplateId{uuid(71)})}}, actor, moment);
      attempt(state, DeclineOffer{"", {"no template"}}, actor, moment);
      attempt(state, CompleteRide{""}, actor, moment);
      if (state.booking.chat.empty()) attempt(state, SendChatMessage{"", "hi"}, actor, moment);
      attempt(state, CancelRideByCustomer{{}, ""}, actor, moment);
      attempt(state, CancelRideByDriver{{}, "", {std::nullopt, "no"}}, actor, moment);
    }
    attempt(state, WithdrawOffer{id}, admin, moment);
    attempt(state, WithdrawRequest{id}, admin, moment);
    // Each expiry when it is due and before.
    for (const auto at : {instant_of(moment), due_at(state.booking, moment)}) {
      attempt(state, ExpireDriverResponse{id}, timer, at);
      attempt(state, ExpireCustomerAnswer{id}, timer, at);
      attempt(state, ReachPickupTime{id}, timer, at);
    }
  }

  void command_open(const State& state, const Actor& actor, Instant at) {
    const auto& booking = state.booking;
    const bool in_progress = is_open(booking) && is_in_progress(booking.status);
    const bool is_theirs = booking.customer.account == actor.account ||
                           (booking.driver && booking.driver->account == actor.account);
    const auto* current = in_progress && is_theirs ? &booking : nullptr;
    if (booking.status == BookingStatus::none && actor == customer(alice)) {
      attempt(state, actor, at, [&](const Now& now) {
        return decide(nullptr, RequestOpenRide{home, airport}, now);
      });
    }
    attempt(state, actor, at, [&](const Now& now) {
      return decide(booking, actor.kind == ActorKind::driver ? current : nullptr,
                    AcceptOpenOffer{""}, now);
    });
    attempt(state, CompleteOpenRide{""}, actor, at);
    attempt(state, CancelOpenRide{""}, actor, at);
    if (booking.chat.empty()) {
      attempt(state, actor, at,
              [&](const Now& now) { return decide(current, SendRideMessage{"hi"}, now); });
    }
  }

  /// When the answer that is waited for is due, if that is not later than the moment anyway.
  static Instant due_at(const Booking& booking, Moment moment) {
    return booking.answer_due ? std::max(booking.answer_due->due, instant_of(moment))
                              : instant_of(moment);
  }

  void request(const State& state, Moment moment) {
    RequestBooking request;
    request.pickup = home;
    request.drop_offs = {airport};
    attempt(state, request, customer(alice), moment);
    request.scheduled_for = pickup_at;
    attempt(state, request, customer(alice), moment);
  }

  template <typename Command>
  void attempt(const State& state, const Command& command, const Actor& actor, Moment moment) {
    attempt(state, command, actor, instant_of(moment));
  }

  template <typename Command>
  void attempt(const State& state, const Command& command, const Actor& actor, Instant at) {
    attempt(state, actor, at, [&](const Now& now) { return decide(state.booking, command, now); });
  }

  template <typename Decide>
  requires std::invocable<Decide, const Now&>
  void attempt(const State& state, const Actor& actor, Instant at, Decide decide_now) {
    Roster roster;
    for (std::size_t i = 0; i < drivers.size(); ++i) {
      if (state.there[i]) roster.arrive(drivers[i]);
    }
    const auto decided = decide_now(Now{at, actor, rules_, accounts_, templates_, roster});
    if (!decided) {
      ++refusals_;
      if (decided.error().message.empty()) FAIL_CHECK("a refusal without a message");
      return;
    }
    ++transitions_;
    State next = state;
    Story story(Position{state.booking.revision.value});
    const CommandId cause{uuid(state.booking.revision.value + 1)};
    for (const auto& event : *decided) {
      auto envelope = story.tell(BookingId{uuid(1)}, event, at, actor);
      envelope.revision = {next.booking.revision.value + 1};
      envelope.cause = cause;
      check_audit(next, envelope);
      if (&event == &decided->front()) note(state.booking, envelope);
      const auto before = next.booking;
      apply(next.booking, envelope);
      next.events.push_back(envelope);
      events_.insert(type_of(envelope.event));
      check_step(before, event, next.booking);
    }
    if (decided->empty()) FAIL_CHECK("a decision without events");
    check(next.booking);
    visit(std::move(next));
  }

  // What `hansom-replay` says of all this.

  /// All that led to a state. The admin takes offers and requests from who may not act any more.
  Projections folded(const State& state, const Actor& actor) const {
    Projections folded;
    folded.accounts = accounts_;
    folded.templates = templates_;
    for (const auto& each : state.events) folded.bookings.apply(each);
    folded.bookings.forget_ended(state.booking.id);
    if (actor == admin) {
      const auto& [customer, driver] = parties_of(state.booking);
      Story story;
      folded.accounts.apply(
          story.tell(StreamId(driver.value_or(customer)),
                     Event(AccountEvent(AccountStatusChanged{AccountStatus::blocked}))));
    }
    return folded;
  }

  /// It lets through what happened.
  void check_audit(const State& before, const Envelope& envelope) {
    if (const auto objection = replay::objection_to(envelope, folded(before, envelope.actor))) {
      FAIL_CHECK(type_of(envelope.event) << " in " << name_of(before) << ": " << *objection);
    }
  }

  /// Remembers what happened first on a command.
  void note(const Booking& before, Envelope envelope) {
    happened_[name_of({before})].insert(step(envelope));
    envelope.position = {};
    envelope.revision = {};
    std::string line;
    encode(envelope, line);
    seen_.try_emplace(std::move(line), std::move(envelope));
  }

  static std::string step(const Envelope& envelope) {
    return std::string(type_of(envelope.event)) + " by " + to_string(envelope.actor);
  }

  /// It objects to whatever happens elsewhere, but not in this state.
  void check_audit_is_as_strict(const State& state) {
    const auto by_admin = folded(state, admin), by_others = folded(state, timer);
    for (const auto& [line, seen] : seen_) {
      if (happened_[name_of({state.booking})].contains(step(seen))) continue;
      // The walk tries but one message.
      if (type_of(seen.event) == "chat_message_sent" && !state.booking.chat.empty()) continue;
      auto envelope = seen;
      envelope.revision = {state.booking.revision.value + 1};
      if (replay::objection_to(envelope, seen.actor == admin ? by_admin : by_others)) continue;
      FAIL_CHECK("no objection to " << step(seen) << " in " << name_of(state));
    }
  }

  /// What no event may do.
  void check_step(const Booking& before, const BookingEvent& event, const Booking& after) {
    INFO("after " << type_of(Event(event)) << " in " << name_of({before}));
    // There is no way out of an ended booking, and none back.
    const bool had_ended =
        before.status == BookingStatus::completed || before.status == BookingStatus::cancelled;
    if (had_ended) FAIL_CHECK("an ended booking went on");
    if (after.status < before.status) FAIL_CHECK("a booking went back");
    // Who asks and who is asked is one party each, the customer for ever.
    if (before.status != BookingStatus::none && after.customer != before.customer) {
      FAIL_CHECK("the customer changed");
    }
    if (before.status != BookingStatus::none && after.type != before.type) {
      FAIL_CHECK("the type changed");
    }
    if (before.driver_confirmed && after.driver != before.driver) {
      FAIL_CHECK("a confirmed driver changed");
    }
    // A ride that is on the way ends in one step, with its parties named.
    if (const auto* completed = std::get_if<RideCompleted>(&event)) {
      if (completed->parties != parties_of(before)) FAIL_CHECK("the parties are not named");
    }
  }

  /// What holds in every state.
  void check(const Booking& booking) {
    INFO(name_of({booking}));
    if (booking.driver && booking.driver->account == booking.customer.account) {
      FAIL_CHECK("the customer drives");
    }
    if (!booking.chat.empty() && booking.status < BookingStatus::on_the_way) {
      FAIL_CHECK("chat before the ride");
    }
    check_deadlines(booking);
    if (is_open(booking)) {
      check_open(booking);
    } else {
      check_dispatched(booking);
    }
  }

  void check_open(const Booking& booking) {
    const bool is_on = booking.status == BookingStatus::on_the_way;
    if (!booking.asked.empty()) FAIL_CHECK("somebody was asked alone");
    if (booking.status == BookingStatus::confirmation) FAIL_CHECK("nobody confirms");
    if (booking.status == BookingStatus::requested && booking.driver) {
      FAIL_CHECK("a pending one has a driver");
    }
    if (is_on && !(booking.driver && booking.driver_confirmed)) FAIL_CHECK("nobody drives");
  }

  void check_dispatched(const Booking& booking) {
    auto asked = booking.asked;
    std::sort(asked.begin(), asked.end());
    if (std::ranges::adjacent_find(asked) != asked.end()) FAIL_CHECK("a driver was asked twice");
    if (static_cast<int>(asked.size()) > rules_.max_attempts) FAIL_CHECK("too many were asked");
    if (std::ranges::find(asked, booking.customer.account) != asked.end()) {
      FAIL_CHECK("the customer was asked");
    }
    if (booking.driver && std::ranges::find(asked, booking.driver->account) == asked.end()) {
      FAIL_CHECK("a driver who was not asked has it");
    }
    if (is_in_progress(booking.status) && !booking.driver) FAIL_CHECK("nobody has it");
    if (booking.driver && booking.driver->account != booking.asked.back()) {
      FAIL_CHECK("not the last one asked has it");
    }
  }

  /// Whatever waits, waits for something: what is not on the way has a deadline, what is has none,
  /// nor has what is offered to all.
  void check_deadlines(const Booking& booking) {
    std::set<DeadlineKind> kinds;
    for (const auto& deadline : running_deadlines(booking)) {
      if (!kinds.insert(deadline.kind).second) FAIL_CHECK("two deadlines of a kind");
    }
    std::set<DeadlineKind> expected;
    if (booking.status == BookingStatus::requested && !is_open(booking)) {
      expected.insert(DeadlineKind::driver_response);
    }
    if (booking.status == BookingStatus::confirmation && !booking.schedule) {
      expected.insert(DeadlineKind::customer_answer);
    }
    const bool awaits_pickup =
        booking.status == BookingStatus::requested || booking.status == BookingStatus::confirmation;
    if (booking.schedule && awaits_pickup) expected.insert(DeadlineKind::pickup);
    if (kinds != expected) FAIL_CHECK("other deadlines than this state has");
  }

  Rules rules_;
  Accounts accounts_;
  Templates templates_;
  std::set<std::string> known_;
  std::deque<State> frontier_;
  std::vector<State> bookings_;                            // one of each, whoever is there
  std::map<std::string, std::set<std::string>> happened_;  // what and by whom, by booking
  std::map<std::string, Envelope> seen_;                   // all that ever did, by its line
  std::set<BookingStatus> statuses_;
  std::set<std::string_view> events_;
  std::size_t transitions_ = 0;
  std::size_t refusals_ = 0;
};

}  // namespace

TEST_CASE("the invariants hold in every state that a booking can reach") {
  const int max_attempts = GENERATE(1, 2, 3);
  Explorer explorer(max_attempts);
  explorer.explore();
  counted("one booking, three drivers, " + std::to_string(max_attempts) + " attempts at most: " +
          std::to_string(explorer.states()) + " states, " + std::to_string(explorer.transitions()) +
          " transitions, " + std::to_string(explorer.refusals()) + " refusals");
  CHECK(explorer.statuses().size() == 6);
  // Every event that a booking knows has happened.
  CHECK(explorer.events().size() == std::variant_size_v<BookingEvent>);
}

}  // namespace hansom
