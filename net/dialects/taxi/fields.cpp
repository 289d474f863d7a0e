#include "net/dialects/taxi/fields.hpp"

#include "events/event_schema.hpp"
#include "net/dialects/countries.hpp"

namespace hansom::net::taxi {
namespace {

void write_phone_code(JsonWriter& json, std::string_view name, std::string_view code,
                      std::string_view public_url, bool with_limit = false) {
  const auto* country = find_country(code);
  if (!country) {  // an account of a log from elsewhere
    json.field(name, nullptr);
    return;
  }
  std::string flag(public_url);
  flag += "/uploads/flags/";
  for (const char c : code) flag += static_cast<char>(c - 'A' + 'a');
  flag += ".png";
  json.object(name, [&] {
    json.field("id", country->id);
    json.field("name", country->name);
    json.field("code", country->code);
    json.field("ph_code", country->calling_code);
    json.field("flag", flag);
    if (with_limit) json.field("phone_limit", country->phone_limit);
  });
}

void write_place_fields(JsonWriter& json, const Place& place) {
  json.field("title", place.title);
  json.field("address", place.address);
  json.field("map_id", place.map_id);
  json.field("latitude", place.at.latitude);
  json.field("longitude", place.at.longitude);
}

}  // namespace

void write_arrival_time(JsonWriter& json, std::optional<int> arrival_time_s) {
  if (!arrival_time_s) {
    json.field("arrival_time", nullptr);
    return;
  }
  const int seconds = *arrival_time_s;
  const int minutes = (seconds + 59) / 60;  // rounded up
  json.object("arrival_time", [&] {
    if (seconds < 60) {
      json.field("value", seconds);
      json.field("unit", "seconds");
      json.field("label", std::to_string(seconds) + " sec");
    } else if (minutes < 60) {
      json.field("value", minutes);
      json.field("unit", "minutes");
      json.field("label", std::to_string(minutes) + " min");
    } else {
      const int tenths = (seconds + 180) / 360;  // of an hour, rounded
      if (tenths % 10 == 0) {
        json.field("value", tenths / 10);
      } else {
        json.field("value", tenths / 10.0);
      }
      json.field("unit", "hours");
      json.field("label", std::to_string(minutes / 60) + " hr" +
                              (minutes % 60 ? " " + std::to_string(minutes % 60) + " min" : ""));
    }
    json.field("seconds", seconds);
  });
}

void write_places(JsonWriter& json, const Booking& booking) {
  json.object("pickup_location", [&] { write_place_fields(json, booking.pickup); });
  json.object("dropoff_location", [&] { write_place_fields(json, booking.drop_offs.back()); });
  if (booking.drop_offs.size() > 1) {
    json.array("drop_offs", [&] {
      for (const auto& place : booking.drop_offs) {
        json.element([&] { write_place_fields(json, place); });
      }
    });
  }
}

void write_customer(JsonWriter& json, const CustomerContact& customer,
                    std::string_view public_url) {
  json.field("customer_name", customer.name);
  json.field("customer_phone", customer.phone);
  write_phone_code(json, "customer_phone_code", customer.country, public_url);
}

void write_driver(JsonWriter& json, const Booking& booking, std::string_view public_url) {
  if (!booking.driver || !booking.driver_confirmed) {
    for (const auto* name :
         {"driver_name", "driver_phone", "driver_phone_code", "vehicle_number", "driver_code"}) {
      json.field(name, nullptr);
    }
    return;
  }
  const auto& driver = *booking.driver;
  json.field("driver_name", driver.name);
  json.field("driver_phone", driver.phone);
  write_phone_code(json, "driver_phone_code", driver.country, public_url);
  json.field("vehicle_number", driver.vehicle_number);
  json.field("driver_code", driver.driver_code);
}

void write_profile_phone_code(JsonWriter& json, std::string_view country,
                              std::string_view public_url) {
  write_phone_code(json, "phone_code", country, public_url, true);
}

void write_chat_history(JsonWriter& json, std::span<const ChatEntry> chat) {
  json.array("chat_history", [&] {
    for (const auto& entry : chat) {
      json.element([&] {
        json.field("from", name_of(entry.from));
        json.field("text", entry.text);
        json.field("sent_at", entry.sent_at, wire_fraction);
      });
    }
  });
}

void write_assignment(JsonWriter& json, const Booking* booking, std::string_view public_url) {
  if (!booking) {
    json.field("assignment", nullptr);
    return;
  }
  json.object("assignment", [&] {
    json.field("booking_id", booking->id);
    json.field("booking_status", wire_status(booking->status));
    json.field("booking_type", name_of(booking->type));
    json.field("date", pickup_time(*booking), wire_fraction);
    json.field("no_of_passengers", booking->no_of_passengers);
    write_arrival_time(json, booking->arrival_time_s);
    json.field("note", booking->note);
    write_customer(json, booking->customer, public_url);
    write_places(json, *booking);
    write_chat_history(json, booking->chat);
  });
}

void write_customer_booking(JsonWriter& json, const Booking& booking, std::string_view public_url) {
  json.field("booking_id", booking.id);
  json.field("booking_status", wire_status(booking.status));
  json.field("no_of_passengers", booking.no_of_passengers);
  write_arrival_time(json, booking.arrival_time_s);
  write_driver(json, booking, public_url);
  write_places(json, booking);
  write_chat_history(json, booking.chat);
}

std::string_view wire_status(BookingStatus status) {
  switch (status) {
    case BookingStatus::none:
      return "none";
    case BookingStatus::requested:
      return "requested";
    case BookingStatus::confirmation:
      return "confirmation";
    case BookingStatus::on_the_way:
      return "on_the_way";
    case BookingStatus::completed:
      return "completed";
    case BookingStatus::cancelled:
      return "cancelled";
  }
  return {};
}

}  // namespace hansom::net::taxi
