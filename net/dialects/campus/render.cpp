#include "net/dialects/campus/render.hpp"

#include "net/dialects/json_writer.hpp"

namespace hansom::net::campus {
namespace {

std::string_view status_of(const Booking& booking) {
  switch (booking.status) {
    case BookingStatus::none:
    case BookingStatus::requested:
    case BookingStatus::confirmation:  // which open bookings pass over
      return "pending";
    case BookingStatus::on_the_way:
      return "accepted";
    case BookingStatus::completed:
      return "completed";
    case BookingStatus::cancelled:
      return "cancelled";
  }
  return {};
}

/// A ride request as the document shows it, and its driver once there is one.
void write_ride(JsonWriter& json, const Booking& booking) {
  const auto& pickup = booking.pickup;
  const auto& drop_off = booking.drop_offs.back();
  json.object("data", [&] {
    json.field("id", booking.id);
    json.field("pickup_latitude", pickup.at.latitude);
    json.field("pickup_longitude", pickup.at.longitude);
    json.field("dropoff_latitude", drop_off.at.latitude);
    json.field("dropoff_longitude", drop_off.at.longitude);
    json.field("pickup_address", pickup.address);
    json.field("dropoff_address", drop_off.address);
    json.field("status", status_of(booking));
    if (booking.driver) json.field("driver_id", booking.driver->account);
  });
}

Frame ride(std::string_view action, const Booking& booking) {
  JsonWriter json;
  json.field("action", action);
  write_ride(json, booking);
  return json.frame();
}

Frame ride_id(std::string_view action, BookingId booking) {
  JsonWriter json;
  json.field("action", action);
  json.field("ride_request_id", booking);
  return json.frame();
}

/// What an event tells the two on the ride; null for nothing.
struct NewsToParties {
  const Booking& booking;

  Frame operator()(const BookingRequested&) const { return open_ride(booking); }
  Frame operator()(const OpenOfferAccepted&) const { return open_ride(booking); }
  Frame operator()(const BookingRejected&) const { return cancelled(); }
  Frame operator()(const BookingCancelled&) const { return cancelled(); }
  Frame operator()(const RideCancelledByCustomer&) const { return cancelled(); }
  Frame operator()(const RideCompleted&) const { return ride("ride_request_completed", booking); }
  Frame operator()(const ChatMessageSent& event) const {
    const bool by_driver = event.from == Party::driver;
    JsonWriter json;
    json.field("action", "chat_message");
    json.field("user_id",
               to_string(by_driver ? booking.driver->account : booking.customer.account));
    json.field("message", event.text);
    return json.frame();
  }

  // Not of open bookings.
  Frame operator()(const DriverAssigned&) const { return nullptr; }
  Frame operator()(const ArrivalTimeSubmitted&) const { return nullptr; }
  Frame operator()(const OfferAccepted&) const { return nullptr; }
  Frame operator()(const OfferAutoAccepted&) const { return nullptr; }
  Frame operator()(const ScheduledBookingAccepted&) const { return nullptr; }
  Frame operator()(const ScheduledRideStarted&) const { return nullptr; }
  Frame operator()(const OfferExpired&) const { return nullptr; }
  Frame operator()(const OfferDeclined&) const { return nullptr; }
  Frame operator()(const OfferWithdrawn&) const { return nullptr; }
  Frame operator()(const RideCancelledByDriver&) const { return nullptr; }

  Frame cancelled() const { return ride_id("ride_request_cancelled", booking.id); }
};

}  // namespace

void pushes(const Envelope& envelope, const Booking& booking, std::vector<Push>& out) {
  auto news = std::visit(NewsToParties{booking}, std::get<BookingEvent>(envelope.event));
  if (!news) return;
  out.push_back({booking.customer.account, Side::passenger, news});
  if (booking.driver) out.push_back({booking.driver->account, Side::campus_driver, news});
}

Frame news_to_drivers(const Envelope& envelope, const Booking& booking) {
  const auto& event = std::get<BookingEvent>(envelope.event);
  if (std::holds_alternative<BookingRequested>(event)) return pending_ride(booking);
  // From then on nobody else can have it.
  const bool closes = std::holds_alternative<OpenOfferAccepted>(event) ||
                      std::holds_alternative<BookingRejected>(event) ||
                      std::holds_alternative<BookingCancelled>(event);
  return closes ? ride_id("ride_request_closed", booking.id) : nullptr;
}

Frame open_ride(const Booking& booking) {
  return ride(booking.driver ? "ride_request_accepted" : "ride_request_created", booking);
}

Frame pending_ride(const Booking& booking) {
  JsonWriter json;
  json.field("action", "sending_pending_ride_request");
  json.field("type", "send_pending_ride_request");
  write_ride(json, booking);
  return json.frame();
}

Frame force_disconnect(std::string_view reason) {
  JsonWriter json;
  json.field("action", "force_disconnect");
  json.field("reason", reason);
  return json.frame();
}

Frame error(const Refusal& refusal) {
  JsonWriter json;
  json.field("action", "error");
  json.field("code", to_string(refusal.code));
  json.field("message", refusal.message);
  return json.frame();
}

}  // namespace hansom::net::campus
