// Drivers and customers of instant and scheduled bookings.

#include "bench/fleet_load.hpp"
#include "events/digest.hpp"

#include <array>
#include <chrono>

namespace hansom::bench {
namespace {

using namespace std::chrono_literals;

constexpr std::array chat = {"Hi, I'm at the front entrance.",
                             "Running two minutes late, sorry.",
                             "Kia ora! White car, hazard lights on.",
                             "Traffic on the bridge 🚧, be there soon.",
                             "我在门口等你。",
                             "Could you \"beep\" once?",
                             "OK"};
constexpr std::array reasons = {"Too far away.", "My shift ends.", "Flat tyre 😬",
                                "The pickup can't be reached by car."};
constexpr std::array titles = {"Home", "Airport", "Wynyard Station", "Café Zoë", "St Vincent's"};

}  // namespace

void FleetLoad::drive(Person& driver) {
  keep_templates(driver);
  if (!is_online(driver, Side::driver, {0.3, 0.01})) return;
  if (!driver.position || chance_.in(0.2)) move(driver);
  const auto& bookings = projections().bookings;
  if (const auto offered = bookings.offered_to(*driver.account); !offered.empty()) {
    return answer_offer(driver, *bookings.find(chance_.pick(offered)));
  }
  const auto taken = bookings.of_driver(*driver.account);
  if (taken.empty()) return;
  const auto& booking = *bookings.find(chance_.pick(taken));
  if (booking.status == BookingStatus::on_the_way) carry_out(driver, booking);
}

/// Most say yes, some say no, and some let their time run out or are blocked in it.
void FleetLoad::answer_offer(Person& driver, const Booking& booking) {
  const auto id = to_string(booking.id);
  const double mood = chance_.roll();
  if (mood < 0.75) {
    if (booking.schedule) return send(driver.socket(Side::driver), AcceptScheduledBooking{id});
    return send(driver.socket(Side::driver), SubmitArrivalTime{id, chance_.between(60, 1'800)});
  }
  if (mood < 0.88) return send(driver.socket(Side::driver), DeclineOffer{id, reason_of(driver)});
  if (mood < 0.89) set_status(driver, AccountStatus::blocked);
}

/// Completion ends most rides after some minutes.
void FleetLoad::carry_out(Person& driver, const Booking& booking) {
  const auto id = to_string(booking.id);
  const double mood = chance_.roll();
  if (mood < 0.05) return send(driver.socket(Side::driver), CompleteRide{id});
  if (mood < 0.054)
    return ask(CancelRideByDriver{driver.caller(Side::driver), id, reason_of(driver)});
  if (mood < 0.1) send(driver.socket(Side::driver), SendChatMessage{id, chance_.pick(chat)});
}

/// On from where they were, or to anywhere.
void FleetLoad::move(Person& driver) {
  const auto goal = somewhere();
  auto& position = driver.position;
  if (position) {
    position->latitude += (goal.latitude - position->latitude) / 16;
    position->longitude += (goal.longitude - position->longitude) / 16;
  } else {
    position = goal;
  }
  send(driver.socket(Side::driver), UpdateLocation{*position});
}

/// One of the templates that the driver may use, or words.
GivenReason FleetLoad::reason_of(const Person& driver) {
  const auto owner = chance_.in(0.5) ? std::optional<AccountId>() : driver.account;
  const auto templates = projections().templates.of(owner);
  if (templates.empty() || chance_.in(0.5)) return {{}, chance_.pick(reasons)};
  return {to_string(chance_.pick(templates)->id)};
}

void FleetLoad::ride(Person& customer) {
  const auto bookings = projections().bookings.of_customer(*customer.account);
  const bool wants_one = chance_.in(bookings.empty() ? 0.2 : 0.005);
  if (wants_one && may_request()) request_booking(customer);
  if (!is_online(customer, Side::customer, {bookings.empty() ? 0.01 : 0.3, 0.03})) return;
  if (bookings.empty()) return;
  follow(customer, *projections().bookings.find(chance_.pick(bookings)));
}

/// Not every offer is answered in time, and the customer's time is longer than the driver's.
void FleetLoad::follow(Person& customer, const Booking& booking) {
  const auto id = to_string(booking.id);
  const auto socket = customer.socket(Side::customer);
  const double mood = chance_.roll();
  switch (booking.status) {
    case BookingStatus::requested:
      if (mood < 0.03) send(socket, RejectBooking{id});
      return;
    case BookingStatus::confirmation:
      if (booking.schedule && mood < 0.002) send(socket, RejectBooking{id});
      if (booking.schedule) return;
      if (mood < 0.03) return send(socket, RejectBooking{id});
      if (mood < 0.2) send(socket, AcceptOffer{id});
      return;
    case BookingStatus::on_the_way:
      if (mood < 0.003) return ask(CancelRideByCustomer{customer.caller(Side::customer), id});
      if (mood < 0.05) send(socket, SendChatMessage{id, chance_.pick(chat)});
      return;
    case BookingStatus::none:
    case BookingStatus::completed:
    case BookingStatus::cancelled:
      return;
  }
}

/// Some requests carry a key, and some of those are sent twice.
void FleetLoad::request_booking(Person& customer) {
  RequestBooking request;
  request.caller = customer.caller(Side::customer);
  request.no_of_passengers = chance_.between(1, 6);
  if (chance_.in(0.2)) request.note = "Two suitcases & a dog.";
  if (chance_.in(0.08)) request.scheduled_for = some_pickup_time();
  request.pickup = place(chance_.pick(titles), somewhere());
  do {
    request.drop_offs.push_back(place(chance_.pick(titles), somewhere()));
  } while (chance_.in(0.15));
  if (chance_.in(0.03)) request.device = DeviceSeen{"phone", "Pixel 9"};
  const bool has_key = chance_.in(0.25);
  if (has_key) {
    const auto key = to_string(uuid_of(++last_id_));
    request.idempotency_key = {key, to_hex(sha256({key}))};
  }
  if (has_key && chance_.in(0.2)) ask(request);
  ask(std::move(request));
}

/// Often so soon that no driver may have confirmed by then, else within four hours.
Instant FleetLoad::some_pickup_time() {
  if (chance_.in(0.4)) return clock_ + std::chrono::seconds(chance_.between(10, 60));
  if (chance_.in(0.6)) return clock_ + std::chrono::minutes(chance_.between(5, 60));
  return clock_ + std::chrono::minutes(chance_.between(60, 240));
}

}  // namespace hansom::bench
