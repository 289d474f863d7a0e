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

enum class BookingType { instant };
enum class Party { driver, customer };
enum class CancelledBy { admin };
enum class CancelReason { no_driver_available };

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
  bool operator==(const Candidate&) const = default;
};

struct BookingRequested {
  CustomerContact customer;
  BookingType booking_type = BookingType::instant;
  int no_of_passengers = 1;
  std::optional<std::string> note;
  Place pickup;
  std::vector<Place> drop_offs;  ///< one or more, in the order of the ride
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

/// The driver did not answer in time; this attempt is used up.
struct OfferExpired {
  AccountId driver;
  bool operator==(const OfferExpired&) const = default;
};

struct BookingCancelled {
  CancelledBy by = CancelledBy::admin;
  CancelReason reason_code = CancelReason::no_driver_available;
  std::string reason;                    ///< as shown to both sides
  std::optional<AccountId> told_driver;  ///< the driver who was told, where there was one
  std::vector<Candidate> candidates{};   ///< looked at in vain; none once the attempts are used up
  bool operator==(const BookingCancelled&) const = default;
};

struct RideCompleted {
  bool operator==(const RideCompleted&) const = default;
};

struct ChatMessageSent {
  Party from = Party::driver;
  std::string text;
  bool operator==(const ChatMessageSent&) const = default;
};

using BookingEvent =
    std::variant<BookingRequested, DriverAssigned, ArrivalTimeSubmitted, OfferAccepted,
                 OfferAutoAccepted, OfferExpired, BookingCancelled, RideCompleted, ChatMessageSent>;

}  // namespace hansom
