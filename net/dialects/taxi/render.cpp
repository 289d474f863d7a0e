#include "net/dialects/taxi/render.hpp"

#include "events/event_schema.hpp"
#include "net/dialects/json_writer.hpp"
#include "net/dialects/taxi/fields.hpp"

#include <span>

namespace hansom::net::taxi {
namespace {

/// A live message carries so much of the chat; state events carry all (the taxi document, Chat).
constexpr std::size_t live_chat_entries_max = 100;

/// Collects the pushes of one event.
struct Pushes {
  const Envelope& envelope;
  const Booking& booking;
  std::string_view public_url;
  std::vector<Push>& out;

  /// Adds a push of this type for one side; `fill` writes what stands between `booking_id` and
  /// `seq`.
  template <typename Fill>
  void add(AccountId to, Side side, std::string_view type, Fill fill) {
    out.push_back({to, side, frame(type, fill)});
  }
  template <typename Fill>
  void to_driver(std::string_view type, Fill fill) {
    add(booking.driver->account, Side::driver, type, fill);
  }
  template <typename Fill>
  void to_customer(std::string_view type, Fill fill) {
    add(booking.customer.account, Side::customer, type, fill);
  }

  template <typename Fill>
  Frame frame(std::string_view type, Fill fill) {
    JsonWriter json;
    json.field("type", type);
    json.field("booking_id", booking.id);
    fill(json);
    json.field("seq", envelope.position.value);
    return json.frame();
  }

  void status(JsonWriter& json) { json.field("booking_status", wire_status(booking.status)); }
  void ended_status(JsonWriter& json) { json.field("status", wire_status(booking.status)); }
  void chat(JsonWriter& json) { write_chat_history(json, booking.chat); }

  void customer_accepted(bool auto_promoted) {
    to_driver("customer_accepted", [&](JsonWriter& json) {
      status(json);
      json.field("no_of_passengers", booking.no_of_passengers);
      json.field("note", booking.note);
      write_customer(json, booking.customer, public_url);
      write_places(json, booking);
      chat(json);
      json.field("auto_promoted", auto_promoted);
    });
  }

  void operator()(const BookingRequested&) {}  // the HTTP answer says it

  void operator()(const DriverAssigned&) {
    to_driver("booking_assigned", [&](JsonWriter& json) {
      status(json);
      json.field("booking_type", name_of(booking.type));
      json.field("date", pickup_time(booking), wire_fraction);
      json.field("no_of_passengers", booking.no_of_passengers);
      json.field("note", booking.note);
      write_customer(json, booking.customer, public_url);
      write_places(json, booking);
      chat(json);
    });
  }

  void operator()(const ArrivalTimeSubmitted& event) {
    to_driver("arrival_time_accepted", [&](JsonWriter& json) {
      status(json);
      write_arrival_time(json, event.arrival_time_s);
      chat(json);
    });
    to_customer("arrival_time_offered", [&](JsonWriter& json) {
      status(json);
      write_arrival_time(json, event.arrival_time_s);
      json.field("no_of_passengers", booking.no_of_passengers);
      write_driver(json, booking, public_url);
      write_places(json, booking);
      chat(json);
    });
  }

  void operator()(const OfferAccepted&) {
    to_customer("accept_accepted", [&](JsonWriter& json) {
      status(json);
      write_driver(json, booking, public_url);
      chat(json);
    });
    customer_accepted(false);
  }

  void auto_accepted() {
    to_customer("offer_auto_accepted", [&](JsonWriter& json) {
      status(json);
      chat(json);
    });
    customer_accepted(true);
  }

  void operator()(const OfferAutoAccepted&) { auto_accepted(); }

  void operator()(const ScheduledBookingAccepted&) {
    to_driver("accept_accepted", [&](JsonWriter& json) { chat(json); });
    to_customer("booking_confirmed", [&](JsonWriter& json) {
      status(json);
      json.field("scheduled_date", pickup_time(booking), wire_fraction);
      json.field("no_of_passengers", booking.no_of_passengers);
      write_driver(json, booking, public_url);
      write_places(json, booking);
      chat(json);
    });
  }

  void operator()(const OpenOfferAccepted&) {}  // of open bookings only

  void operator()(const ScheduledRideStarted&) { auto_accepted(); }

