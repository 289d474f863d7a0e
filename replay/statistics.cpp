#include "replay/statistics.hpp"

#include <algorithm>
#include <cmath>

namespace hansom::replay {

Percentiles Tally::percentiles(Milestone what) const {
  auto sorted = times_s_[static_cast<std::size_t>(what)];
  std::ranges::sort(sorted);
  const auto at = [&](double share) -> double {
    const auto rank =
        static_cast<std::size_t>(std::ceil(share * static_cast<double>(sorted.size())));
    return sorted[std::max<std::size_t>(rank, 1) - 1];
  };
  return {at(0.50), at(0.90), at(0.99)};
}

/// What one event of a booking adds.
struct Statistics::Take {
  const Envelope& envelope;
  Course& course;
  Tally& tally;

  void operator()(const BookingRequested&) { tally.add(Count::requested); }
  void operator()(const DriverAssigned&) {
    tally.add(Count::assigned);
    pass(Milestone::assigned);
  }
  void operator()(const ArrivalTimeSubmitted& event) {
    course.promised = envelope.at + std::chrono::seconds(event.arrival_time_s);
    pass(Milestone::offered);
  }
  void operator()(const ScheduledBookingAccepted&) {
    course.promised = course.scheduled_for;
    pass(Milestone::offered);
  }
  void operator()(const OfferAccepted&) { start(); }
  void operator()(const OfferAutoAccepted&) { start(); }
  void operator()(const ScheduledRideStarted&) { start(); }
  void operator()(const OpenOfferAccepted&) {
    tally.add(Count::assigned);
    pass(Milestone::assigned);
    start();
  }
  void operator()(const OfferExpired&) { tally.add(Count::timed_out); }
  void operator()(const OfferDeclined&) { tally.add(Count::declined); }
  void operator()(const OfferWithdrawn&) { tally.add(Count::withdrawn); }
  void operator()(const BookingRejected&) { tally.add(Count::rejected); }
  void operator()(const BookingCancelled&) { tally.add(Count::cancelled_by_system); }
  void operator()(const RideCancelledByCustomer&) { tally.add(Count::cancelled_by_customer); }
  void operator()(const RideCancelledByDriver&) { tally.add(Count::cancelled_by_driver); }
  void operator()(const RideCompleted&) {
    tally.add(Count::completed);
    pass(Milestone::completed);
  }
  void operator()(const ChatMessageSent&) {}

  void start() {
    pass(Milestone::accepted);
    if (course.promised) pass(Milestone::picked, *course.promised);
  }

  void pass(Milestone what) { pass(what, envelope.at); }
  void pass(Milestone what, Instant at) {
    auto& passed = course.passed[static_cast<std::size_t>(what)];
    if (passed) return;
    passed = true;
    tally.add(what, std::chrono::duration<float>(at - course.requested).count());
  }
};

void Statistics::take(const Envelope& envelope) {
  const auto* event = std::get_if<BookingEvent>(&envelope.event);
  if (!event) return;
  const BookingId id{envelope.stream.id};
  const auto* requested = std::get_if<BookingRequested>(event);
  if (requested) {
    courses_[id] = {.requested = envelope.at};
    if (requested->schedule) courses_[id].scheduled_for = requested->schedule->pickup_at;
  }
  const auto found = courses_.find(id);
  if (found == courses_.end()) return;  // requested before what is looked at
  auto& course = found->second;
  const auto has_driver = [&](const DriverContact& driver) {
    course.driver = driver.account;
    course.driver_name = driver.name;
  };
  if (const auto* asked = std::get_if<DriverAssigned>(event)) has_driver(asked->driver);
  if (const auto* took = std::get_if<OpenOfferAccepted>(event)) has_driver(took->driver);
  std::visit(Take{envelope, course, tally_of(envelope, course)}, *event);
  const bool ends = std::holds_alternative<BookingRejected>(*event) ||
                    std::holds_alternative<BookingCancelled>(*event) ||
                    std::holds_alternative<RideCancelledByCustomer>(*event) ||
                    std::holds_alternative<RideCancelledByDriver>(*event) ||
                    std::holds_alternative<RideCompleted>(*event);
  if (ends) courses_.erase(found);
}

Tally& Statistics::tally_of(const Envelope& envelope, const Course& course) {
  const auto time = to_iso(envelope.at, Fraction::milliseconds);
  switch (split_by_) {
    case SplitBy::nothing:
      break;
    case SplitBy::hour:
      return tallies_[time.substr(0, 13) + ":00Z"];
    case SplitBy::day:
      return tallies_[time.substr(0, 10)];
    case SplitBy::driver:
      if (!course.driver) return tallies_["none"];
      auto& tally = tallies_[to_string(*course.driver)];
      tally.name = course.driver_name;
      return tally;
  }
  return tallies_["all"];
}

}  // namespace hansom::replay
