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
};

struct RequestBooking {
  Identity customer;
  int no_of_passengers = 1;
  std::optional<std::string> note;
  Place pickup;
  std::vector<Place> drop_offs;
};

struct SubmitArrivalTime {
  std::string booking_id;
  int arrival_time_s = 0;
};

struct AcceptOffer {
  std::string booking_id;
};

struct CompleteRide {
  std::string booking_id;
};

struct SendChatMessage {
  std::string booking_id;
  std::string text;
};

/// From the admin alone.
struct RegisterAccount {
  AccountRegistered account;
};

// Timers that ran out. One that comes late is refused like any other command.

struct ExpireDriverResponse {
  BookingId booking;
};

struct ExpireCustomerAnswer {
  BookingId booking;
};

using Command = std::variant<Connect, Disconnect, Misspeak, UpdateLocation, Resync, RequestBooking,
                             SubmitArrivalTime, AcceptOffer, CompleteRide, SendChatMessage,
                             RegisterAccount, ExpireDriverResponse, ExpireCustomerAnswer>;

/// HTTP requests bring these; all else comes over sockets, or from timers.
template <typename Alternative>
constexpr bool comes_over_http =
    std::is_same_v<Alternative, RequestBooking> || std::is_same_v<Alternative, RegisterAccount>;

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
