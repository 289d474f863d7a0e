#pragma once

// Folded states, with and without a checkpoint on the way.

#include "projections/checkpoint.hpp"
#include "tests/support/logs.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hansom {

inline void fold(Projections& state, std::span<const Envelope> events) {
  for (const auto& envelope : events) {
    state.apply(envelope);
    state.settle(envelope);
  }
}

inline Projections folded(std::span<const Envelope> events) {
  Projections state;
  fold(state, events);
  return state;
}

/// The written checkpoint of all that is in a log.
inline std::string checkpoint_of(const EventLog& log) {
  return encode_checkpoint(log.mark(), folded(read_all(log)));
}

/// A state as it is written, whatever record it is said to stand at.
inline std::string written_state(const Projections& state) {
  return encode_checkpoint({state.end, {}}, state);
}

inline Checkpoint decoded(const std::string& text) {
  auto checkpoint = decode_checkpoint(text);
  INFO((checkpoint ? "" : checkpoint.error()));
  REQUIRE(checkpoint);
  return std::move(*checkpoint);
}

/// In which order the drivers would be asked for a ride from a point, and when each was last.
inline std::vector<std::pair<AccountId, Instant>> preference(Roster& roster,
                                                             const std::set<AccountId>& drivers,
                                                             Coordinates from) {
  std::vector<std::pair<AccountId, Instant>> order;
  // Every third one has a position, and some have the same.
  std::size_t number = 0;
  for (const auto driver : drivers) {
    roster.arrive(driver);
    if (++number % 3 == 0) roster.move(driver, {from.latitude + double(number % 5), 0});
  }
  roster.by_preference(from, [&](const Roster::Driver& driver) {
    order.emplace_back(driver.account, driver.last_assigned);
    return true;
  });
  for (const auto driver : drivers) roster.leave(driver);
  return order;
}

inline std::map<BookingId, Booking> bookings_of(const Projections& state) {
  std::map<BookingId, Booking> all;
  for (const auto* booking : state.bookings.all()) all.emplace(booking->id, *booking);
  return all;
}

/// In what two states, both of people of the same accounts, answer differently. Nobody is
/// connected.
inline std::vector<std::string> differences(Projections& a, Projections& b) {
  std::vector<std::string> found;
  const auto compare = [&](const std::string& what, const auto& ask) {
    if (ask(a) != ask(b)) found.push_back(what);
  };
  const auto value = []<typename T>(const T* pointer) {
    return pointer ? std::optional<T>(*pointer) : std::nullopt;
  };
  const auto texts = [](const std::vector<const CancellationTemplate*>& templates) {
    std::vector<std::string> all;
    for (const auto* each : templates) all.push_back(to_string(each->id) + each->text);
    return all;
  };

  compare("end", [](auto& state) { return std::pair(state.end, state.last_at); });
  compare("accounts", [](auto& state) { return state.accounts.all(); });
  compare("bookings", [](auto& state) { return bookings_of(state); });
  compare("rooms", [](auto& state) { return state.rooms.all(); });
  compare("assignments", [](auto& state) { return state.roster.assignments(); });
  compare("pending bookings", [](auto& state) {
    std::vector<BookingId> all;
    std::ranges::copy(state.bookings.pending_from({}), std::back_inserter(all));
    return all;
  });
  compare("the next deadline", [](auto& state) { return state.deadlines.next(); });
  compare("deadlines", [](auto& state) { return state.deadlines.due(Instant::max(), 100'000); });
  compare("the admin's templates",
          [&](auto& state) { return texts(state.templates.of(std::nullopt)); });

  std::set<AccountId> everybody;
  for (const auto& [id, account] : a.accounts.all()) everybody.insert(id);
  for (const auto from : {home.at, airport.at}) {
    compare("preference", [&](auto& state) { return preference(state.roster, everybody, from); });
  }
  for (const auto& [id, account] : a.accounts.all()) {
    const auto of = " of " + account.email;
    compare("email" + of,
            [&](auto& state) { return value(state.accounts.find_email(account.email)); });
    if (account.username) {
      compare("username" + of,
              [&](auto& state) { return value(state.accounts.find_username(*account.username)); });
    }
    compare("templates" + of, [&](auto& state) { return texts(state.templates.of(id)); });
    compare("oldest ride" + of,
            [&](auto& state) { return value(state.bookings.oldest_of_driver(id)); });
    compare("newest booking" + of,
            [&](auto& state) { return value(state.bookings.newest_of_customer(id)); });
    compare("offers" + of, [&](auto& state) { return state.bookings.offered_to(id); });
    compare("rides" + of, [&](auto& state) { return state.bookings.of_driver(id); });
    compare("bookings" + of, [&](auto& state) { return state.bookings.of_customer(id); });
    compare("being on the way" + of,
            [&](auto& state) { return state.bookings.driver_is_on_the_way(id); });
    compare("open ride" + of,
            [&](auto& state) { return value(state.bookings.open_of_driver(id)); });
    compare("open request" + of,
            [&](auto& state) { return value(state.bookings.open_of_customer(id)); });
    compare("number of rooms" + of, [&](auto& state) { return state.rooms.count_of(id); });
  }
  for (const auto& [id, room] : a.rooms.all()) {
    compare("room " + room.slug,
            [&](auto& state) { return value(state.rooms.find(room.host, room.slug)); });
  }
  for (const auto& [id, each] : a.templates.all()) {
    compare("template " + each.text, [&](auto& state) {
      const auto* found = state.templates.find(id);
      return found ? std::tuple(found->revision, found->added, found->driver, found->text)
                   : std::tuple<Revision, Position, std::optional<AccountId>, std::string>();
    });
  }

  compare("number of keys", [](auto& state) { return state.idempotency.size(); });
  constexpr std::size_t id_length = 36;  // a key's name begins with its customer
  a.idempotency.for_each([&](const std::string& name, const AnsweredRequest& answered) {
    for (const auto now : {a.last_at, answered.at + idempotency_key_life}) {
      compare("key " + name, [&](auto& state) {
        const auto* found =
            state.idempotency.find(*AccountId::parse(name.substr(0, id_length)),
                                   std::string_view(name).substr(id_length + 1), now);
        return found ? std::tuple(found->request_digest, found->booking, found->booking_type,
                                  found->driver, found->at)
                     : std::tuple<std::string, BookingId, BookingType, std::optional<AccountId>,
                                  Instant>();
      });
    }
  });
  return found;
}

}  // namespace hansom
