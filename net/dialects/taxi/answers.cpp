// What HTTP requests of the taxi protocol are answered.

#include "events/event_schema.hpp"
#include "net/dialects/envelope.hpp"
#include "net/dialects/taxi/fields.hpp"
#include "net/dialects/wire_renderer.hpp"

namespace hansom::net {

using taxi::wire_status;
using taxi::write_assignment;
using taxi::write_customer_booking;
Answer WireRenderer::booking_requested(BookingId booking, BookingType type,
                                       std::optional<AccountId> driver, Instant at) const {
  return success(201, "Booking request submitted successfully.", at, [&](JsonWriter& data) {
    data.field("booking_id", booking);
    data.field("booking_type", name_of(type));
    data.field("driver_id", driver);
  });
}

Answer WireRenderer::booking_cancelled(BookingId booking, Instant at) const {
  return success(200, "Booking cancelled.", at, [&](JsonWriter& data) {
    data.field("booking_id", booking);
    data.field("status", wire_status(BookingStatus::cancelled));
  });
}

Answer WireRenderer::bookings(Side side, std::span<const Booking> bookings,
                              std::optional<BookingId> next_before, Instant at) const {
  return success(200, "Bookings, newest first.", at, [&](JsonWriter& data) {
    data.array("bookings", [&] {
      for (const auto& booking : bookings) {
        data.element([&] {
          data.field("type", "snapshot");
          if (side == Side::driver) {
            data.field("booking_id", booking.id);
            write_assignment(data, &booking, public_url_);
          } else {
            write_customer_booking(data, booking, public_url_);
          }
        });
      }
    });
    data.field("next_before", next_before);
  });
}

Answer WireRenderer::template_added(TemplateId added, Instant at) const {
  return success(201, "Template created.", at, [&](JsonWriter& data) { data.field("id", added); });
}

Answer WireRenderer::templates(std::span<const CancellationTemplate* const> templates,
                               Instant at) const {
  return success(200, "Reasons to choose from.", at, [&](JsonWriter& data) {
    data.array("templates", [&] {
      for (const auto* each : templates) {
        data.element([&] {
          data.field("id", each->id);
          data.field("text", each->text);
          data.field("owner", each->driver ? "driver" : "admin");
        });
      }
    });
  });
}

}  // namespace hansom::net
