#include "replay/booking_rules.hpp"

#include "engine/contacts.hpp"
#include "replay/candidate_rules.hpp"

#include <algorithm>

namespace hansom::replay {
namespace {

// Limits of the protocol documents (PROTOCOL.md, Bookings).
constexpr int passengers_max = 8;
constexpr int arrival_time_s_max = 86'400;

/// Which event may follow on a booking, caused by whom and saying what.
struct BookingRules {
  const Envelope& next;
  const Booking& booking;
  const Projections& before;

  // The request.

  // Numbers and texts: taxi document, step 1; PROTOCOL.md, Bookings. The contact is who the
  // account was at the time.
  Objection operator()(const BookingRequested& event) const {
    const auto* customer = before.accounts.find(event.customer.account);
    if (!customer) return "its customer has no account";
    const bool is_scheduled = event.booking_type == BookingType::scheduled;
    if (auto broken =
            first_broken({{next.actor == Actor{ActorKind::customer, customer->id},
                           "somebody else than its customer asked for it"},
                          {event.customer == customer_contact(*customer),
                           "its customer is shown otherwise than the account has it"},
                          {event.no_of_passengers >= 1 && event.no_of_passengers <= passengers_max,
                           "it is for no number of passengers"},
                          {!event.drop_offs.empty(), "it goes nowhere"},
                          {event.schedule.has_value() == is_scheduled,
                           "a schedule is for a scheduled booking, and only for that"},
                          {!is_known(event), "its idempotency key had an answer already"}})) {
      return broken;
    }
    if (event.schedule) return objection_to_schedule(*event.schedule);
    if (event.booking_type == BookingType::open) return objection_to_open(event);
    return std::nullopt;
  }

  // PROTOCOL.md, Scheduled.
  Objection objection_to_schedule(const Schedule& schedule) const {
    return first_broken({{schedule.pickup_at > next.at, "its pickup is not in the future"},
                         {schedule.reject_until <= schedule.pickup_at,
                          "it can be rejected after its pickup time"}});
  }

  // PROTOCOL.md, Campus: what a ride request says, and RIDE_REQUEST_OPEN.
  Objection objection_to_open(const BookingRequested& event) const {
    return first_broken({{event.no_of_passengers == 1 && !event.note &&
                              event.drop_offs.size() == 1 && !event.idempotency_key,
                          "an open booking says more than a ride request can"},
                         {!before.bookings.open_of_customer(event.customer.account),
                          "its passenger has an open booking in progress"}});
  }

  // The search for a driver.

  // Invariants 4, 14, 15 and 18; PROTOCOL.md, Bookings, "Which driver".
  Objection operator()(const DriverAssigned& event) const {
    const auto id = event.driver.account;
    const auto* driver = before.accounts.find(id);
    if (!driver) return "the driver has no account";
    const bool was_asked = std::ranges::find(booking.asked, id) != booking.asked.end();
    if (auto broken = first_broken(
            {{is_searching(), "the booking is not looking for a driver"},
             {goes_on_with_search(), "nothing made the search go on"},
             {!was_asked, "the driver was asked before"},
             {id != booking.customer.account, "the driver is the customer"},
             {is_active(before.accounts, id, Role::driver), "the driver may not be asked"},
             {event.driver == driver_contact(*driver),
              "the driver is shown otherwise than the account has it"},
             {event.attempt == static_cast<int>(booking.asked.size()) + 1,
              "the attempts are miscounted"},
             {event.respond_by >= next.at, "the answer was due before it was asked for"},
             {!is_past_pickup(), "a driver is asked after the pickup time"}})) {
      return broken;
    }
    return objection_to_candidates(event.candidates, id, booking, before.accounts);
  }

