#include "net/dialects/taxi/parse.hpp"

#include "net/dialects/json_object.hpp"
#include "net/dialects/json_reader.hpp"
#include "net/dialects/misspeak.hpp"
#include "net/dialects/shared_fields.hpp"
#include "net/dialects/taxi/reason.hpp"

#include <expected>
#include <string>

namespace hansom::net::taxi {
namespace {

// The ranges of PROTOCOL.md (Bookings; Chat and catching up).
constexpr int arrival_time_s_max = 86'400;
constexpr std::uint64_t position_max = (1ull << 53) - 1;  // what every JSON reader keeps exact

using Object = Json;

/// A command, or what is wrong with a field.
using Read = std::expected<Command, Refusal>;

/// A message is read by one function.
struct Message {
  std::string_view type;
  Read (*read)(const Object&);
};

template <typename BookingCommand>
Read read_booking_command(const Object& json) {
  auto booking_id = string_member(json, "booking_id");
  if (!booking_id) return invalid("booking_id");
  return BookingCommand{std::move(*booking_id)};
}

Read read_submit_arrival_time(const Object& json) {
  auto booking_id = string_member(json, "booking_id");
  if (!booking_id) return invalid("booking_id");
  const auto arrival_time_s = int_member(json, "arrival_time", 1, arrival_time_s_max);
  if (!arrival_time_s) return invalid("arrival_time");
  return SubmitArrivalTime{std::move(*booking_id), *arrival_time_s};
}

Read read_decline_booking(const Object& json) {
  auto booking_id = string_member(json, "booking_id");
  if (!booking_id) return invalid("booking_id");
  auto reason = read_reason(json);
  if (!reason) return invalid(std::string(reason_fields));
  return DeclineOffer{std::move(*booking_id), std::move(*reason)};
}

Read read_mark_as_completed(const Object& json) {
  if (string_member(json, "status") != "completed") return invalid("status");
  return read_booking_command<CompleteRide>(json);
}

Read read_chat_message(const Object& json) {
  auto booking_id = string_member(json, "booking_id");
  if (!booking_id) return invalid("booking_id");
  auto text = read_chat_text(json, "text");
  if (!text) return invalid("text");
  return SendChatMessage{std::move(*booking_id), std::move(*text)};
}

Read read_resync(const Object& json) {
  auto booking_id = nullable_string_member(json, "booking_id");
  if (!booking_id) return invalid("booking_id");
  if (is_absent(json, "since")) return Resync{std::move(*booking_id)};
  const auto since = whole_number_member(json, "since", position_max);
  if (!since) return invalid("since");
  return Resync{std::move(*booking_id), Position{*since}};
}

Read read_position(const Object&) { return TellPosition{}; }

Read read_location_update(const Object& json) {
  const auto position = read_coordinates(json, "");
  if (!position) return invalid(position.error());
  return UpdateLocation{*position};
}

constexpr Message driver_messages[] = {
    {"submit_arrival_time", read_submit_arrival_time},
    {"accept_booking", read_booking_command<AcceptScheduledBooking>},
    {"decline_booking", read_decline_booking},
    {"mark_as_completed", read_mark_as_completed},
    {"chat_message", read_chat_message},
    {"resync", read_resync},
    {"position", read_position},
    {"location_update", read_location_update},
};

constexpr Message customer_messages[] = {
    {"accept", read_booking_command<AcceptOffer>},
    {"reject", read_booking_command<RejectBooking>},
    {"chat_message", read_chat_message},
    {"resync", read_resync},
    {"position", read_position},
};

}  // namespace

std::optional<Command> parse_frame(Side side, std::string_view frame) {
  const auto json = read_object(frame, "message");
  if (!json) return misspeak(json.error());
  auto booking_id = string_member(*json, "booking_id");
  const auto type = string_member(*json, "type");
  if (!type) {
    return misspeak({RefusalCode::invalid_payload, "The message has no 'type'."},
                    std::move(booking_id));
  }
  if (*type == "ping") return std::nullopt;

  const auto read_as = [&](const Message& message) -> std::optional<Command> {
    auto command = message.read(*json);
    return command ? std::move(*command) : misspeak(command.error(), std::move(booking_id));
  };
  if (side == Side::driver) {
    for (const auto& message : driver_messages) {
      if (message.type == *type) return read_as(message);
    }
  } else {
    for (const auto& message : customer_messages) {
      if (message.type == *type) return read_as(message);
    }
  }
  return misspeak({RefusalCode::unknown_message_type, "This side has no message of this type."},
                  std::move(booking_id));
}

}  // namespace hansom::net::taxi
