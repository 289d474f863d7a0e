#include "projections/projections.hpp"

namespace hansom {

void Projections::apply(const Envelope& envelope) {
  end = envelope.position;
  last_at = envelope.at;
  switch (envelope.stream.kind) {
    case StreamKind::account:
      accounts.apply(envelope);
      return;
    case StreamKind::cancellation_template:
      templates.apply(envelope);
      return;
    case StreamKind::room:
      rooms.apply(envelope);
      return;
    case StreamKind::booking:
      deadlines.update(bookings.apply(envelope));
      idempotency.apply(envelope);
      if (const auto* assigned =
              std::get_if<DriverAssigned>(&std::get<BookingEvent>(envelope.event))) {
        roster.assigned(assigned->driver.account, envelope.at);
      }
      return;
  }
}

void Projections::settle(const Envelope& envelope) {
  if (envelope.stream.kind == StreamKind::booking) {
    bookings.forget_ended(BookingId{envelope.stream.id});
  }
}

void Projections::start_anew() {
  accounts = {};
  bookings = {};
  deadlines = {};
  templates = {};
  idempotency = {};
  rooms = {};
  roster.forget_assignments();
  end = {};
  last_at = {};
}

void Projections::restore(Projections&& folded) {
  for (const auto& [driver, at] : folded.roster.assignments()) roster.assigned(driver, at);
  accounts = std::move(folded.accounts);
  bookings = std::move(folded.bookings);
  deadlines = std::move(folded.deadlines);
  templates = std::move(folded.templates);
  idempotency = std::move(folded.idempotency);
  rooms = std::move(folded.rooms);
  end = folded.end;
  last_at = folded.last_at;
}

Revision Projections::revision_of(const StreamId& stream) const {
  switch (stream.kind) {
    case StreamKind::account: {
      const auto* account = accounts.find(AccountId{stream.id});
      return account ? account->revision : Revision{};
    }
    case StreamKind::booking: {
      const auto* booking = bookings.find(BookingId{stream.id});
      return booking ? booking->revision : Revision{};
    }
    case StreamKind::cancellation_template: {
      const auto* found = templates.find(TemplateId{stream.id});
      return found ? found->revision : Revision{};
    }
    case StreamKind::room: {
      const auto* room = rooms.find(RoomId{stream.id});
      return room ? room->revision : Revision{};
    }
  }
  return {};
}

}  // namespace hansom
