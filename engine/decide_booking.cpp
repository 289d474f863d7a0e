// Bookings that are offered to one driver after the other; for the others see
// decide_open_booking.cpp.

#include "engine/contacts.hpp"
#include "engine/decide.hpp"
#include "engine/driver_choice.hpp"

#include <algorithm>
#include <cassert>
#include <span>

namespace hansom {
namespace {

bool is_driver_of(const Booking& booking, const Actor& actor) {
  return actor.kind == ActorKind::driver && !is_open(booking) && booking.driver &&
         booking.driver->account == actor.account;
}

bool is_customer_of(const Booking& booking, const Actor& actor) {
  return actor.kind == ActorKind::customer && !is_open(booking) &&
         booking.customer.account == actor.account;
}

/// Whether the actor is the driver who is asked to take the booking.
bool is_asked(const Booking& booking, const Actor& actor) {
  return booking.status == BookingStatus::requested && is_driver_of(booking, actor);
}

bool has_fallen_due(const Booking& booking, DeadlineKind kind, Instant at) {
  return std::ranges::any_of(running_deadlines(booking), [&](const Deadline& deadline) {
    return deadline.kind == kind && deadline.due <= at;
  });
}

std::unexpected<Refusal> not_cancellable() {
  return refuse(RefusalCode::booking_not_cancellable,
                "Only a ride that is on the way can be cancelled.");
}

/// Events that happen at once, in this order; moved there, as an initializer list would copy them.
template <typename... Events>
std::vector<BookingEvent> in_order(Events... events) {
  std::vector<BookingEvent> all;
  all.reserve(sizeof...(events));
  (all.emplace_back(std::move(events)), ...);
  return all;
}

/// What the next driver is chosen for. A request has no booking yet to be taken instead.
struct Search {
  AccountId customer;
  Coordinates pickup;
  std::optional<Schedule> schedule;
  std::span<const AccountId> asked;
};

Search search_for(const Booking& booking) {
  return {booking.customer.account, booking.pickup.at, booking.schedule, booking.asked};
}

BookingCancelled no_show(AccountId customer, std::optional<AccountId> told_driver) {
  return {CancelledBy::admin,
          CancelReason::scheduled_driver_no_show,
          "No driver had confirmed by the pickup time.",
          told_driver,
          {},
          customer};
}

/// Who is asked next, or that the booking is cancelled where nobody is left, the attempts are used
/// up, or it is too late. `told_driver` is told, too, if it comes to that.
BookingEvent ask_next_driver(const Search& search, std::optional<AccountId> told_driver,
                             const Now& now) {
  const auto& [customer, pickup, schedule, asked] = search;
  if (schedule && schedule->pickup_at <= now.at) return no_show(customer, told_driver);
  DriverChoice choice;
  if (static_cast<int>(asked.size()) < now.rules.max_attempts) {
    choice = choose_driver(now.roster, now.accounts, pickup, customer, asked);
    if (choice.chosen) {
      return DriverAssigned{driver_contact(*choice.chosen), static_cast<int>(asked.size()) + 1,
                            now.at + now.rules.driver_response_time, std::move(choice.candidates)};
    }
  }
  return BookingCancelled{
      CancelledBy::admin,
      CancelReason::no_driver_available,
      asked.empty() ? "No driver available." : "No driver available after multiple attempts.",
      told_driver,
      std::move(choice.candidates),
      customer};
}

/// The reason as it is kept, or why it is none: a template has to be the admin's or the driver's.
std::expected<StatedReason, Refusal> state_reason(const GivenReason& reason, const Now& now) {
  if (!reason.template_id) return StatedReason{std::nullopt, reason.description};
  const auto id = TemplateId::parse(*reason.template_id);
  const auto* found = id ? now.templates.find(*id) : nullptr;
  if (!found || (found->driver && found->driver != now.actor.account)) {
    return refuse(RefusalCode::invalid_template, "There is no such cancellation template for you.");
  }
  return StatedReason{id, found->text};
}

}  // namespace

BookingDecision decide(const Booking& booking, const RequestBooking& command, const Now& now) {
  assert(booking.status == BookingStatus::none);
  (void)booking;
  const auto* customer = now.accounts.find(now.actor.account);
  assert(customer);
  std::optional<Schedule> schedule;
  if (command.scheduled_for) {
    if (*command.scheduled_for <= now.at) {
      return refuse(RefusalCode::invalid_payload, "'scheduled_date' is not in the future.");
    }
    schedule = {*command.scheduled_for, *command.scheduled_for - now.rules.scheduled_reject_window};
  }
  BookingRequested requested{customer_contact(*customer),
                             schedule ? BookingType::scheduled : BookingType::instant,
                             command.no_of_passengers,
                             command.note,
                             command.pickup,
                             command.drop_offs,
                             schedule,
                             command.idempotency_key};
  auto next = ask_next_driver({customer->id, command.pickup.at, schedule, {}}, std::nullopt, now);
  return in_order(std::move(requested), std::move(next));
}

BookingDecision decide(const Booking& booking, const SubmitArrivalTime& command, const Now& now) {
  if (!is_asked(booking, now.actor) || booking.schedule) {
    return refuse(RefusalCode::booking_not_assignable,
                  "This booking is not waiting for your arrival time.");
  }
  return {{ArrivalTimeSubmitted{command.arrival_time_s, now.at + now.rules.customer_waiting_time}}};
}

BookingDecision decide(const Booking& booking, const AcceptOffer&, const Now& now) {
  if (booking.status != BookingStatus::confirmation || booking.schedule ||
      !is_customer_of(booking, now.actor)) {
    return refuse(RefusalCode::booking_not_acceptable,
                  "This booking has no offer for you to accept.");
  }
  return {{OfferAccepted{}}};
}

BookingDecision decide(const Booking& booking, const RejectBooking&, const Now& now) {
  const bool is_open =
      booking.status == BookingStatus::requested || booking.status == BookingStatus::confirmation;
  if (!is_open || !is_customer_of(booking, now.actor)) {
    return refuse(RefusalCode::booking_not_rejectable,
                  "This booking is not one of yours that can be rejected.");
  }
  if (booking.schedule && booking.schedule->reject_until <= now.at) {
    return refuse(RefusalCode::reject_window_closed,
                  "It is too close to the pickup time to reject this booking.");
  }
  return {{BookingRejected{parties_of(booking)}}};
}

BookingDecision decide(const Booking& booking, const AcceptScheduledBooking&, const Now& now) {
  if (!is_asked(booking, now.actor) || !booking.schedule) {
    return refuse(RefusalCode::booking_not_assignable,
                  "This is not a scheduled booking that waits for you.");
  }
  return {{ScheduledBookingAccepted{}}};
}

BookingDecision decide(const Booking& booking, const DeclineOffer& command, const Now& now) {
  if (!is_asked(booking, now.actor)) {
    return refuse(RefusalCode::booking_not_declinable,
                  "This booking is not an offer to you that can be declined.");
  }
  auto reason = state_reason(command.reason, now);
  if (!reason) return std::unexpected(reason.error());
  auto next = ask_next_driver(search_for(booking), std::nullopt, now);
  const bool reassigned = std::holds_alternative<DriverAssigned>(next);
  return in_order(OfferDeclined{now.actor.account, std::move(*reason), reassigned},
                  std::move(next));
}

BookingDecision decide(const Booking& booking, const CompleteRide&, const Now& now) {
  if (booking.status != BookingStatus::on_the_way || !is_driver_of(booking, now.actor)) {
    return refuse(RefusalCode::booking_not_completable,
                  "This booking is not a ride of yours that is on the way.");
  }
  return {{RideCompleted{parties_of(booking)}}};
}

BookingDecision decide(const Booking& booking, const SendChatMessage& command, const Now& now) {
  const bool by_driver = is_driver_of(booking, now.actor);
  if (booking.status != BookingStatus::on_the_way ||
      !(by_driver || is_customer_of(booking, now.actor))) {
    return refuse(RefusalCode::booking_not_chattable,
                  "Chat is open to the driver and the customer while the ride is on the way.");
  }
  return {{ChatMessageSent{by_driver ? Party::driver : Party::customer, command.text}}};
}

BookingDecision decide(const Booking& booking, const CancelRideByCustomer&, const Now& now) {
  if (!is_customer_of(booking, now.actor)) return std::unexpected(no_such_booking());
  if (booking.status != BookingStatus::on_the_way) return not_cancellable();
  return {{RideCancelledByCustomer{parties_of(booking)}}};
}

BookingDecision decide(const Booking& booking, const CancelRideByDriver& command, const Now& now) {
  if (!is_driver_of(booking, now.actor)) return std::unexpected(no_such_booking());
  if (booking.status != BookingStatus::on_the_way) return not_cancellable();
  auto reason = state_reason(command.reason, now);
  if (!reason) return std::unexpected(reason.error());
  return {{RideCancelledByDriver{parties_of(booking), std::move(*reason)}}};
}

BookingDecision decide(const Booking& booking, const ExpireDriverResponse&, const Now& now) {
  if (booking.status != BookingStatus::requested ||
      !has_fallen_due(booking, DeadlineKind::driver_response, now.at)) {
    return refuse(RefusalCode::booking_not_assignable, "No driver's answer is overdue.");
  }
  const auto driver = booking.driver->account;
  return in_order(OfferExpired{driver}, ask_next_driver(search_for(booking), driver, now));
}

BookingDecision decide(const Booking& booking, const ExpireCustomerAnswer&, const Now& now) {
  if (booking.status != BookingStatus::confirmation ||
      !has_fallen_due(booking, DeadlineKind::customer_answer, now.at)) {
    return refuse(RefusalCode::booking_not_acceptable, "No customer's answer is overdue.");
  }
  return {{OfferAutoAccepted{}}};
}

BookingDecision decide(const Booking& booking, const ReachPickupTime&, const Now& now) {
  if (!has_fallen_due(booking, DeadlineKind::pickup, now.at)) {
    return refuse(RefusalCode::booking_not_assignable, "No pickup is due.");
  }
  if (booking.status == BookingStatus::confirmation) return {{ScheduledRideStarted{}}};
  return {{no_show(booking.customer.account, parties_of(booking).driver)}};
}

BookingDecision decide(const Booking& booking, const WithdrawOffer&, const Now& now) {
  if (is_open(booking) || booking.status != BookingStatus::requested) {
    return refuse(RefusalCode::booking_not_declinable, "No driver is asked for this booking.");
  }
  return in_order(OfferWithdrawn{booking.driver->account},
                  ask_next_driver(search_for(booking), std::nullopt, now));
}

}  // namespace hansom
