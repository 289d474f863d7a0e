#pragma once

#include "events/event.hpp"

#include <boost/container/static_vector.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace hansom {

/// A booking's way: none → requested → confirmation → on_the_way → completed, and from each of the
/// middle ones to cancelled. The wire's words for it are the dialects'.
enum class BookingStatus { none, requested, confirmation, on_the_way, completed, cancelled };

constexpr bool is_in_progress(BookingStatus status) {
  return status == BookingStatus::requested || status == BookingStatus::confirmation ||
         status == BookingStatus::on_the_way;
}

enum class DeadlineKind {
  driver_response,  ///< the assigned driver must answer
  customer_answer,  ///< the customer may answer; then the offer is accepted on their behalf
  pickup,           ///< a scheduled ride starts, or is given up for want of a driver
};

struct Deadline {
  DeadlineKind kind = DeadlineKind::driver_response;
  Instant due;
  bool operator==(const Deadline&) const = default;
};

struct ChatEntry {
  Party from = Party::driver;
  std::string text;
  Instant sent_at;
  bool operator==(const ChatEntry&) const = default;
};

/// A booking as its events say it is. All members are set by `apply` alone.
struct Booking {
  BookingId id{};
  Revision revision;            ///< of the last event folded in
  Position requested_position;  ///< orders bookings by their creation
  BookingStatus status = BookingStatus::none;

  Instant requested_at;
  BookingType type = BookingType::instant;
  CustomerContact customer;
  int no_of_passengers = 0;
  std::optional<std::string> note;
  Place pickup;
  std::vector<Place> drop_offs;

  std::optional<Schedule> schedule;  ///< of a scheduled booking

  std::optional<DriverContact> driver;  ///< who is asked now, or has the ride
  bool driver_confirmed = false;        ///< whether that driver took it
  std::vector<AccountId> asked;         ///< every driver who was ever asked, in order
  std::optional<int> arrival_time_s;
  std::optional<Deadline> answer_due;  ///< the answer that is waited for now
  std::vector<ChatEntry> chat;

  bool operator==(const Booking&) const = default;
};

/// Whether it is offered to all drivers at once.
inline bool is_open(const Booking& booking) { return booking.type == BookingType::open; }

/// When the ride is to be: now, for one that was not scheduled.
inline Instant pickup_time(const Booking& booking) {
  return booking.schedule ? booking.schedule->pickup_at : booking.requested_at;
}

/// Who rides and who drives, or is asked to.
inline Parties parties_of(const Booking& booking) {
  return {booking.customer.account,
          booking.driver ? std::optional(booking.driver->account) : std::nullopt};
}

/// An answer and a pickup can be waited for at once.
constexpr std::size_t running_deadlines_max = 2;
using RunningDeadlines = boost::container::static_vector<Deadline, running_deadlines_max>;

/// The moments at which the booking goes on by itself, each of a kind of its own.
RunningDeadlines running_deadlines(const Booking& booking);

/// The status into which an event brings its booking; nothing where it stays as it is.
std::optional<BookingStatus> status_after(const BookingEvent& event);

/// Folds one event of the booking's stream into it. Total: whatever the log holds can be folded,
/// and what may happen was decided before.
void apply(Booking& booking, const Envelope& envelope);

}  // namespace hansom
