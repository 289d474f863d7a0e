// The board's numbers against what the projections and the log say.

#include "net/board.hpp"

#include "bench/fleet_load.hpp"
#include "events/memory_log.hpp"
#include "net/board_watch.hpp"
#include "net/dialects/json_reader.hpp"
#include "net/dialects/wire_renderer.hpp"
#include "projections/booking_schema.hpp"
#include "projections/projections.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <future>
#include <map>

namespace hansom::net {
namespace {

using namespace std::chrono_literals;

constexpr Instant noon{std::chrono::hours(24 * 365 * 50)};

rapidjson::Document shown(const Board& board, Instant now) {
  Board::Seen seen;
  rapidjson::Document json;
  json.Parse(*board.frame(now, seen));
  REQUIRE(json.IsObject());
  return json;
}

using Counts = std::map<std::string, std::int64_t>;

/// So many bookings as the board shows on a side in a status, but for those without any.
Counts counts(const rapidjson::Document& json) {
  Counts counts;
  for (const auto& protocol : json["bookings"].GetObject()) {
    for (const auto& status : protocol.value.GetObject()) {
      const auto name = std::string(protocol.name.GetString()) + " " + status.name.GetString();
      if (const auto count = status.value.GetInt64()) counts[name] = count;
    }
  }
  return counts;
}

std::vector<Envelope> all_events(const EventLog& log) {
  std::vector<Envelope> events;
  REQUIRE(log.read({1}, [&](const Envelope& envelope) {
    events.push_back(envelope);
    return true;
  }));
  return events;
}

Envelope assigned_at(Position position, Instant at) {
  return {position, StreamId(BookingId{}),         {2}, at, {ActorKind::timer},
          {},       BookingEvent(DriverAssigned{})};
}

std::vector<int> per_minute(const rapidjson::Document& json) {
  std::vector<int> counts;
  for (const auto& each : json["assignments"]["per_minute"].GetArray()) {
    counts.push_back(each.GetInt());
  }
  REQUIRE(counts.size() == 60);
  return counts;
}

}  // namespace

TEST_CASE("at every event the board counts what the projections hold", "[board]") {
  MemoryLog log;
  const WireRenderer renderer;
  bench::FleetLoad load(log, 7, {60, 60, 40}, renderer);
  for (int i = 0; i < 2'000; ++i) load.turn();
  const auto events = all_events(log);

  Board board(noon);
  Projections projections;
  std::map<BookingId, std::string> known;
  Counts expected;
  std::size_t later_start = events.size() / 2;
  std::optional<Board> started_later;
  for (std::size_t i = 0; i < events.size(); ++i) {
    const auto& envelope = events[i];
    board.appended({&envelope, 1});
    if (started_later) started_later->appended({&envelope, 1});
    projections.apply(envelope);
    if (envelope.stream.kind == StreamKind::booking) {
      const BookingId id{envelope.stream.id};
      const auto& booking = *projections.bookings.find(id);
      const auto name = std::string(is_open(booking) ? "campus " : "taxi ") +
                        std::string(name_of(booking.status));
      auto& before = known[id];
      if (!before.empty() && --expected[before] == 0) expected.erase(before);
      ++expected[before = name];
    }
    projections.settle(envelope);
    if (i % 50 == 0) CHECK(counts(shown(board, envelope.at)) == expected);
    if (i == later_start) {
      started_later.emplace(noon);
      started_later->start(projections.bookings, projections.end);
    }
  }
  CHECK(counts(shown(board, events.back().at)) == expected);
  auto in_progress = counts(shown(*started_later, events.back().at));
  for (auto* counts : {&expected, &in_progress}) {
    std::erase_if(*counts, [](const auto& each) {
      return each.first.ends_with("completed") || each.first.ends_with("cancelled");
    });
  }
  CHECK(in_progress == expected);
  CHECK(shown(board, noon)["seconds_to_accept"].Size() == 200);
}

TEST_CASE("events that were told of already are not counted again", "[board]") {
  MemoryLog log;
  const WireRenderer renderer;
  bench::FleetLoad load(log, 7, {20, 20, 10}, renderer);
  for (int i = 0; i < 20; ++i) load.turn();
  const auto events = all_events(log);
  Board all(noon), half(noon);
  all.appended(events);
  half.appended(std::span(events).first(events.size() / 2));
  half.recovered(log);
  half.appended(std::span(events).last(5));
  CHECK(counts(shown(half, noon)) == counts(shown(all, noon)));
}

TEST_CASE("assignments are counted minute by minute, for an hour", "[board]") {
  Board board(noon);
  std::uint64_t position = 0;
  const auto assign = [&](Instant at) {
    const auto envelope = assigned_at({++position}, at);
    board.appended({&envelope, 1});
  };
  assign(noon);
  assign(noon + 59s);
  assign(noon + 60s);
  auto minutes = per_minute(shown(board, noon + 61s));
  CHECK(minutes[59] == 1);
  CHECK(minutes[58] == 2);
  minutes = per_minute(shown(board, noon + 59min));
  CHECK(minutes[0] == 2);
  CHECK(minutes[1] == 1);
  assign(noon + 60min);
  minutes = per_minute(shown(board, noon + 60min));
  CHECK(minutes[0] == 1);
  CHECK(minutes[59] == 1);
  CHECK(std::ranges::count(minutes, 0) == 58);
  assign(noon + 10h);
  CHECK(std::ranges::count(per_minute(shown(board, noon + 10h)), 0) == 59);
  CHECK(std::ranges::count(per_minute(shown(board, noon + 20h)), 0) == 60);
}

TEST_CASE("there is news when something changed, or a minute with assignments passed", "[board]") {
  Board board(noon);
  Board::Seen seen;
  CHECK(board.has_news(seen, noon));
  (void)board.frame(noon, seen);
  CHECK_FALSE(board.has_news(seen, noon));
  CHECK_FALSE(board.has_news(seen, noon + 1h));
  board.drivers_connected(1, 0);
  CHECK(board.has_news(seen, noon));
  (void)board.frame(noon, seen);
  board.drivers_connected(1, 0);
  CHECK_FALSE(board.has_news(seen, noon));
  const auto envelope = assigned_at({1}, noon);
  board.appended({&envelope, 1});
  (void)board.frame(noon, seen);
  CHECK_FALSE(board.has_news(seen, noon + 59s));
  CHECK(board.has_news(seen, noon + 60s));
}

TEST_CASE("the last errors are kept, newest first, with code, time and side", "[board]") {
  Board board(noon);
  for (int i = 0; i < 25; ++i) {
    if (i % 2) {
      board.refused(RefusalCode::booking_not_found, Side::passenger, noon + i * 1s);
    } else {
      board.refused(RefusalCode::log_unavailable, std::nullopt, noon + i * 1s);
    }
  }
  // Whoever knocks at the door puts none of them out.
  board.refused(RefusalCode::not_found, std::nullopt, noon + 1h);
  const auto json = shown(board, noon);
  const auto errors = json["errors"].GetArray();
  REQUIRE(errors.Size() == 20);
  CHECK(errors[0]["at"].GetString() == to_iso(noon + 24s, Fraction::milliseconds));
  CHECK(errors[0]["side"].IsNull());
  CHECK(errors[1]["side"].GetString() == std::string("passenger"));
  CHECK(errors[1]["code"].GetString() == std::string("BOOKING_NOT_FOUND"));
}

TEST_CASE("who watches hears something now and then though nothing has changed", "[board]") {
  Board board(noon);
  std::promise<void> heard;
  std::atomic<int> frames = 0;
  BoardWatch watch(board,
                   [&](Outbox outbox) {
                     CHECK(outbox.size() == 1);
                     if (++frames == 3) heard.set_value();
                   },
                   {1ms, 5ms});
  (void)watch.join(PeerId{1});
  CHECK(heard.get_future().wait_for(10s) == std::future_status::ready);
  watch.leave(PeerId{1});
  watch.stop();
}

}  // namespace hansom::net
