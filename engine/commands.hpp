#pragma once

#include "engine/refusal.hpp"
#include "events/event.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

namespace hansom {

/// Who sent a command and hears the answer: a socket or an HTTP request, as the net floor numbers
/// them. 0 is nobody.
struct PeerId {
  std::uint64_t value = 0;
  auto operator<=>(const PeerId&) const = default;
};

/// The two sides of the taxi protocol; one account may be on both.
enum class Side { driver, customer };

inline Actor actor_on(Side side, AccountId account) {
  return {side == Side::driver ? ActorKind::driver : ActorKind::customer, account};
}

/// What a checked token says of its bearer. The account is found by the first of these that is
/// there and known (PROTOCOL.md, Tokens and accounts).
struct Identity {
  std::optional<std::string> email;
  std::optional<std::string> user_id;
  std::optional<std::string> subject;
};

// What a peer does. `booking_id` is as the peer wrote it: any text, that of a booking or not.

/// A socket was opened with a good token.
struct Connect {
  Side side = Side::driver;
  Identity identity;
  std::optional<std::string> device_id;
};

/// A socket is gone.
struct Disconnect {};

/// All that waited for a socket is sent: news of the net floor, where it was asked for.
struct Drained {};

/// A frame that the dialect could not read. It takes the way of a command so that the error comes
/// in its turn.
struct Misspeak {
  Refusal refusal;
  std::optional<std::string> booking_id;  ///< where the frame had one
};

struct UpdateLocation {
  Coordinates position;
};

struct Resync {
  std::optional<std::string> booking_id;
  /// Pushes after this position come again first; 0: from the beginning of what is in progress.
  std::optional<Position> since{};
};

struct SubmitArrivalTime {
  std::string booking_id;
  int arrival_time_s = 0;
};

struct AcceptOffer {
  std::string booking_id;
};

/// A customer's, before the ride is on.
struct RejectBooking {
  std::string booking_id;
};

/// A driver's, of a scheduled booking.
struct AcceptScheduledBooking {
  std::string booking_id;
};

/// A template as the peer named it (any text, that of a template or not), or words of the peer's.
struct GivenReason {
  std::optional<std::string> template_id;
  std::string description{};  ///< counts without a template
};

struct DeclineOffer {
  std::string booking_id;
  GivenReason reason;
};

struct CompleteRide {
  std::string booking_id;
};

struct SendChatMessage {
  std::string booking_id;
  std::string text;
};

// HTTP requests of drivers and customers.

/// Who asks, on which side.
struct Caller {
  Side side = Side::customer;
  Identity identity;
};

/// A request whose body or query could not be read. It takes the way of a command, so that who may
/// not ask at all hears that first.
struct MalformedRequest {
  Caller caller;
  Refusal refusal;
};

struct RequestBooking {
  Caller caller;
  int no_of_passengers = 1;
  std::optional<std::string> note{};
  std::optional<Instant> scheduled_for{};
  Place pickup{};
  std::vector<Place> drop_offs{};
  std::optional<IdempotencyKey> idempotency_key{};
  std::optional<DeviceSeen> device{};
};

struct CancelRideByCustomer {
  Caller caller;
  std::string booking_id;
};

struct CancelRideByDriver {
  Caller caller;
  std::string booking_id;
  GivenReason reason;
};

struct ShowProfile {
  Caller caller;
};

struct ListBookings {
  Caller caller;
  std::size_t limit = 0;
  std::optional<std::string> before{};  ///< a booking id; those older than it
};

struct AddOwnTemplate {
  Caller caller;
  std::string text;
};

struct ListTemplates {
  Caller caller;
};

struct DeleteOwnTemplate {
  Caller caller;
  std::string template_id;
};

// From the admin alone, as `OfAdmin` marks. `account_id` is any text.

struct RegisterAccount {
  using OfAdmin = void;
  AccountRegistered account;
};

struct ShowAccount {
  using OfAdmin = void;
  std::string account_id;
};

/// What is to be different; all else stays. An inner "nothing" clears a field.
struct AccountChanges {
  std::optional<std::string> email{};
  std::optional<std::string> name{};
  std::optional<std::vector<Role>> roles{};
  std::optional<std::string> phone{};
  std::optional<std::string> country{};
  std::optional<std::optional<std::string>> username{};
  std::optional<std::optional<std::string>> avatar{};
  std::optional<std::optional<std::string>> vehicle_number{};
  std::optional<std::optional<std::string>> driver_code{};
  std::optional<AccountStatus> status{};
};

struct ChangeAccount {
  using OfAdmin = void;
  std::string account_id;
  AccountChanges changes;
};

struct EndSessions {
  using OfAdmin = void;
  std::string account_id;
};

struct AddAdminTemplate {
  using OfAdmin = void;
  std::string text;
};

struct ListAdminTemplates {
  using OfAdmin = void;
};

// What follows by itself: timers that ran out, and offers to a driver who may not answer any more.
// One that comes late is refused like any other command.

struct ExpireDriverResponse {
  BookingId booking;
};

struct ExpireCustomerAnswer {
  BookingId booking;
};

struct ReachPickupTime {
  BookingId booking;
};

struct WithdrawOffer {
  BookingId booking;
};

using Command =
    std::variant<Connect, Disconnect, Drained, Misspeak, UpdateLocation, Resync, SubmitArrivalTime,
                 AcceptOffer, RejectBooking, AcceptScheduledBooking, DeclineOffer, CompleteRide,
                 SendChatMessage, MalformedRequest, RequestBooking, CancelRideByCustomer,
                 CancelRideByDriver, ShowProfile, ListBookings, AddOwnTemplate, ListTemplates,
                 DeleteOwnTemplate, RegisterAccount, ShowAccount, ChangeAccount, EndSessions,
                 AddAdminTemplate, ListAdminTemplates, ExpireDriverResponse, ExpireCustomerAnswer,
                 ReachPickupTime, WithdrawOffer>;

/// Drivers and customers send these over HTTP, ..
template <typename Alternative>
constexpr bool has_caller = requires(const Alternative& command) {
  command.caller;
};

/// .. and the admin these; all else comes over sockets, or from timers.
template <typename Alternative>
constexpr bool is_of_admin = requires {
  typename Alternative::OfAdmin;
};

template <typename Alternative>
constexpr bool comes_over_http = has_caller<Alternative> || is_of_admin<Alternative>;

/// A command on its way to the engine.
struct Submitted {
  PeerId from;
  Command command;
};

/// The booking that a command names, as its sender wrote it.
template <typename Alternative>
std::optional<std::string_view> booking_id_of(const Alternative& command) {
  if constexpr (requires { command.booking_id; }) {
    return command.booking_id;
  } else {
    return std::nullopt;
  }
}
inline std::optional<std::string_view> booking_id_of(const Command& command) {
  return std::visit([](const auto& alternative) { return booking_id_of(alternative); }, command);
}

/// The command's name for metrics, as `submit_arrival_time`.
std::string_view name_of(const Command& command);

}  // namespace hansom
