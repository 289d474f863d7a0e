// What HTTP requests are answered.

#include "events/event_schema.hpp"
#include "net/dialects/taxi/envelope.hpp"
#include "net/dialects/taxi/fields.hpp"
#include "net/dialects/taxi/render.hpp"

namespace hansom::net::taxi {
namespace {

/// What admin and account see alike, but for the `phone_code`, which `write_phone_code` writes.
template <typename WritePhoneCode>
void write_account(JsonWriter& json, const Account& account, WritePhoneCode write_phone_code) {
  json.field("id", to_string(account.id));
  json.field("email", account.email);
  json.field("name", account.name);
  json.array("roles", [&] {
    for (const auto role : account.roles) json.element(name_of(role));
  });
  json.field("phone", account.phone);
  write_phone_code();
  json.field("username", account.username);
  json.field("avatar", account.avatar);
  json.field("vehicle_number", account.vehicle_number);
  json.field("driver_code", account.driver_code);
  json.field("status", name_of(account.status));
}

void write_devices(JsonWriter& json, const Account& account) {
  json.array("devices", [&] {
    for (const auto& device : account.devices) {
      json.element([&] {
        json.field("device_id", device.id);
        json.field("device_model", device.model);
        json.field("last_seen_at", wire_time(device.last_seen_at));
      });
    }
  });
}

}  // namespace

Answer TaxiRenderer::booking_requested(BookingId booking, BookingType type,
                                       std::optional<AccountId> driver, Instant at) const {
  return success(201, "Booking request submitted successfully.", at, [&](JsonWriter& data) {
    data.field("booking_id", to_string(booking));
    data.field("booking_type", name_of(type));
    data.field("driver_id", driver ? std::optional(to_string(*driver)) : std::nullopt);
  });
}

Answer TaxiRenderer::booking_cancelled(BookingId booking, Instant at) const {
  return success(200, "Booking cancelled.", at, [&](JsonWriter& data) {
    data.field("booking_id", to_string(booking));
    data.field("status", wire_status(BookingStatus::cancelled));
  });
}

Answer TaxiRenderer::bookings(Side side, std::span<const Booking> bookings,
                              std::optional<BookingId> next_before, Instant at) const {
  return success(200, "Bookings, newest first.", at, [&](JsonWriter& data) {
    data.array("bookings", [&] {
      for (const auto& booking : bookings) {
        data.element([&] {
          data.field("type", "snapshot");
          if (side == Side::driver) {
            data.field("booking_id", to_string(booking.id));
            write_assignment(data, &booking, public_url_);
          } else {
            write_customer_booking(data, booking, public_url_);
          }
        });
      }
    });
    data.field("next_before", next_before ? std::optional(to_string(*next_before)) : std::nullopt);
  });
}

Answer TaxiRenderer::profile(const Account& account, Instant at) const {
  return success(200, "Your profile.", at, [&](JsonWriter& data) {
    write_account(data, account,
                  [&] { write_profile_phone_code(data, account.country, public_url_); });
  });
}

Answer TaxiRenderer::account_registered(AccountId account, Instant at) const {
  return success(201, "Account created.", at,
                 [&](JsonWriter& data) { data.field("id", to_string(account)); });
}

Answer TaxiRenderer::account(const Account& account, Instant at) const {
  return success(200, "The account.", at, [&](JsonWriter& data) {
    write_account(data, account, [&] { data.field("phone_code", account.country); });
    write_devices(data, account);
  });
}

Answer TaxiRenderer::template_added(TemplateId added, Instant at) const {
  return success(201, "Template created.", at,
                 [&](JsonWriter& data) { data.field("id", to_string(added)); });
}

Answer TaxiRenderer::templates(std::span<const CancellationTemplate* const> templates,
                               Instant at) const {
  return success(200, "Reasons to choose from.", at, [&](JsonWriter& data) {
    data.array("templates", [&] {
      for (const auto* each : templates) {
        data.element([&] {
          data.field("id", to_string(each->id));
          data.field("text", each->text);
          data.field("owner", each->driver ? "driver" : "admin");
        });
      }
    });
  });
}

Answer TaxiRenderer::done(Instant at) const { return success(200, "Done.", at, nullptr); }

Answer TaxiRenderer::refused(const Refusal& refusal, Instant at) const {
  return failure(refusal, at);
}

}  // namespace hansom::net::taxi