  // Taxi document, step 3; an answer that comes late but before its timer counts.
  Objection operator()(const ArrivalTimeSubmitted& event) const {
    return first_broken(
        {{is_asking(), "no driver is asked"},
         {!booking.schedule, "a scheduled booking takes no arrival time"},
         {is_by_driver(), "somebody else than the driver who is asked answered"},
         {event.arrival_time_s >= 1 && event.arrival_time_s <= arrival_time_s_max,
          "there is no such arrival time"},
         {event.answer_by >= next.at, "the answer was due before it was asked for"}});
  }

  // PROTOCOL.md, Scheduled.
  Objection operator()(const ScheduledBookingAccepted&) const {
    return first_broken({{is_asking(), "no driver is asked"},
                         {booking.schedule.has_value(), "the booking is not scheduled"},
                         {is_by_driver(), "somebody else than the driver who is asked answered"}});
  }

  // Invariant 10. A restart lets an offer run out later (RESTART_GRACE), never earlier.
  Objection operator()(const OfferExpired& event) const {
    return first_broken({{is_asking(), "no driver is asked"},
                         {is_driver(event.driver), "another driver is asked"},
                         {is_by(ActorKind::timer), "an offer runs out by a timer alone"},
                         {is_due(DeadlineKind::driver_response), "the driver had time left"}});
  }

  Objection operator()(const OfferDeclined& event) const {
    return first_broken({{is_asking(), "no driver is asked"},
                         {is_driver(event.driver), "another driver is asked"},
                         {is_by_driver(), "somebody else than the driver who is asked answered"},
                         {is_theirs(event.reason), "the reason is no template of the driver's"}});
  }

  // PROTOCOL.md, Sockets and accounts: the open offers of who is blocked or deleted move on.
  Objection operator()(const OfferWithdrawn& event) const {
    return first_broken(
        {{is_asking(), "no driver is asked"},
         {is_driver(event.driver), "another driver is asked"},
         {is_by(ActorKind::admin), "an offer is withdrawn by the admin alone"},
         {!is_active(before.accounts, event.driver, Role::driver), "the driver may still answer"}});
  }

  // What gets a ride on the way.

  // Taxi document, step 5; invariant 20.
  Objection operator()(const OfferAccepted&) const {
    return first_broken({{awaits_customer(), "no answer of the customer's is waited for"},
                         {is_by_customer(), "somebody else than the customer answered"}});
  }

  // Invariant 10: never before the customer's time is over.
  Objection operator()(const OfferAutoAccepted&) const {
    return first_broken({{awaits_customer(), "no answer of the customer's is waited for"},
                         {is_by(ActorKind::timer), "only a timer answers in the customer's place"},
                         {is_due(DeadlineKind::customer_answer), "the customer had time left"}});
  }

  // PROTOCOL.md, Scheduled: at the pickup time `confirmation` becomes `on_the_way`.
  Objection operator()(const ScheduledRideStarted&) const {
    return first_broken({{booking.status == BookingStatus::confirmation && booking.schedule,
                          "the booking is not one that a pickup is waited for"},
                         {is_by(ActorKind::timer), "a scheduled ride starts by a timer alone"},
                         {is_due(DeadlineKind::pickup), "the pickup time was not there yet"}});
  }

  // Invariants 14, 19 and 20; PROTOCOL.md, Campus, RIDE_IN_PROGRESS; ARCHITECTURE.md, Decisions:
  // nobody takes a request of their own.
  Objection operator()(const OpenOfferAccepted& event) const {
    const auto id = event.driver.account;
    const auto* driver = before.accounts.find(id);
    if (!driver) return "the driver has no account";
    return first_broken(
        {{is_open(booking) && booking.status == BookingStatus::requested,
          "the booking is not offered to all"},
         {next.actor == Actor{ActorKind::driver, id}, "somebody else than the driver accepted"},
         {id != booking.customer.account, "the driver is the customer"},
         {event.driver == driver_contact(*driver),
          "the driver is shown otherwise than the account has it"},
         {!before.bookings.open_of_driver(id), "the driver has an open ride in progress"}});
  }

