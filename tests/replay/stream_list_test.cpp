// `ls` against what a plain fold of the same log says, for every filter and all of them together.

#include "replay/stream_list.hpp"

#include "events/event_schema.hpp"
#include "projections/booking.hpp"
#include "story/describe.hpp"
#include "tests/support/fleet.hpp"

#include <catch2/catch.hpp>

#include <map>
#include <set>
#include <sstream>

namespace hansom::replay {
namespace {

/// What is to be known of a stream, folded from its events.
struct Folded {
  StreamEntry entry;
  std::set<AccountId> drivers;
  std::optional<AccountId> customer;
};

std::string profile_of(const Profile& profile) {
  std::string text = profile.name + ", " + profile.email;
  for (const auto role : profile.roles) text += ", " + std::string(name_of(role));
  return text;
}

std::string person(const auto& contact) {
  return contact.name + " (" + to_string(contact.account) + ")";
}

constexpr const char* status_names[] = {"",           "requested", "confirmation",
                                        "on_the_way", "completed", "cancelled"};

Folded folded_stream(std::span<const Envelope> events) {
  Folded folded;
  auto& entry = folded.entry;
  const auto& last = events.back();
  entry.stream = last.stream;
  entry.events = {static_cast<std::uint32_t>(events.size())};
  entry.began = events.front().at;
  entry.last = last.at;
  entry.last_position = last.position;
  Booking booking;
  for (const auto& envelope : events) {
    if (const auto* event = std::get_if<BookingEvent>(&envelope.event)) {
      apply(booking, envelope);
      if (const auto* asked = std::get_if<DriverAssigned>(event)) {
        folded.drivers.insert(asked->driver.account);
      }
      if (const auto* took = std::get_if<OpenOfferAccepted>(event)) {
        folded.drivers.insert(took->driver.account);
      }
      folded.customer = booking.customer.account;
      entry.status = status_names[static_cast<std::size_t>(booking.status)];
      entry.about = std::string(name_of(booking.type)) + ", " + person(booking.customer);
      if (booking.driver) entry.about += ", " + person(*booking.driver);
    } else if (const auto* event = std::get_if<AccountEvent>(&envelope.event)) {
      if (const auto* registered = std::get_if<AccountRegistered>(event)) {
        entry.status = "active";
        entry.about = profile_of(*registered);
      }
      if (const auto* changed = std::get_if<ProfileChanged>(event)) {
        entry.about = profile_of(*changed);
      }
      if (const auto* status = std::get_if<AccountStatusChanged>(event)) {
        entry.status = name_of(status->status);
      }
    } else if (const auto* event = std::get_if<TemplateEvent>(&envelope.event)) {
      if (std::holds_alternative<TemplateDeleted>(*event)) {
        entry.status = "deleted";
      } else {
        entry.status = "active";
        entry.about = describe(envelope.event);
      }
    } else if (std::holds_alternative<RoomOpened>(std::get<RoomEvent>(envelope.event))) {
      entry.status = "open";
      entry.about = describe(envelope.event);
    }
  }
  return folded;
}

/// A log of a fleet, and each of its streams folded for itself.
struct Listed {
  TempFolder folder;
  std::unique_ptr<RocksDbLog> log = open_unsynced(folder.path());
  Envelopes events;
  std::vector<Folded> streams;  // with the newest event first

