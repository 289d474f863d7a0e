// All bookings, newest first, against a plain walk through the same log.

#include "story/booking_list.hpp"

#include "bench/fleet_load.hpp"
#include "events/memory_log.hpp"
#include "net/dialects/wire_renderer.hpp"
#include "tests/support/printing.hpp"
#include "tests/support/story.hpp"

#include <catch2/catch.hpp>

#include <limits>
#include <map>

namespace hansom::story {
namespace {

constexpr Position beyond_all{std::numeric_limits<std::uint64_t>::max()};

/// A log with rides of every kind.
struct History {
  MemoryLog log;
  std::map<Position, Booking> bookings;  ///< by where they were requested

  explicit History(std::size_t turns) {
    const net::WireRenderer renderer;
    bench::FleetLoad load(log, 12, {60, 60, 40}, renderer);
    for (std::size_t i = 0; i < turns; ++i) load.turn();
    fold(log.end());
  }

  void fold(Position end) {
    bookings.clear();
    std::map<BookingId, Position> requested;
    (void)log.read({1}, [&](const Envelope& envelope) {
      if (envelope.position > end) return false;
      if (envelope.stream.kind != StreamKind::booking) return true;
      const auto at =
          requested.try_emplace(BookingId{envelope.stream.id}, envelope.position).first->second;
      apply(bookings[at], envelope);
      bookings[at].chat.clear();  // a list has none
      return true;
    });
  }
};

/// Follows the pages to the end.
std::vector<Booking> all_pages(const EventLog& log, std::size_t limit, Position end) {
  std::vector<Booking> all;
  for (std::optional<Position> before = beyond_all; before;) {
    const auto page = list_bookings(log, *before, limit, end);
    REQUIRE(page);
    CHECK(page->bookings.size() <= limit);
    for (const auto& listed : page->bookings) all.push_back(listed.booking);
    if (page->next_before) REQUIRE(*page->next_before < *before);
    before = page->next_before;
  }
  return all;
}

}  // namespace

TEST_CASE("the pages have every booking once, newest first, as it is", "[story]") {
  History history(500);
  REQUIRE(history.bookings.size() > 100);
  for (const std::size_t limit : {std::size_t{1}, std::size_t{7}, std::size_t{100}}) {
    const auto all = all_pages(history.log, limit, history.log.end());
    REQUIRE(all.size() == history.bookings.size());
    CHECK(std::ranges::equal(all, history.bookings | std::views::values | std::views::reverse));
  }
}

TEST_CASE("what is beyond the end that is given is not there", "[story]") {
  History history(100);
  const Position end{history.log.end().value / 2};
  history.fold(end);
  const auto all = all_pages(history.log, 50, end);
  CHECK(std::ranges::equal(all, history.bookings | std::views::values | std::views::reverse));
}

TEST_CASE("a page ends after so many events, and the next one goes on from there", "[story]") {
  MemoryLog log;
  Story story;
  story.tell(StreamId(BookingId{uuid(1)}), Event(BookingEvent(requested_by(alice))));
  for (std::uint64_t i = 0; i < events_looked_at_max + 10; ++i) {
    story.tell(StreamId(alice), Event(AccountEvent(SessionsEnded{})));
  }
  story.tell(StreamId(BookingId{uuid(2)}), Event(BookingEvent(requested_by(alice))));
  REQUIRE(log.append({}, story.events()));
  auto page = list_bookings(log, beyond_all, 50, log.end());
  REQUIRE(page);
  REQUIRE(page->bookings.size() == 1);
  CHECK(page->bookings[0].booking.id == BookingId{uuid(2)});
  REQUIRE(page->next_before);
  CHECK(log.end().value - page->next_before->value < events_looked_at_max + 1);
  page = list_bookings(log, *page->next_before, 50, log.end());
  REQUIRE(page);
  REQUIRE(page->bookings.size() == 1);
  CHECK(page->bookings[0].booking.id == BookingId{uuid(1)});
  CHECK_FALSE(page->next_before);
}

TEST_CASE("an empty log has no bookings and no next page", "[story]") {
  const auto page = list_bookings(MemoryLog(), beyond_all, 50, Position{});
  REQUIRE(page);
  CHECK(page->bookings.empty());
  CHECK_FALSE(page->next_before);
}

}  // namespace hansom::story