  void operator()(const OfferExpired& event) {
    add(event.driver, Side::driver, "offer_expired",
        [](JsonWriter& json) { json.field("reason", "Response window elapsed."); });
  }

  void operator()(const OfferDeclined& event) {
    add(event.driver, Side::driver, "decline_accepted",
        [&](JsonWriter& json) { json.field("reassigned", event.reassigned); });
  }

  void operator()(const OfferWithdrawn&) {}  // the driver's socket is ended with it

  void operator()(const BookingRejected&) {
    to_customer("reject_accepted", [&](JsonWriter& json) {
      ended_status(json);
      write_driver(json, booking, public_url);
      chat(json);
    });
    to_driver("customer_rejected", [&](JsonWriter& json) {
      ended_status(json);
      json.field("note", booking.note);
      write_customer(json, booking.customer, public_url);
      chat(json);
    });
  }

  void operator()(const RideCancelledByCustomer&) {  // who is answered over HTTP
    to_driver("booking_cancelled_by_customer", [&](JsonWriter& json) {
      ended_status(json);
      chat(json);
    });
  }

  void operator()(const RideCancelledByDriver& event) {  // who is answered over HTTP
    driver_cancelled(event.reason.text, "DRIVER_CANCELLED");
  }

  void driver_cancelled(std::string_view reason, std::string_view reason_code) {
    to_customer("driver_cancelled", [&](JsonWriter& json) {
      ended_status(json);
      json.field("reason", reason);
      json.field("reason_code", reason_code);
      chat(json);
    });
  }

  void operator()(const BookingCancelled& event) {
    if (event.told_driver) {
      add(*event.told_driver, Side::driver, "booking_cancelled", [&](JsonWriter& json) {
        ended_status(json);
        json.field("reason", event.reason);
        json.field("reason_code", name_of(event.reason_code));
      });
    }
    driver_cancelled(event.reason, name_of(event.reason_code));
  }

  void operator()(const RideCompleted&) {
    const auto completed = [&](JsonWriter& json) {
      ended_status(json);
      chat(json);
    };
    to_driver("complete_accepted", completed);
    to_customer("ride_completed", completed);
  }

  void operator()(const ChatMessageSent& event) {
    const auto message = frame("chat_message", [&](JsonWriter& json) {
      json.field("from", name_of(event.from));
      json.field("text", event.text);
      json.field("sent_at", envelope.at, wire_fraction);
      const std::span<const ChatEntry> chat(booking.chat);
      write_chat_history(json, chat.last(std::min(chat.size(), live_chat_entries_max)));
    });
    out.push_back({booking.driver->account, Side::driver, message});
    out.push_back({booking.customer.account, Side::customer, message});
  }
};

}  // namespace

void pushes(const Envelope& envelope, const Booking& booking, std::string_view public_url,
            std::vector<Push>& out) {
  std::visit(Pushes{envelope, booking, public_url, out}, std::get<BookingEvent>(envelope.event));
}

Frame connected(Side side, AccountId account) {
  JsonWriter json;
  json.field("type", "connected");
  json.field(side == Side::driver ? "driver_id" : "customer_id", to_string(account));
  return json.frame();
}

Frame force_disconnect(std::string_view reason) {
  JsonWriter json;
  json.field("type", "force_disconnect");
  json.field("reason", reason);
  return json.frame();
}

Frame snapshot(Side side, const Booking* booking, std::string_view public_url) {
  JsonWriter json;
  json.field("type", "snapshot");
  if (side == Side::driver) {
    write_assignment(json, booking, public_url);
  } else if (booking) {
    write_customer_booking(json, *booking, public_url);
  } else {
    json.field("booking_id", nullptr);
    json.field("booking_status", nullptr);
  }
  return json.frame();
}

Frame position(Position reached) {
  JsonWriter json;
  json.field("type", "position");
  json.field("seq", reached.value);
  return json.frame();
}

Frame error(const Refusal& refusal, std::optional<std::string_view> booking_id) {
  JsonWriter json;
  json.field("type", "error");
  json.field("code", to_string(refusal.code));
  json.field("message", refusal.message);
  if (booking_id) json.field("booking_id", *booking_id);
  return json.frame();
}

}  // namespace hansom::net::taxi
