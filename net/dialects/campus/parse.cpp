#include "net/dialects/campus/parse.hpp"

#include "net/dialects/json_object.hpp"
#include "net/dialects/json_reader.hpp"
#include "net/dialects/misspeak.hpp"
#include "net/dialects/shared_fields.hpp"

#include <expected>
#include <string>

namespace hansom::net::campus {
namespace {

/// Not in the documents: every driver is sent it.
constexpr std::size_t address_code_points_max = 512;

using Object = Json;

/// A command, or what is wrong with a field.
using Read = std::expected<Command, Refusal>;

/// A message is read by one function.
struct Message {
  Side side;
  std::string_view action;
  Read (*read)(const Object&);
};

std::expected<Place, Refusal> read_place(const Object& json, const std::string& prefix) {
  auto at = read_coordinates(json, prefix);
  if (!at) return invalid(at.error());
  auto address = string_member(json, (prefix + "address").c_str());
  if (!address || !has_code_points(*address, 0, address_code_points_max)) {
    return invalid(prefix + "address");
  }
  return Place{"", std::move(*address), "", *at};
}

Read read_request(const Object& json) {
  auto pickup = read_place(json, "pickup_");
  if (!pickup) return std::unexpected(pickup.error());
  auto drop_off = read_place(json, "dropoff_");
  if (!drop_off) return std::unexpected(drop_off.error());
  return RequestOpenRide{std::move(*pickup), std::move(*drop_off)};
}

template <typename RideCommand>
Read read_ride_command(const Object& json) {
  auto ride_id = string_member(json, "ride_request_id");
  if (!ride_id) return invalid("ride_request_id");
  return RideCommand{std::move(*ride_id)};
}

Read read_chat_message(const Object& json) {
  auto text = read_chat_text(json, "message");
  if (!text) return invalid("message");
  return SendRideMessage{std::move(*text)};
}

constexpr Message messages[] = {
    {Side::passenger, "create_ride_request", read_request},
    {Side::passenger, "cancel_ride_request", read_ride_command<CancelOpenRide>},
    {Side::passenger, "send_chat_message", read_chat_message},
    {Side::campus_driver, "accept_ride_request", read_ride_command<AcceptOpenOffer>},
    {Side::campus_driver, "complete_ride_request", read_ride_command<CompleteOpenRide>},
    {Side::campus_driver, "send_chat_message", read_chat_message},
};

}  // namespace

Command parse_frame(Side side, std::string_view frame) {
  const auto json = read_object(frame, "message");
  if (!json) return misspeak(json.error());
  const auto action = string_member(*json, "action");
  if (!action) return misspeak({RefusalCode::invalid_payload, "The message has no 'action'."});
  for (const auto& message : messages) {
    if (message.side != side || message.action != *action) continue;
    auto command = message.read(*json);
    return command ? std::move(*command) : misspeak(command.error());
  }
  return misspeak({RefusalCode::unknown_message_type, "This side has no message of this action."});
}

}  // namespace hansom::net::campus
