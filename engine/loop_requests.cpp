// What drivers and customers ask for over HTTP.

#include "engine/loop.hpp"

namespace hansom {
namespace {

std::optional<AccountId> driver_asked(const std::vector<BookingEvent>& events) {
  const auto* assigned = std::get_if<DriverAssigned>(&events.back());
  return assigned ? std::optional(assigned->driver.account) : std::nullopt;
}

}  // namespace

void Loop::serve(PeerId from, const Account&, const MalformedRequest& request) {
  refuse(from, request, request.refusal);
}

void Loop::serve(PeerId from, const Account& caller, const RequestBooking& request) {
  if (const auto& sent = request.idempotency_key) {
    if (const auto* first = projections_.idempotency.find(caller.id, sent->key, at_)) {
      if (first->request_digest != sent->request_digest) {
        return refuse(from, request,
                      {RefusalCode::idempotency_key_reused,
                       "This idempotency key came with another request before."});
      }
      return say(from, renderer_.booking_requested(first->booking, first->booking_type,
                                                   first->driver, first->at));
    }
  }
  const auto actor = actor_on(Side::customer, caller.id);
  auto events = decide(Booking{}, request, now(actor));
  if (!events) return refuse(from, request, events.error());
  const BookingId id{cause_.value};
  // Answered before its pushes, so that an app knows the booking that they are about.
  say(from, renderer_.booking_requested(
                id, request.scheduled_for ? BookingType::scheduled : BookingType::instant,
                driver_asked(*events), at_));
  if (auto* session = sessions_.find(caller.id, Side::customer)) session->farewell_at.reset();
  if (request.device) note_device(caller, actor, *request.device);
  commit(StreamId(id), actor, std::move(*events));
}

template <typename Request>
void Loop::cancel_ride(PeerId from, const Account& caller, const Request& request) {
  Booking room;
  const auto booking = find_or_fold(request.booking_id, room);
  if (!booking) return refuse(from, request, booking.error());
  const auto actor = actor_on(request.caller.side, caller.id);
  auto events = decide(**booking, request, now(actor));
  if (!events) return refuse(from, request, events.error());
  const auto id = (*booking)->id;
  commit(StreamId(id), actor, std::move(*events));
  say(from, renderer_.booking_cancelled(id, at_));
}

void Loop::serve(PeerId from, const Account& caller, const CancelRideByCustomer& request) {
  cancel_ride(from, caller, request);
}

void Loop::serve(PeerId from, const Account& caller, const CancelRideByDriver& request) {
  cancel_ride(from, caller, request);
}

void Loop::serve(PeerId from, const Account& caller, const ShowProfile&) {
  say(from, renderer_.profile(caller, at_));
}

void Loop::serve(PeerId from, const Account& caller, const AddOwnTemplate& request) {
  const auto actor = actor_on(Side::driver, caller.id);
  auto events = decide(request, now(actor));
  if (!events) return refuse(from, request, events.error());
  const TemplateId added{cause_.value};
  commit(StreamId(added), actor, std::move(*events));
  say(from, renderer_.template_added(added, at_));
}

void Loop::serve(PeerId from, const Account& caller, const ListTemplates&) {
  auto usable = projections_.templates.of(caller.id);
  for (const auto* of_admin : projections_.templates.of(std::nullopt)) usable.push_back(of_admin);
  say(from, renderer_.templates(usable, at_));
}

void Loop::serve(PeerId from, const Account& caller, const DeleteOwnTemplate& request) {
  const auto actor = actor_on(Side::driver, caller.id);
  const auto id = TemplateId::parse(request.template_id);
  const auto* found = id ? projections_.templates.find(*id) : nullptr;
  auto events = decide(found, request, now(actor));
  if (!events) return refuse(from, request, events.error());
  commit(StreamId(*id), actor, std::move(*events));
  say(from, renderer_.done(at_));
}

}  // namespace hansom
