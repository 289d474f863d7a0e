#pragma once

#include "events/ids.hpp"
#include "events/instant.hpp"

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace hansom {

/// A customer as the other side was shown them at the time.
struct CustomerContact {
  AccountId account;
  std::string name;
  std::string phone;    ///< local digits, no country prefix
  std::string country;  ///< ISO 3166-1 alpha-2; the dialects make the `phone_code` object of it
  bool operator==(const CustomerContact&) const = default;
};

/// A driver as the other side was shown them at the time.
struct DriverContact {
  AccountId account;
  std::string name;
  std::string phone;
  std::string country;
  std::optional<std::string> vehicle_number;
  std::optional<std::string> driver_code;
  bool operator==(const DriverContact&) const = default;
};

/// Degrees, WGS 84.
struct Coordinates {
  double latitude = 0;
  double longitude = 0;
  bool operator==(const Coordinates&) const = default;
};

struct Place {
  std::string title;
  std::string address;
  std::string map_id;
  Coordinates at;
  bool operator==(const Place&) const = default;
};

/// An instant or scheduled booking is offered to one driver after the other, an open one to all at
/// once: who accepts first has it.
enum class BookingType { instant, scheduled, open };
enum class Party { driver, customer };
enum class CancelledBy { admin };
enum class CancelReason { no_driver_available, scheduled_driver_no_show, customer_not_allowed };

/// What driver choice thought of one candidate.
enum class Verdict {
  chosen,
  already_asked,  ///< had this booking before
  own_booking,    ///< the driver's account is the customer's
  farther,        ///< eligible, but another one was nearer
  waited_less,    ///< eligible and as near, but assigned more recently than the chosen one
};

struct Candidate {
  AccountId driver;
  std::optional<double> distance_m;  ///< to the pickup; none for a driver without a position
  Verdict verdict = Verdict::chosen;
  std::optional<Coordinates> at{};  ///< where the driver was then
  bool operator==(const Candidate&) const = default;
};

/// When a scheduled ride is to be.
struct Schedule {
  Instant pickup_at;
  Instant reject_until;  ///< from then on the customer can't reject it any more
  bool operator==(const Schedule&) const = default;
};

/// With what a customer's app made sure that a request sent twice is one booking.
struct IdempotencyKey {
  std::string key;
  std::string request_digest;  ///< SHA-256 of the request's body, 64 hexadecimal digits
  bool operator==(const IdempotencyKey&) const = default;
};

/// Who rides and who drives: stands in what ends a booking, so that the log's index leads from an
/// account to all that concerned it.
struct Parties {
  AccountId customer;
  std::optional<AccountId> driver;  ///< none where nobody was asked
  bool operator==(const Parties&) const = default;
};

struct BookingRequested {
  CustomerContact customer;
  BookingType booking_type = BookingType::instant;
  int no_of_passengers = 1;
  std::optional<std::string> note;
  Place pickup;
  std::vector<Place> drop_offs;        ///< one or more, in the order of the ride
  std::optional<Schedule> schedule{};  ///< of a scheduled booking only
  std::optional<IdempotencyKey> idempotency_key{};
  bool operator==(const BookingRequested&) const = default;
};

/// A driver was asked. Records who else was looked at, so that "why this driver?" has an answer.
struct DriverAssigned {
  DriverContact driver;
  int attempt = 1;  ///< from 1 to MAX_ATTEMPTS
  Instant respond_by;
  std::vector<Candidate> candidates;
  bool operator==(const DriverAssigned&) const = default;
};

struct ArrivalTimeSubmitted {
  int arrival_time_s = 0;
  Instant answer_by;  ///< then the offer is accepted on the customer's behalf
  bool operator==(const ArrivalTimeSubmitted&) const = default;
};

struct OfferAccepted {
  bool operator==(const OfferAccepted&) const = default;
};

/// The customer did not answer in time, so the ride is on.
struct OfferAutoAccepted {
  bool operator==(const OfferAutoAccepted&) const = default;
};

/// The driver took a scheduled booking, which stands until its pickup.
struct ScheduledBookingAccepted {
  bool operator==(const ScheduledBookingAccepted&) const = default;
};

/// The first driver took an open booking: the ride is on.
struct OpenOfferAccepted {
  DriverContact driver;
  bool operator==(const OpenOfferAccepted&) const = default;
};

/// The pickup time of a scheduled booking that a driver took: the ride is on.
struct ScheduledRideStarted {
  bool operator==(const ScheduledRideStarted&) const = default;
};

/// The driver did not answer in time; this attempt is used up.
struct OfferExpired {
  AccountId driver;
  bool operator==(const OfferExpired&) const = default;
};

/// Why somebody cancelled: a template of theirs or the admin's, or words of their own.
struct StatedReason {
  std::optional<TemplateId> template_id;
  std::string text;  ///< the template's, where there is one
  bool operator==(const StatedReason&) const = default;
};

/// The driver refused; this attempt is used up.
struct OfferDeclined {
  AccountId driver;
  StatedReason reason;
  bool reassigned = false;  ///< whether somebody else is asked now
  bool operator==(const OfferDeclined&) const = default;
};

/// The driver may not answer any more, being blocked or deleted; this attempt is used up.
struct OfferWithdrawn {
  AccountId driver;
  bool operator==(const OfferWithdrawn&) const = default;
};

/// The customer called the booking off before the ride was on.
struct BookingRejected {
  Parties parties;
  bool operator==(const BookingRejected&) const = default;
};

/// The system gave the booking up.
struct BookingCancelled {
  CancelledBy by = CancelledBy::admin;
  CancelReason reason_code = CancelReason::no_driver_available;
  std::string reason;                    ///< as shown to both sides
  std::optional<AccountId> told_driver;  ///< the driver who was told, where there was one
  std::vector<Candidate> candidates{};   ///< looked at in vain; none once the attempts are used up
  std::optional<AccountId> customer{};
  bool operator==(const BookingCancelled&) const = default;
};

/// The customer ended a ride that was on the way.
struct RideCancelledByCustomer {
  Parties parties;
  bool operator==(const RideCancelledByCustomer&) const = default;
};

/// The driver ended a ride that was on the way.
struct RideCancelledByDriver {
  Parties parties;
  StatedReason reason;
  bool operator==(const RideCancelledByDriver&) const = default;
};

struct RideCompleted {
  std::optional<Parties> parties{};
  bool operator==(const RideCompleted&) const = default;
};

struct ChatMessageSent {
  Party from = Party::driver;
  std::string text;
  bool operator==(const ChatMessageSent&) const = default;
};

using BookingEvent =
    std::variant<BookingRequested, DriverAssigned, ArrivalTimeSubmitted, OfferAccepted,
                 OfferAutoAccepted, ScheduledBookingAccepted, ScheduledRideStarted, OfferExpired,
                 OfferDeclined, OfferWithdrawn, BookingRejected, BookingCancelled,
                 RideCancelledByCustomer, RideCancelledByDriver, RideCompleted, ChatMessageSent,
                 OpenOfferAccepted>;

}  // namespace hansom
