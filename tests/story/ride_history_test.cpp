// What an audit makes of a log is what the live engine made: `at` and `show`, `seen`, tried on a
// thousand random rides, at every event of each.

#include "engine/booking_lists.hpp"
#include "story/snapshots.hpp"
#include "story/story.hpp"
#include "tests/support/fleet.hpp"

#include <catch2/catch.hpp>

#include <map>
#include <set>

namespace hansom {
namespace {

/// One frame, and whose it is.
struct Shown {
  Side side = Side::driver;
  std::optional<AccountId> account;
  std::string frame;
  bool operator==(const Shown&) const = default;
};
using AllShown = std::vector<Shown>;

/// An event of a booking as the live engine rendered it.
struct Rendered {
  BookingId booking;
  AllShown pushed;     ///< in order
  AllShown snapshots;  ///< of all who may see it
};

/// Keeps what it renders for the live engine, and what it would have answered to all who may ask.
class KeepingRenderer final : public net::WireRenderer {
 public:
  using WireRenderer::WireRenderer;

  void pushes(const Envelope& envelope, const Booking& booking,
              std::vector<Push>& out) const override {
    const auto before = out.size();
    WireRenderer::pushes(envelope, booking, out);
    auto& kept = rendered[envelope.position];
    CHECK(kept.pushed.empty());  // each event is rendered once
    kept.booking = booking.id;
    for (const auto& [to, side, frame] : std::span(out).subspan(before)) {
      kept.pushed.push_back({side, to, *frame});
    }
    keep_snapshots(booking, kept.snapshots);
  }

  Frame news_to_drivers(const Envelope& envelope, const Booking& booking) const override {
    auto news = WireRenderer::news_to_drivers(envelope, booking);
    if (news) {
      rendered.at(envelope.position).pushed.push_back({Side::campus_driver, std::nullopt, *news});
    }
    return news;
  }

  mutable std::map<Position, Rendered> rendered;

 private:
  void keep_snapshots(const Booking& booking, AllShown& out) const {
    const auto customer = booking.customer.account;
    if (is_open(booking)) {
      if (booking.status == BookingStatus::requested) {
        out.push_back({Side::campus_driver, std::nullopt, *pending_ride(booking)});
        out.push_back({Side::passenger, customer, *open_ride(booking)});
      } else if (booking.status == BookingStatus::on_the_way) {
        out.push_back({Side::campus_driver, booking.driver->account, *open_ride(booking)});
        out.push_back({Side::passenger, customer, *open_ride(booking)});
      }
      return;
    }
    for (const auto driver : booking.asked) {
      if (!belongs_to(booking, driver, Side::driver)) continue;
      out.push_back({Side::driver, driver, *snapshot(Side::driver, &booking)});
    }
    CHECK(belongs_to(booking, customer, Side::customer));
    out.push_back({Side::customer, customer, *snapshot(Side::customer, &booking)});
  }
};

/// A log with a thousand rides that are over, and what was rendered while they went on.
struct History {
  static constexpr std::size_t rides = 1'000;

  MemoryLog log;
  const KeepingRenderer renderer{"https://rides.example.com"};
  std::map<BookingId, std::vector<Envelope>> streams;

  History() {
    bench::FleetLoad load(log, 12, {60, 60, 40}, renderer);
    std::size_t requested = 0;
    for (Position seen; requested < rides + load.projections().bookings.size();) {
      load.turn();
      for (auto each = renderer.rendered.upper_bound(seen); each != renderer.rendered.end();
           seen = (each++)->first) {
        requested += streams.try_emplace(each->second.booking).second;
      }
    }
    for (auto& [booking, events] : streams) events = read_stream(log, StreamId(booking));
  }
};

const History& history() {
  static const History all;
  return all;
}

AllShown shown(std::span<const story::SentFrame> frames) {
  AllShown all;
  for (const auto& [to, frame] : frames) all.push_back({to.side, to.account, *frame});
  return all;
}

}  // namespace

TEST_CASE("a random history has rides of all kinds and ends", "[replay]") {
  std::map<BookingType, std::set<BookingStatus>> ends;
  std::size_t over = 0;
  for (const auto& [id, events] : history().streams) {
    const auto booking = story::booking_at(events, beyond_all);
    over += !is_in_progress(booking.status);
    ends[booking.type].insert(booking.status);
  }
  CHECK(over >= History::rides);
  for (const auto type : {BookingType::instant, BookingType::scheduled, BookingType::open}) {
    CHECK(ends[type].contains(BookingStatus::completed));
    CHECK(ends[type].contains(BookingStatus::cancelled));
  }
}

TEST_CASE("at every position a thousand rides have the snapshots that the live engine had",
          "[replay]") {
  const net::WireRenderer renderer("https://rides.example.com");
  const auto& rendered = history().renderer.rendered;
  std::size_t looked_at = 0;
  std::size_t wrong = 0;
  for (const auto& [id, events] : history().streams) {
    for (const auto& envelope : events) {
      const auto& live = rendered.at(envelope.position);
      const auto booking = story::booking_at(events, envelope.position);
      ++looked_at;
      if (shown(story::snapshots(booking, renderer)) == live.snapshots) continue;
      if (++wrong == 1) FAIL_CHECK("not so at position " << envelope.position.value);
    }
  }
  CHECK(wrong == 0);
  CHECK(looked_at == rendered.size());
  CHECK(looked_at > 3 * History::rides);
}

TEST_CASE("between its events a booking is as the one before has left it", "[replay]") {
  const auto& events = history().streams.begin()->second;
  REQUIRE(events.size() > 1);
  CHECK(story::booking_at(events, {events.front().position.value - 1}) == Booking{});
  CHECK(story::booking_at(events, {}) == Booking{});
  for (std::size_t i = 1; i < events.size(); ++i) {
    const auto here = story::booking_at(events, events[i - 1].position);
    CHECK(here.revision == events[i - 1].revision);
    CHECK(story::booking_at(events, {events[i].position.value - 1}) == here);
  }
  CHECK(story::booking_at(events, beyond_all).revision == events.back().revision);
}

TEST_CASE("a thousand rides are told with the pushes that the live engine made, in order",
          "[replay]") {
  const net::WireRenderer renderer("https://rides.example.com");
  std::size_t pushes = 0;
  std::size_t wrong = 0;
  for (const auto& [id, events] : history().streams) {
    std::size_t moments = 0;
    story::tell(events, renderer, [&](const story::Moment& moment) {
      const auto& expected = events.at(moments++);
      const auto& live = history().renderer.rendered.at(expected.position);
      const bool right = moment.envelope == expected && moment.booking.id == id &&
                         moment.booking.revision == expected.revision &&
                         shown(moment.sent) == live.pushed;
      pushes += live.pushed.size();
      if (!right && ++wrong == 1) FAIL_CHECK("not so at position " << expected.position.value);
      return true;
    });
    wrong += moments != events.size();
  }
  CHECK(wrong == 0);
  CHECK(pushes > 3 * History::rides);
}

}  // namespace hansom