  // What happens on the way.

  // Taxi document and campus, chat; invariant 20.
  Objection operator()(const ChatMessageSent& event) const {
    const bool by_sender = event.from == Party::driver ? is_by_driver() : is_by_customer();
    return first_broken({{is_on_the_way(), "chat is open on the way alone"},
                         {by_sender, "somebody else than its sender sent it"}});
  }

  Objection operator()(const RideCompleted& event) const {
    return first_broken({{is_on_the_way(), "the ride is not on the way"},
                         {is_by_driver(), "somebody else than the driver completed it"},
                         {!event.parties || *event.parties == parties_of(booking),
                          "the parties are not the booking's"}});
  }

  Objection operator()(const RideCancelledByCustomer& event) const {
    return first_broken(
        {{is_on_the_way(), "the ride is not on the way"},
         {is_by_customer(), "somebody else than the customer cancelled it"},
         {event.parties == parties_of(booking), "the parties are not the booking's"}});
  }

  Objection operator()(const RideCancelledByDriver& event) const {
    return first_broken(
        {{is_on_the_way(), "the ride is not on the way"},
         {!is_open(booking), "a driver can't cancel an open booking"},
         {is_by_driver(), "somebody else than the driver cancelled it"},
         {event.parties == parties_of(booking), "the parties are not the booking's"},
         {is_theirs(event.reason), "the reason is no template of the driver's"}});
  }

  // What ends a booking before the ride.

  // Taxi document, `reject`; PROTOCOL.md, Scheduled (SCHEDULED_REJECT_WINDOW), and Campus: a
  // pending request is called off.
  Objection operator()(const BookingRejected& event) const {
    const bool is_pending = is_open(booking) && booking.status == BookingStatus::requested;
    return first_broken(
        {{is_pending || is_asking() || booking.status == BookingStatus::confirmation,
          "the booking can't be rejected any more, or not yet"},
         {is_by_customer(), "somebody else than the customer rejected it"},
         {event.parties == parties_of(booking), "the parties are not the booking's"},
         {!booking.schedule || next.at < booking.schedule->reject_until,
          "it was too close to the pickup time to reject it"}});
  }

  // An end that was written before ends named the customer names nobody.
  Objection operator()(const BookingCancelled& event) const {
    if (event.customer && *event.customer != booking.customer.account) {
      return "the customer is not the booking's";
    }
    switch (event.reason_code) {
      case CancelReason::no_driver_available:
        return objection_to_lack(event);
      case CancelReason::scheduled_driver_no_show:
        return objection_to_no_show(event);
      case CancelReason::customer_not_allowed:
        return objection_to_ban(event);
    }
    return std::nullopt;
  }

  // PROTOCOL.md, Bookings: at the request or later, once nobody is left. Only who let the time run
  // out is told.
  Objection objection_to_lack(const BookingCancelled& event) const {
    if (auto broken = first_broken(
            {{is_searching(), "the booking is not looking for a driver"},
             {goes_on_with_search(), "nothing made the search go on"},
             {!is_past_pickup(), "after the pickup time it is a no-show"},
             {event.told_driver == overdue_driver(), "another driver has to be told"}})) {
      return broken;
    }
    return objection_to_candidates(event.candidates, std::nullopt, booking, before.accounts);
  }

  // PROTOCOL.md, Scheduled: at the pickup time `requested` is cancelled, and so is a search that
  // goes on after it.
  Objection objection_to_no_show(const BookingCancelled& event) const {
    const bool is_cut_off = is_asking() && is_by(ActorKind::timer);
    return first_broken({{booking.schedule.has_value(), "the booking is not scheduled"},
                         {is_asking() || is_searching(), "the booking is not looking for a driver"},
                         {is_cut_off || (is_searching() && goes_on_with_search()),
                          "neither the pickup time nor the search ended it"},
                         {is_past_pickup(), "the pickup time was not there yet"},
                         {event.told_driver == overdue_driver(), "another driver has to be told"},
                         {event.candidates.empty(), "after the pickup time nobody is looked at"}});
  }

