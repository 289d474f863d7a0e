#include "story/describe.hpp"

#include "events/event_schema.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace hansom::story {
namespace {

std::string in_quotes(std::string_view text) { return "\"" + plain(text) + "\""; }

std::string why(const StatedReason& reason) { return "because " + in_quotes(reason.text); }

std::string count(std::size_t number, const char* noun) {
  return std::to_string(number) + " " + noun + (number == 1 ? "" : "s");
}

std::string profile(const Profile& profile) {
  std::string text = plain(profile.name) + ", " + plain(profile.email);
  for (const auto role : profile.roles) text += ", " + std::string(name_of(role));
  return text;
}

struct Describe {
  std::string operator()(const BookingRequested& event) const {
    auto text = plain(event.customer.name) + ", " + std::string(name_of(event.booking_type)) +
                ", " + count(static_cast<std::size_t>(event.no_of_passengers), "passenger");
    text += ": " + plain(event.pickup.title.empty() ? event.pickup.address : event.pickup.title);
    for (const auto& stop : event.drop_offs) {
      text += " to " + plain(stop.title.empty() ? stop.address : stop.title);
    }
    if (event.schedule) text += ", for " + shown(event.schedule->pickup_at);
    if (event.note) text += ", " + in_quotes(*event.note);
    return text;
  }
  std::string operator()(const DriverAssigned& event) const {
    auto text = plain(event.driver.name) + " is asked, attempt " + std::to_string(event.attempt);
    const auto chosen = std::ranges::find(event.candidates, Verdict::chosen, &Candidate::verdict);
    if (chosen != event.candidates.end() && chosen->distance_m) {
      text += ", " + distance(*chosen->distance_m) + " away";
    }
    return text + ", has until " + shown(event.respond_by);
  }
  std::string operator()(const ArrivalTimeSubmitted& event) const {
    return "there in " + std::to_string(event.arrival_time_s) + " s; the customer has until " +
           shown(event.answer_by);
  }
  std::string operator()(const OfferAccepted&) const { return "the ride is on"; }
  std::string operator()(const OfferAutoAccepted&) const {
    return "no answer in time, so the ride is on";
  }
  std::string operator()(const OpenOfferAccepted& event) const {
    return plain(event.driver.name) + " was first; the ride is on";
  }
  std::string operator()(const ScheduledBookingAccepted&) const {
    return "the booking stands until its pickup";
  }
  std::string operator()(const ScheduledRideStarted&) const {
    return "the pickup time; the ride is on";
  }
  std::string operator()(const OfferExpired&) const { return "no answer in time"; }
  std::string operator()(const OfferDeclined& event) const {
    return why(event.reason) + (event.reassigned ? "; somebody else is asked" : "");
  }
  std::string operator()(const OfferWithdrawn&) const {
    return "the driver may not answer any more";
  }
  std::string operator()(const BookingRejected&) const { return "called off by the customer"; }
  std::string operator()(const BookingCancelled& event) const {
    return std::string(name_of(event.reason_code)) + ", " + in_quotes(event.reason);
  }
  std::string operator()(const RideCancelledByCustomer&) const { return "ended by the customer"; }
  std::string operator()(const RideCancelledByDriver& event) const { return why(event.reason); }
  std::string operator()(const RideCompleted&) const { return ""; }
  std::string operator()(const ChatMessageSent& event) const { return in_quotes(event.text); }

  std::string operator()(const AccountRegistered& event) const { return profile(event); }
  std::string operator()(const ProfileChanged& event) const { return profile(event); }
  std::string operator()(const AccountStatusChanged& event) const {
    return std::string(name_of(event.status));
  }
  std::string operator()(const SessionsEnded&) const { return ""; }
  std::string operator()(const DeviceSeen& event) const {
    return plain(event.device_id) + (event.device_model ? ", " + plain(*event.device_model) : "");
  }

  std::string operator()(const TemplateAdded& event) const {
    return in_quotes(event.text) + (event.driver ? ", a driver's own" : "");
  }
  std::string operator()(const TemplateDeleted&) const { return ""; }

  std::string operator()(const RoomOpened& event) const {
    return plain(event.slug) + ", " + in_quotes(event.name);
  }
  std::string operator()(const ParticipantAdded& event) const { return to_string(event.account); }
  std::string operator()(const ParticipantRemoved& event) const { return to_string(event.account); }
  std::string operator()(const RoomMessageSent& event) const {
    return plain(event.author.username) + ": " + in_quotes(event.body);
  }
  std::string operator()(const RoomMessageEdited& event) const {
    return "that of position " + std::to_string(event.sent.value) + " to " + in_quotes(event.body);
  }
  std::string operator()(const RoomMessageDeleted& event) const {
    return "that of position " + std::to_string(event.sent.value);
  }
};

/// How many bytes at the start of a text are a character that is not for terminals: controls of one
/// byte and of two (C1), ends of lines, and those that turn the direction of writing (Unicode TR
/// 9).
std::size_t bytes_unfit_at_start(std::string_view text) {
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0;
  };
  if (byte(0) < 0x20 || byte(0) == 0x7f) return 1;
  if (byte(0) == 0xc2 && (byte(1) & 0xe0) == 0x80) return 2;
  const bool embeds = byte(1) == 0x80 && byte(2) >= 0xa8 && byte(2) <= 0xae;    // U+2028 to U+202E
  const bool isolates = byte(1) == 0x81 && byte(2) >= 0xa6 && byte(2) <= 0xa9;  // U+2066 to U+2069
  return byte(0) == 0xe2 && (embeds || isolates) ? 3 : 0;
}

}  // namespace

std::string describe(const Event& event) {
  return std::visit([](const auto& kind) { return std::visit(Describe{}, kind); }, event);
}

std::string plain(std::string_view text, std::size_t characters_max) {
  std::string out;
  std::size_t characters = 0;
  while (!text.empty()) {
    const bool begins = (static_cast<unsigned char>(text.front()) & 0xc0) != 0x80;
    if (begins && characters++ == characters_max) return out + "...";
    const auto unfit = bytes_unfit_at_start(text);
    out += unfit > 0 ? ' ' : text.front();
    text.remove_prefix(std::max<std::size_t>(unfit, 1));
  }
  return out;
}

std::string distance(double metres) {
  char text[32];
  if (metres < 999.5) {  // not "1000 m"
    std::snprintf(text, sizeof text, "%.0f m", metres);
  } else {
    std::snprintf(text, sizeof text, "%.1f km", metres / 1000);
  }
  return text;
}

}  // namespace hansom::story
