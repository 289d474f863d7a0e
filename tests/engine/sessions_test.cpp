#include "engine/sessions.hpp"

#include "tests/support/printing.hpp"
#include "tests/support/story.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace hansom {
namespace {

using Numbers = std::vector<std::uint64_t>;

const RoomId physics{uuid(1)}, chemistry{uuid(2)};

/// The peers by their numbers, in order.
Numbers numbers_of(const Sessions::Peers& peers) {
  Numbers numbers;
  for (const auto peer : peers) numbers.push_back(peer.value);
  std::ranges::sort(numbers);
  return numbers;
}

Session session(std::uint64_t peer, AccountId account, Side side, RoomId room = {}) {
  return {{peer}, account, side, room};
}

}  // namespace

TEST_CASE("a session is found by its peer, until it is removed", "[sessions]") {
  Sessions sessions;
  CHECK_FALSE(sessions.find(PeerId{1}));
  CHECK_FALSE(sessions.add(session(1, alice, Side::passenger)));
  REQUIRE(sessions.find(PeerId{1}));
  CHECK(sessions.find(PeerId{1})->account == alice);
  CHECK(sessions.find(PeerId{1})->side == Side::passenger);
  const auto removed = sessions.remove(PeerId{1});
  REQUIRE(removed);
  CHECK(removed->account == alice);
  CHECK_FALSE(sessions.find(PeerId{1}));
  CHECK_FALSE(sessions.remove(PeerId{1}));
}

TEST_CASE("on a side of taxi the newcomer takes the older one's place", "[sessions]") {
  const auto side = GENERATE(Side::driver, Side::customer);
  Sessions sessions;
  CHECK_FALSE(sessions.add(session(1, erin, side)));
  CHECK_FALSE(sessions.add(session(2, bob, side)));  // another account
  const auto replaced = sessions.add(session(3, erin, side));
  REQUIRE(replaced);
  CHECK(replaced->peer == PeerId{1});
  CHECK_FALSE(sessions.find(PeerId{1}));
  CHECK(sessions.find(erin, side)->peer == PeerId{3});
  CHECK(numbers_of(sessions.of(erin, side)) == Numbers{3});
  // What is gone can't take its successor along.
  CHECK_FALSE(sessions.remove(PeerId{1}));
  CHECK(sessions.find(erin, side)->peer == PeerId{3});
}

TEST_CASE("on the sides of campus and rooms an account has any number of sockets", "[sessions]") {
  const auto side = GENERATE(Side::campus_driver, Side::passenger, Side::participant);
  Sessions sessions;
  for (std::uint64_t peer = 1; peer <= 3; ++peer) {
    CHECK_FALSE(sessions.add(session(peer, alice, side, physics)));
  }
  CHECK(numbers_of(sessions.of(alice, side)) == Numbers{1, 2, 3});
  sessions.remove(PeerId{2});
  CHECK(numbers_of(sessions.of(alice, side)) == Numbers{1, 3});
  sessions.remove(PeerId{1});
  sessions.remove(PeerId{3});
  CHECK(sessions.of(alice, side).empty());
  CHECK(sessions.on(side).empty());  // who has none is not gone through
}

TEST_CASE("one account's sockets on one side are not those on another", "[sessions]") {
  Sessions sessions;
  std::uint64_t peer = 0;
  for (const auto side : all_sides) sessions.add(session(++peer, alice, side, physics));
  peer = 0;
  for (const auto side : all_sides) {
    CHECK(numbers_of(sessions.of(alice, side)) == Numbers{++peer});
    CHECK(sessions.on(side).size() == 1);
  }
  CHECK(sessions.of(carol, Side::passenger).empty());
  CHECK_FALSE(sessions.find(carol, Side::driver));
}

TEST_CASE("all accounts on a side are gone through with all their peers", "[sessions]") {
  Sessions sessions;
  sessions.add(session(1, alice, Side::campus_driver));
  sessions.add(session(2, dana, Side::campus_driver));
  sessions.add(session(3, dana, Side::campus_driver));
  sessions.add(session(4, frank, Side::passenger));
  const auto& drivers = sessions.on(Side::campus_driver);
  REQUIRE(drivers.size() == 2);
  CHECK(numbers_of(drivers.at(alice)) == Numbers{1});
  CHECK(numbers_of(drivers.at(dana)) == Numbers{2, 3});
}

TEST_CASE("a room has the sockets of all who are in it, and of nobody else", "[sessions]") {
  Sessions sessions;
  sessions.add(session(1, alice, Side::participant, physics));
  sessions.add(session(2, carol, Side::participant, physics));
  sessions.add(session(3, carol, Side::participant, chemistry));
  sessions.add(session(4, carol, Side::passenger));
  CHECK(numbers_of(sessions.in(physics)) == Numbers{1, 2});
  CHECK(numbers_of(sessions.in(chemistry)) == Numbers{3});
  CHECK(sessions.in(RoomId{}).empty());
  CHECK(numbers_of(sessions.of(carol, Side::participant)) == Numbers{2, 3});
  sessions.remove(PeerId{1});
  CHECK(numbers_of(sessions.in(physics)) == Numbers{2});
  sessions.remove(PeerId{2});
  CHECK(sessions.in(physics).empty());
  CHECK(numbers_of(sessions.in(chemistry)) == Numbers{3});
}

}  // namespace hansom
