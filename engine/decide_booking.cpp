#include "engine/decide.hpp"
#include "engine/driver_choice.hpp"

#include <cassert>

namespace hansom {
namespace {

std::unexpected<Refusal> refuse(RefusalCode code, const char* message) {
  return std::unexpected(Refusal{code, message});
}

bool is_driver_of(const Booking& booking, const Actor& actor) {
  return actor.kind == ActorKind::driver && booking.driver &&
         booking.driver->account == actor.account;
}

bool is_customer_of(const Booking& booking, const Actor& actor) {
  return actor.kind == ActorKind::customer && booking.customer.account == actor.account;
}

bool has_fallen_due(const Booking& booking, DeadlineKind kind, Instant at) {
  return booking.deadline && booking.deadline->kind == kind && booking.deadline->due <= at;
}

CustomerContact customer_contact(const Account& account) {
  return {account.id, account.name, account.phone, account.country};
}

DriverContact driver_contact(const Account& account) {
  return {account.id,      account.name,           account.phone,
          account.country, account.vehicle_number, account.driver_code};
}

/// Asks the next driver, or cancels the booking where none is left or the attempts are used up.
void ask_next_driver(std::vector<BookingEvent>& events, AccountId customer, const Place& pickup,
                     const std::vector<AccountId>& asked, const Now& now) {
  DriverChoice choice;
  if (static_cast<int>(asked.size()) < now.rules.max_attempts) {
    choice = choose_driver(now.roster, now.accounts, pickup.at, customer, asked);
    if (choice.chosen) {
      events.emplace_back(
          DriverAssigned{driver_contact(*choice.chosen), static_cast<int>(asked.size()) + 1,
                         now.at + now.rules.driver_response_time, std::move(choice.candidates)});
      return;
    }
  }
  events.emplace_back(BookingCancelled{
      CancelledBy::admin, CancelReason::no_driver_available,
      asked.empty() ? "No driver available." : "No driver available after multiple attempts.",
      asked.empty() ? std::nullopt : std::optional(asked.back()), std::move(choice.candidates)});
}

}  // namespace

BookingDecision decide(const Booking& booking, const RequestBooking& command, const Now& now) {
  assert(booking.status == BookingStatus::none);
  (void)booking;
  const auto* customer = now.accounts.find(now.actor.account);
  assert(customer);
  std::vector<BookingEvent> events;
  events.emplace_back(BookingRequested{customer_contact(*customer), BookingType::instant,
                                       command.no_of_passengers, command.note, command.pickup,
                                       command.drop_offs});
  ask_next_driver(events, customer->id, command.pickup, {}, now);
  return events;
}

BookingDecision decide(const Booking& booking, const SubmitArrivalTime& command, const Now& now) {
  if (booking.status != BookingStatus::requested || !is_driver_of(booking, now.actor)) {
    return refuse(RefusalCode::booking_not_assignable,
                  "This booking is not waiting for your arrival time.");
  }
  return {{ArrivalTimeSubmitted{command.arrival_time_s, now.at + now.rules.customer_waiting_time}}};
}

BookingDecision decide(const Booking& booking, const AcceptOffer&, const Now& now) {
  if (booking.status != BookingStatus::confirmation || !is_customer_of(booking, now.actor)) {
    return refuse(RefusalCode::booking_not_acceptable,
                  "This booking has no offer for you to accept.");
  }
  return {{OfferAccepted{}}};
}

BookingDecision decide(const Booking& booking, const CompleteRide&, const Now& now) {
  if (booking.status != BookingStatus::on_the_way || !is_driver_of(booking, now.actor)) {
    return refuse(RefusalCode::booking_not_completable,
                  "This booking is not a ride of yours that is on the way.");
  }
  return {{RideCompleted{}}};
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

BookingDecision decide(const Booking& booking, const ExpireDriverResponse&, const Now& now) {
  if (booking.status != BookingStatus::requested ||
      !has_fallen_due(booking, DeadlineKind::driver_response, now.at)) {
    return refuse(RefusalCode::booking_not_assignable, "No driver's answer is overdue.");
  }
  std::vector<BookingEvent> events;
  events.emplace_back(OfferExpired{booking.driver->account});
  ask_next_driver(events, booking.customer.account, booking.pickup, booking.asked, now);
  return events;
}

BookingDecision decide(const Booking& booking, const ExpireCustomerAnswer&, const Now& now) {
  if (booking.status != BookingStatus::confirmation ||
      !has_fallen_due(booking, DeadlineKind::customer_answer, now.at)) {
    return refuse(RefusalCode::booking_not_acceptable, "No customer's answer is overdue.");
  }
  return {{OfferAutoAccepted{}}};
}

}  // namespace hansom