  // ARCHITECTURE.md, Decisions: a pending request of who may not ride any more is called off.
  Objection objection_to_ban(const BookingCancelled& event) const {
    return first_broken(
        {{is_open(booking) && booking.status == BookingStatus::requested,
          "the booking is not offered to all"},
         {is_by(ActorKind::admin), "a request is called off by the admin alone"},
         {!is_active(before.accounts, booking.customer.account, Role::student),
          "the passenger may still ride"},
         {!event.told_driver && event.candidates.empty(), "no driver has to do with it"}});
  }

 private:
  /// A driver is asked, and the answer waited for: never of an open booking, which has a driver
  /// only on the way.
  bool is_asking() const { return booking.status == BookingStatus::requested && booking.driver; }
  /// Nobody is asked at the moment. That lasts only from one event of a batch to the next one.
  bool is_searching() const {
    return booking.status == BookingStatus::requested && !is_open(booking) && !booking.driver;
  }
  bool awaits_customer() const {
    return booking.status == BookingStatus::confirmation && !booking.schedule;
  }
  bool is_on_the_way() const { return booking.status == BookingStatus::on_the_way; }

  bool is_by(ActorKind kind) const { return next.actor.kind == kind; }
  bool is_by_driver() const { return is_by(ActorKind::driver) && is_driver(next.actor.account); }
  bool is_by_customer() const {
    return next.actor == Actor{ActorKind::customer, booking.customer.account};
  }
  bool is_driver(AccountId account) const {
    return booking.driver && booking.driver->account == account;
  }

  /// A search begins with the request, and goes on as the last one asked is lost: by their own
  /// word, by time, or by the admin's doing.
  bool goes_on_with_search() const {
    if (booking.asked.empty()) return is_by_customer() && next.cause.value == booking.id.value;
    return is_by(ActorKind::timer) || is_by(ActorKind::admin) ||
           next.actor == Actor{ActorKind::driver, booking.asked.back()};
  }
  /// Who let the time run out, where it was time that ended the booking.
  std::optional<AccountId> overdue_driver() const {
    if (!is_by(ActorKind::timer) || booking.asked.empty()) return std::nullopt;
    return booking.asked.back();
  }

  bool is_due(DeadlineKind kind) const {
    return std::ranges::any_of(running_deadlines(booking), [&](const Deadline& deadline) {
      return deadline.kind == kind && deadline.due <= next.at;
    });
  }
  bool is_past_pickup() const { return booking.schedule && booking.schedule->pickup_at <= next.at; }

  /// Words of the driver's own, or a template of theirs or the admin's, as it says (taxi document,
  /// `decline_booking`).
  bool is_theirs(const StatedReason& reason) const {
    if (!reason.template_id) return true;
    const auto* found = before.templates.find(*reason.template_id);
    return found && (!found->driver || found->driver == next.actor.account) &&
           found->text == reason.text;
  }

  /// Invariant 17: a key that has its answer books nothing more.
  bool is_known(const BookingRequested& event) const {
    const auto& sent = event.idempotency_key;
    return sent && before.idempotency.find(event.customer.account, sent->key, next.at);
  }
};

}  // namespace

Objection objection_to(const BookingEvent& event, const Envelope& next, const Booking& booking,
                       const Projections& before) {
  const auto* requested = std::get_if<BookingRequested>(&event);
  const auto type = requested ? requested->booking_type : booking.type;
  const auto roles = type == BookingType::open ? roles_of_campus : roles_of_taxi;
  if (!may_act(before.accounts, next.actor, roles)) return "its actor may not act";
  return std::visit(BookingRules{next, booking, before}, event);
}

}  // namespace hansom::replay