  Listed() {
    fill(*log, 21, 4'000, {16, 16, 16});
    events = read_all(*log);
    std::map<std::string, Envelopes> by_stream;
    for (const auto& envelope : events) by_stream[to_string(envelope.stream)].push_back(envelope);
    for (const auto& [name, of_stream] : by_stream) streams.push_back(folded_stream(of_stream));
    std::ranges::sort(streams, std::greater{},
                      [](const Folded& each) { return each.entry.last_position; });
  }

  std::vector<StreamEntry> expected(const StreamFilter& filter) const {
    std::vector<StreamEntry> all;
    for (const auto& [entry, drivers, customer] : streams) {
      if (filter.kind && entry.stream.kind != *filter.kind) continue;
      if (filter.status && entry.status != *filter.status) continue;
      if (filter.since && entry.last < *filter.since) continue;
      if (filter.driver && !drivers.contains(*filter.driver)) continue;
      if (filter.customer && customer != *filter.customer) continue;
      all.push_back(entry);
    }
    return all;
  }
};

const Listed& listed() {
  static const Listed all;
  return all;
}

auto parts(const StreamEntry& entry) {
  return std::tuple(to_string(entry.stream), entry.events, entry.began, entry.last,
                    entry.last_position, entry.status, entry.about);
}

/// How many there are; that they are those that are wanted is checked.
std::size_t check_list(const EventLog& log, const StreamFilter& filter,
                       const std::vector<StreamEntry>& expected) {
  std::ostringstream out, err;
  Console console(out, err, false, false);
  const auto entries = list_streams(log, filter, console);
  REQUIRE(entries);
  if (!std::ranges::equal(*entries, expected, {}, parts, parts)) {
    FAIL_CHECK("a list of " << entries->size() << " is not as the one of " << expected.size()
                            << " that was expected");
  }
  CHECK(out.str() + err.str() == "");
  return entries->size();
}

std::size_t check_list(const StreamFilter& filter) {
  return check_list(*listed().log, filter, listed().expected(filter));
}

/// The account that is most often a booking's driver, or customer.
AccountId busiest(const std::function<bool(const Folded&, AccountId)>& is_in) {
  std::map<AccountId, std::size_t> bookings;
  for (const auto& each : listed().streams) {
    if (each.entry.stream.kind != StreamKind::account) continue;
    const AccountId account{each.entry.stream.id};
    bookings[account] = static_cast<std::size_t>(std::ranges::count_if(
        listed().streams, [&](const Folded& stream) { return is_in(stream, account); }));
  }
  return std::ranges::max_element(bookings, {}, &std::pair<const AccountId, std::size_t>::second)
      ->first;
}

}  // namespace

TEST_CASE("all streams are listed, the one with the newest event first", "[replay]") {
  CHECK(check_list({}) == listed().streams.size());
  for (const auto kind : {StreamKind::booking, StreamKind::account,
                          StreamKind::cancellation_template, StreamKind::room}) {
    StreamFilter filter;
    filter.kind = kind;
    CHECK(check_list(filter) > 0);
  }
}

TEST_CASE("streams since a time are listed whole, wherever they began", "[replay]") {
  const auto& events = listed().events;
  for (const std::size_t place : {1u, 100u, 2'000u, 3'500u, 3'990u}) {
    for (const auto shift : {-1us, 0us, 1us}) {
      StreamFilter filter;
      filter.since = events[place].at + shift;
      const auto all = check_list(filter);
      CHECK(all > 0);
      filter.kind = StreamKind::booking;
      CHECK(check_list(filter) <= all);
    }
  }
  StreamFilter filter;
  filter.since = events.back().at;
  CHECK(check_list(filter) > 0);
  filter.since = events.back().at + 1us;
  CHECK(check_list(filter) == 0);
}

TEST_CASE("bookings are listed by all that can be asked of them, together, too", "[replay]") {
  const auto driver =
      busiest([](const Folded& stream, AccountId id) { return stream.drivers.contains(id); });
  const auto customer =
      busiest([](const Folded& stream, AccountId id) { return stream.customer == id; });
  const auto& events = listed().events;
  std::size_t lists = 0, found = 0, found_by_all = 0;
  for (const char* status :
       {"", "requested", "confirmation", "on_the_way", "completed", "cancelled"}) {
    for (const std::size_t since : {0u, 1'500u, 3'800u}) {
      for (const int who : {0, 1, 2, 3, 4, 5}) {
        StreamFilter filter;
        filter.kind = StreamKind::booking;
        if (*status) filter.status = status;
        if (since > 0) filter.since = events[since].at;
        if (who == 1 || who == 3) filter.driver = driver;
        if (who == 2 || who == 3) filter.customer = customer;
        if (who == 4) filter.driver = customer;  // of some the other way round
        if (who == 5) filter.customer = driver;
        ++lists;
        const auto entries = check_list(filter);
        found += entries > 0;
        found_by_all += entries > 0 && *status && since > 0 && who == 3;
      }
    }
  }
  CHECK(lists == 108);
  CHECK(found > 40);
  CHECK(found_by_all > 0);
}

TEST_CASE("an account's bookings since a time are those with an event at it or later", "[replay]") {
  StreamFilter filter;
  filter.driver =
      busiest([](const Folded& stream, AccountId id) { return stream.drivers.contains(id); });
  const auto bookings = listed().expected(filter);
  REQUIRE(bookings.size() > 5);
  filter.since = bookings[4].last;
  CHECK(check_list(filter) >= 5);
  filter.since = bookings[4].last + 1us;
  CHECK(check_list(filter) < 5);
}

TEST_CASE("who has to do with no booking has none listed", "[replay]") {
  StreamFilter filter;
  filter.driver = alice;
  CHECK(check_list(filter) == 0);
  filter = {};
  filter.customer = alice;
  CHECK(check_list(filter) == 0);
  CHECK(check_list(MemoryLog(), {}, {}) == 0);
}

TEST_CASE("names are listed so that a terminal can be trusted with them", "[replay]") {
  MemoryLog log;
  Story story;
  auto requested = requested_by(alice);
  requested.customer.name = "A\n\x1b[31m";
  story.tell(BookingId{uuid(1)}, requested);
  append(log, story, 1);
  std::ostringstream out;
  Console console(out, out, false, false);
  const auto entries = list_streams(log, {}, console);
  REQUIRE(entries);
  CHECK(entries->at(0).about == "instant, A  [31m (" + to_string(alice) + ")");
}

}  // namespace hansom::replay
