// The bench's random fleet: that it is the same for the same seed, that nothing is missing in its
// logs, and that its rides come to an end.

#include "bench/fleet_load.hpp"

#include "events/digest.hpp"
#include "events/event_codec.hpp"
#include "events/event_schema.hpp"
#include "tests/support/fleet.hpp"

#include <catch2/catch.hpp>

#include <map>
#include <set>

namespace {

using namespace hansom;
using namespace hansom::bench;
using namespace std::chrono_literals;

constexpr FleetSizes few{20, 20, 12};

/// The hash of what is written of the events.
std::string digest_of(std::span<const Envelope> events) {
  std::string written;
  for (const auto& envelope : events) encode(envelope, written);
  return to_hex(sha256({written}));
}

/// The written types of all the events of a family.
template <typename... Events>
void add_types(std::set<std::string_view>& types, const std::variant<Events...>*) {
  (types.insert(EventName<Events>::type), ...);
}

std::set<std::string_view> all_types() {
  std::set<std::string_view> types;
  add_types(types, static_cast<const BookingEvent*>(nullptr));
  add_types(types, static_cast<const AccountEvent*>(nullptr));
  add_types(types, static_cast<const TemplateEvent*>(nullptr));
  add_types(types, static_cast<const RoomEvent*>(nullptr));
  return types;
}

using Fates = std::map<BookingId, std::pair<Booking, Instant>>;

/// All bookings, and when each last went on.
Fates fates_in(const Envelopes& events) {
  Fates fates;
  for (const auto& envelope : events) {
    if (envelope.stream.kind != StreamKind::booking) continue;
    auto& [booking, last_at] = fates[BookingId{envelope.stream.id}];
    apply(booking, envelope);
    last_at = envelope.at;
  }
  return fates;
}

/// Looks at every event of a booking, with the booking as it is after it.
class WatchingRenderer final : public net::WireRenderer {
 public:
  void pushes(const Envelope& envelope, const Booking& booking,
              std::vector<Push>& out) const override {
    ++seen;
    agree &= booking.revision == envelope.revision && StreamId(booking.id) == envelope.stream;
    WireRenderer::pushes(envelope, booking, out);
  }

  mutable std::size_t seen = 0;
  mutable bool agree = true;
};

}  // namespace

TEST_CASE("a fleet with the same seed makes the same log, and one with another seed another") {
  const auto first = events_of_fleet(7, 3'000);
  CHECK(first.size() >= 3'000);
  CHECK(digest_of(first) == digest_of(events_of_fleet(7, 3'000)));
  CHECK(digest_of(first) != digest_of(events_of_fleet(8, 3'000)));
}

TEST_CASE("20,000 events of a fleet have every type among them, and every reason to give up") {
  const auto events = events_of_fleet(1, 20'000);
  auto missing = all_types();
  REQUIRE(missing.size() == 30);
  std::set<CancelReason> reasons;
  std::set<BookingType> requested;
  std::size_t keyed = 0;
  for (const auto& envelope : events) {
    missing.erase(type_of(envelope.event));
    const auto* event = std::get_if<BookingEvent>(&envelope.event);
    if (!event) continue;
    if (const auto* cancelled = std::get_if<BookingCancelled>(event)) {
      reasons.insert(cancelled->reason_code);
    }
    if (const auto* request = std::get_if<BookingRequested>(event)) {
      requested.insert(request->booking_type);
      keyed += request->idempotency_key.has_value();
    }
  }
  CHECK(missing == std::set<std::string_view>{});
  CHECK(reasons.size() == 3);
  CHECK(requested.size() == 3);
  CHECK(keyed > 0);
  CHECK(events.front().at < events.back().at - 6h);
}

TEST_CASE("no ride of a fleet is left behind, and no more are on than may be") {
  MemoryLog log;
  const net::WireRenderer renderer;
  FleetLoad load(log, 3, few, renderer);
  while (load.events() < 10'000) {
    load.turn();
    REQUIRE(load.projections().bookings.size() <= few.in_flight);
  }
  std::size_t completed = 0;
  for (const auto& [id, fate] : fates_in(read_all(log))) {
    const auto& [booking, last_at] = fate;
    const auto until = is_in_progress(booking.status) ? load.clock() : last_at;
    INFO(to_string(id));
    REQUIRE(until < pickup_time(booking) + 2h);
    completed += booking.status == BookingStatus::completed;
  }
  CHECK(completed > 100);
}

TEST_CASE("a fleet goes on with the log of another, in its people and its rides") {
  MemoryLog log;
  fill(log, 5, 2'000, few);
  const auto before = read_all(log);
  const auto fates_before = fates_in(before);
  fill(log, 5, 4'000, few);
  const auto after = read_from(log, {before.size() + 1});
  CHECK(after.front().at >= before.back().at);
  auto all = before;
  all.insert(all.end(), after.begin(), after.end());
  std::set<CommandId> causes;
  for (const auto& envelope : before) causes.insert(envelope.cause);
  const auto is_known = [&](const Envelope& envelope) { return causes.contains(envelope.cause); };
  CHECK(std::none_of(after.begin(), after.end(), is_known));
  const auto fates_after = fates_in(all);
  std::size_t ended = 0;
  for (const auto& [id, fate] : fates_before) {
    if (!is_in_progress(fate.first.status)) continue;
    ended += !is_in_progress(fates_after.at(id).first.status);
  }
  CHECK(ended > 0);
}

TEST_CASE("who renders for a fleet sees each event of a booking with the booking after it") {
  MemoryLog log;
  const WatchingRenderer renderer;
  fill(log, 9, 1'000, few, renderer);
  const auto events = read_all(log);
  CHECK(renderer.agree);
  CHECK(static_cast<std::ptrdiff_t>(renderer.seen) ==
        std::count_if(events.begin(), events.end(), [](const Envelope& envelope) {
          return envelope.stream.kind == StreamKind::booking;
        }));
}

TEST_CASE("a fleet on a log that fails says so") {
  MemoryLog log;
  const net::WireRenderer renderer;
  FleetLoad load(log, 1, few, renderer);
  log.fail_next_append(MemoryLog::Fault::lost);
  const auto run = [&] {
    for (int i = 0; i < 100; ++i) load.turn();
  };
  CHECK_THROWS_AS(run(), std::runtime_error);
}
