#pragma once

#include "engine/refusal.hpp"
#include "events/event.hpp"

#include <array>
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

/// The sides of the protocol documents: for whom a socket or a request speaks. One account may be
/// on all of them.
enum class Side {
  driver,         ///< taxi
  customer,       ///< taxi
  campus_driver,  ///< campus
  passenger,      ///< campus
  participant,    ///< rooms
};

constexpr std::size_t side_count = static_cast<std::size_t>(Side::participant) + 1;
constexpr std::array<Side, side_count> all_sides{Side::driver, Side::customer, Side::campus_driver,
                                                 Side::passenger, Side::participant};

/// Who causes what an account on this side wants: a passenger is the customer of an open booking.
Actor actor_on(Side side, AccountId account);

/// What a checked token says of its bearer. The account is found by the first of these that is
/// there and known (PROTOCOL.md, Tokens and accounts).
struct Identity {
  std::optional<std::string> email;
  std::optional<std::string> user_id;
  std::optional<std::string> subject;
};

// What a peer does. `booking_id` is as the peer wrote it: any text, that of a booking or not.

/// A socket of the taxi protocol is asked for with a good token. It is admitted in any case, as
/// refusals are told on the socket.
struct Connect {
  Side side = Side::driver;
  Identity identity;
  std::optional<std::string> device_id;
};

/// A socket is gone, or is not to be opened after all.
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

/// Up to which position of the log a socket has been told everything: who has not been told
/// anything yet has nothing else to begin a `Resync` from.
struct TellPosition {};

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

// On open bookings. `ride_id` is as the peer wrote it.

struct RequestOpenRide {
  Place pickup;
  Place drop_off;
};

struct AcceptOpenOffer {
  std::string ride_id;
};

/// The driver's.
struct CompleteOpenRide {
  std::string ride_id;
};

/// The passenger's, pending or accepted.
struct CancelOpenRide {
  std::string ride_id;
};

/// To the other one on the ride that was accepted.
struct SendRideMessage {
  std::string text;
};

// In the room that the socket was opened for. `message_id` is as the peer wrote it.

struct SendRoomMessage {
  std::string text;
};

struct EditRoomMessage {
  std::string message_id;
  std::string text;
};

struct DeleteRoomMessage {
  std::string message_id;
};

// HTTP requests of all but the admin.

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

/// A socket of the campus protocol is asked for; refused by an HTTP answer, or admitted.
struct ConnectToCampus {
  Caller caller;
  std::string user_id;  ///< the account as the path names it: any text
};

/// A socket in a room is asked for; refused by an HTTP answer, or admitted. Here and below: `host`
/// and `slug` are any text, that of a username and a room or not.
struct EnterRoom {
  Caller caller;
  std::string host;
  std::string slug;
};

struct OpenRoom {
  Caller caller;
  std::string name;
  std::string slug;  ///< of the form that slugs have
};

struct AddParticipant {
  Caller caller;
  std::string host;
  std::string slug;
  std::string username;
};

struct RemoveParticipant {
  Caller caller;
  std::string host;
  std::string slug;
  std::string username;
};

struct ListRoomMessages {
  Caller caller;
  std::string host;
  std::string slug;
  std::size_t limit = 0;
  std::optional<std::string> before{};  ///< a message id; those older than it
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

// What follows by itself: timers that ran out, offers to a driver who may not answer any more, and
// requests of a customer who may not ride any more. One that comes late is refused like any other
// command.

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

struct WithdrawRequest {
  BookingId booking;
};

using Command = std::variant<
    Connect, Disconnect, Drained, Misspeak, UpdateLocation, Resync, TellPosition, SubmitArrivalTime,
    AcceptOffer, RejectBooking, AcceptScheduledBooking, DeclineOffer, CompleteRide, SendChatMessage,
    MalformedRequest, RequestBooking, CancelRideByCustomer, CancelRideByDriver, ShowProfile,
    ListBookings, AddOwnTemplate, ListTemplates, DeleteOwnTemplate, RegisterAccount, ShowAccount,
    ChangeAccount, EndSessions, AddAdminTemplate, ListAdminTemplates, ExpireDriverResponse,
    ExpireCustomerAnswer, ReachPickupTime, WithdrawOffer, WithdrawRequest, RequestOpenRide,
    AcceptOpenOffer, CompleteOpenRide, CancelOpenRide, SendRideMessage, SendRoomMessage,
    EditRoomMessage, DeleteRoomMessage, ConnectToCampus, EnterRoom, OpenRoom, AddParticipant,
    RemoveParticipant, ListRoomMessages>;

/// Drivers, customers and participants send these over HTTP, ..
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

/// These ask for a socket, and are answered by `Admitted` if they get it.
template <typename Alternative>
constexpr bool is_arrival =
    std::is_same_v<Alternative, Connect> || std::is_same_v<Alternative, ConnectToCampus> ||
    std::is_same_v<Alternative, EnterRoom>;
bool asks_for_socket(const Command& command);

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
