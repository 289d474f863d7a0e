#pragma once

#include "net/dialects/json_writer.hpp"
#include "projections/booking.hpp"

#include <span>

namespace hansom::net::taxi {

// The objects of the taxi document that several messages share, each written as a member. Links in
// them begin with `public_url`, the address under which apps reach the server.

/// `{"value":5,"unit":"minutes","label":"5 min","seconds":300}`, or null (PROTOCOL.md, Bookings).
void write_arrival_time(JsonWriter& json, std::optional<int> arrival_time_s);

/// `pickup_location`, `dropoff_location` (the last) and, where there are several, `drop_offs`.
void write_places(JsonWriter& json, const Booking& booking);

/// `customer_name`, `customer_phone`, `customer_phone_code`.
void write_customer(JsonWriter& json, const CustomerContact& customer, std::string_view public_url);

/// `driver_name`, `driver_phone`, `driver_phone_code`, `vehicle_number`, `driver_code`: all null
/// before a driver has confirmed (PROTOCOL.md, Bookings).
void write_driver(JsonWriter& json, const Booking& booking, std::string_view public_url);

/// `phone_code` with the country's `phone_limit`, as profiles have it.
void write_profile_phone_code(JsonWriter& json, std::string_view country,
                              std::string_view public_url);

/// `chat_history`: entries of `from`, `text`, `sent_at`.
void write_chat_history(JsonWriter& json, std::span<const ChatEntry> chat);

/// A booking as its driver is shown it: the member `assignment`, null without one.
void write_assignment(JsonWriter& json, const Booking* booking, std::string_view public_url);

/// A booking as its customer is shown it, from `booking_id` to `chat_history`.
void write_customer_booking(JsonWriter& json, const Booking& booking, std::string_view public_url);

/// Times are shown in UTC, as ISO 8601, with so many digits after the second.
constexpr Fraction wire_fraction = Fraction::milliseconds;

/// The wire's word for a status.
std::string_view wire_status(BookingStatus status);

}  // namespace hansom::net::taxi
