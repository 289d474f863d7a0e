#pragma once

// The written names of everything in the log: types, versions, fields, enumerators. Once written,
// they never change meaning; a field may be added as long as its absence reads as "none".
// tests/events/golden/ holds one record per type and version, and a test compares them.

#include "events/event.hpp"
#include "events/schema.hpp"

namespace hansom {

/// An event's written type and version. Specialised below for every event.
template <typename Event>
struct EventName;

#define HANSOM_EVENT(STRUCT, TYPE, VERSION)        \
  template <>                                      \
  struct EventName<STRUCT> {                       \
    static constexpr std::string_view type = TYPE; \
    static constexpr int version = VERSION;        \
  };

HANSOM_ENUM(BookingType, "instant", "scheduled", "open")
HANSOM_ENUM(Party, "driver", "customer")
HANSOM_ENUM(CancelledBy, "admin")
HANSOM_ENUM(CancelReason, "NO_DRIVER_AVAILABLE", "SCHEDULED_DRIVER_NO_SHOW", "CUSTOMER_NOT_ALLOWED")
HANSOM_ENUM(Verdict, "chosen", "already_asked", "own_booking", "farther", "waited_less")
HANSOM_ENUM(Role, "driver", "customer", "student")
HANSOM_ENUM(AccountStatus, "active", "blocked", "deleted")

HANSOM_FIELDS(CustomerContact, HANSOM_FIELD(account), HANSOM_FIELD(name), HANSOM_FIELD(phone),
              HANSOM_FIELD(country))
HANSOM_FIELDS(DriverContact, HANSOM_FIELD(account), HANSOM_FIELD(name), HANSOM_FIELD(phone),
              HANSOM_FIELD(country), HANSOM_FIELD(vehicle_number), HANSOM_FIELD(driver_code))
HANSOM_FIELDS(Coordinates, HANSOM_FIELD(latitude), HANSOM_FIELD(longitude))
HANSOM_FIELDS(Place, HANSOM_FIELD(title), HANSOM_FIELD(address), HANSOM_FIELD(map_id),
              HANSOM_FIELD(at))
HANSOM_FIELDS(Candidate, HANSOM_FIELD(driver), HANSOM_FIELD(distance_m), HANSOM_FIELD(verdict),
              HANSOM_LATER_FIELD(at))

HANSOM_FIELDS(Schedule, HANSOM_FIELD(pickup_at), HANSOM_FIELD(reject_until))
HANSOM_FIELDS(IdempotencyKey, HANSOM_FIELD(key), HANSOM_FIELD(request_digest))
HANSOM_FIELDS(Parties, HANSOM_FIELD(customer), HANSOM_FIELD(driver))
HANSOM_FIELDS(StatedReason, HANSOM_FIELD(template_id), HANSOM_FIELD(text))

HANSOM_EVENT(BookingRequested, "booking_requested", 1)
HANSOM_FIELDS(BookingRequested, HANSOM_FIELD(customer), HANSOM_FIELD(booking_type),
              HANSOM_FIELD(no_of_passengers), HANSOM_FIELD(note), HANSOM_FIELD(pickup),
              HANSOM_FIELD(drop_offs), HANSOM_LATER_FIELD(schedule),
              HANSOM_LATER_FIELD(idempotency_key))
HANSOM_EVENT(DriverAssigned, "driver_assigned", 1)
HANSOM_FIELDS(DriverAssigned, HANSOM_FIELD(driver), HANSOM_FIELD(attempt), HANSOM_FIELD(respond_by),
              HANSOM_FIELD(candidates))
HANSOM_EVENT(ArrivalTimeSubmitted, "arrival_time_submitted", 1)
HANSOM_FIELDS(ArrivalTimeSubmitted, HANSOM_FIELD(arrival_time_s), HANSOM_FIELD(answer_by))
HANSOM_EVENT(OfferAccepted, "offer_accepted", 1)
HANSOM_FIELDS(OfferAccepted)
HANSOM_EVENT(OfferAutoAccepted, "offer_auto_accepted", 1)
HANSOM_FIELDS(OfferAutoAccepted)
HANSOM_EVENT(OpenOfferAccepted, "open_offer_accepted", 1)
HANSOM_FIELDS(OpenOfferAccepted, HANSOM_FIELD(driver))
HANSOM_EVENT(ScheduledBookingAccepted, "scheduled_booking_accepted", 1)
HANSOM_FIELDS(ScheduledBookingAccepted)
HANSOM_EVENT(ScheduledRideStarted, "scheduled_ride_started", 1)
HANSOM_FIELDS(ScheduledRideStarted)
HANSOM_EVENT(OfferExpired, "offer_expired", 1)
HANSOM_FIELDS(OfferExpired, HANSOM_FIELD(driver))
HANSOM_EVENT(OfferDeclined, "offer_declined", 1)
HANSOM_FIELDS(OfferDeclined, HANSOM_FIELD(driver), HANSOM_FIELD(reason), HANSOM_FIELD(reassigned))
HANSOM_EVENT(OfferWithdrawn, "offer_withdrawn", 1)
HANSOM_FIELDS(OfferWithdrawn, HANSOM_FIELD(driver))
HANSOM_EVENT(BookingRejected, "booking_rejected", 1)
HANSOM_FIELDS(BookingRejected, HANSOM_FIELD(parties))
HANSOM_EVENT(BookingCancelled, "booking_cancelled", 1)
HANSOM_FIELDS(BookingCancelled, HANSOM_FIELD(by), HANSOM_FIELD(reason_code), HANSOM_FIELD(reason),
              HANSOM_FIELD(told_driver), HANSOM_FIELD(candidates), HANSOM_LATER_FIELD(customer))
HANSOM_EVENT(RideCancelledByCustomer, "ride_cancelled_by_customer", 1)
HANSOM_FIELDS(RideCancelledByCustomer, HANSOM_FIELD(parties))
HANSOM_EVENT(RideCancelledByDriver, "ride_cancelled_by_driver", 1)
HANSOM_FIELDS(RideCancelledByDriver, HANSOM_FIELD(parties), HANSOM_FIELD(reason))
HANSOM_EVENT(RideCompleted, "ride_completed", 1)
HANSOM_FIELDS(RideCompleted, HANSOM_LATER_FIELD(parties))
HANSOM_EVENT(ChatMessageSent, "chat_message_sent", 1)
HANSOM_FIELDS(ChatMessageSent, HANSOM_FIELD(from), HANSOM_FIELD(text))
HANSOM_FIELDS(Profile, HANSOM_FIELD(email), HANSOM_FIELD(name), HANSOM_FIELD(roles),
              HANSOM_FIELD(phone), HANSOM_FIELD(country), HANSOM_FIELD(username),
              HANSOM_FIELD(avatar), HANSOM_FIELD(vehicle_number), HANSOM_FIELD(driver_code))
HANSOM_EVENT(AccountRegistered, "account_registered", 1)
template <>
struct Fields<AccountRegistered> : Fields<Profile> {};
HANSOM_EVENT(ProfileChanged, "profile_changed", 1)
template <>
struct Fields<ProfileChanged> : Fields<Profile> {};
HANSOM_EVENT(AccountStatusChanged, "account_status_changed", 1)
HANSOM_FIELDS(AccountStatusChanged, HANSOM_FIELD(status))
HANSOM_EVENT(SessionsEnded, "sessions_ended", 1)
HANSOM_FIELDS(SessionsEnded)
HANSOM_EVENT(DeviceSeen, "device_seen", 1)
HANSOM_FIELDS(DeviceSeen, HANSOM_FIELD(device_id), HANSOM_FIELD(device_model))

HANSOM_EVENT(TemplateAdded, "template_added", 1)
HANSOM_FIELDS(TemplateAdded, HANSOM_FIELD(driver), HANSOM_FIELD(text))
HANSOM_EVENT(TemplateDeleted, "template_deleted", 1)
HANSOM_FIELDS(TemplateDeleted)

HANSOM_EVENT(RoomOpened, "room_opened", 1)
HANSOM_FIELDS(RoomOpened, HANSOM_FIELD(host), HANSOM_FIELD(slug), HANSOM_FIELD(name))
HANSOM_EVENT(ParticipantAdded, "participant_added", 1)
HANSOM_FIELDS(ParticipantAdded, HANSOM_FIELD(account))
HANSOM_EVENT(ParticipantRemoved, "participant_removed", 1)
HANSOM_FIELDS(ParticipantRemoved, HANSOM_FIELD(account))
HANSOM_FIELDS(Author, HANSOM_FIELD(account), HANSOM_FIELD(username), HANSOM_FIELD(avatar))
HANSOM_EVENT(RoomMessageSent, "room_message_sent", 1)
HANSOM_FIELDS(RoomMessageSent, HANSOM_FIELD(author), HANSOM_FIELD(body))
HANSOM_EVENT(RoomMessageEdited, "room_message_edited", 1)
HANSOM_FIELDS(RoomMessageEdited, HANSOM_FIELD(message), HANSOM_FIELD(sent), HANSOM_FIELD(body))
HANSOM_EVENT(RoomMessageDeleted, "room_message_deleted", 1)
HANSOM_FIELDS(RoomMessageDeleted, HANSOM_FIELD(message), HANSOM_FIELD(sent))

#undef HANSOM_EVENT

/// The written type of whatever event is held, as `driver_assigned`.
std::string_view type_of(const Event& event);
/// The written version of its type.
int version_of(const Event& event);

}  // namespace hansom
