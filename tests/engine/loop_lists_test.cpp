// Lists of bookings (PROTOCOL.md, Lists).

#include "engine/loop.hpp"
#include "tests/support/stage.hpp"

#include <catch2/catch.hpp>

namespace hansom {
namespace {

using Ids = std::vector<std::string>;

/// A page of a list as it was answered.
struct Page {
  std::string code;
  Ids bookings;
  Ids statuses;
  std::optional<std::string> next_before;
};

struct Lists : Stage {
  explicit Lists(Rules with = {}) : Stage(with) {
    outbox_seen = [this](const Outbox& outbox) {
      for (const auto& [to, what] : outbox) {
        if (const auto* answer = std::get_if<Answer>(&what)) answers_[to] = *answer->body;
      }
    };
  }

  PeerId with_bob = connect(Side::driver, bob);
  PeerId with_alice = connect(Side::customer, alice);

  PeerId send_list(Side side, AccountId account, std::size_t limit = 50,
                   std::optional<std::string> before = std::nullopt) {
    const auto peer = new_peer();
    send(peer, ListBookings{caller(side, account), limit, std::move(before)});
    return peer;
  }
  Page list(Side side, AccountId account, std::size_t limit = 50,
            std::optional<std::string> before = std::nullopt) {
    const auto peer = send_list(side, account, limit, std::move(before));
    turn();
    return page_of(peer);
  }
  Page page_of(PeerId peer) {
    const auto json = net::read_json(answers_.at(peer)).value();
    Page page{text_member(json, "code"), {}, {}, std::nullopt};
    if (!json["data"].IsObject()) return page;
    page.next_before = net::string_member(json["data"], "next_before");
    for (const auto& booking : json["data"]["bookings"].GetArray()) {
      CHECK(text_member(booking, "type") == "snapshot");
      page.bookings.push_back(text_member(booking, "booking_id"));
      const auto& shown = booking.HasMember("assignment") ? booking["assignment"] : booking;
      CHECK(text_member(shown, "booking_id") == page.bookings.back());
      page.statuses.push_back(text_member(shown, "booking_status"));
    }
    return page;
  }
  std::string requested(AccountId customer) { return to_string(request(customer)); }
  void start(const std::string& id) {
    act(with_bob, SubmitArrivalTime{id, 300});
    act(with_alice, AcceptOffer{id});
  }

 private:
  std::map<PeerId, std::string> answers_;
};

}  // namespace

TEST_CASE("a page ends early where a driver was asked for much and had none of it", "[loop]") {
  Rules rules;
  rules.max_attempts = 2;
  Lists stage(rules);
  const auto first = stage.requested(alice);
  stage.start(first);
  stage.act(stage.with_bob, CompleteRide{first});
  // Bob is the nearest, and asked first; it is cancelled when Dana has not answered either.
  stage.act(stage.with_bob, UpdateLocation{home.at});
  stage.connect(Side::driver, dana);
  Ids last;
  for (std::size_t i = 0; i < list_looked_at_max; ++i) {
    last = {stage.requested(alice)};
    for (int asked = 0; asked < rules.max_attempts; ++asked) stage.wait(rules.driver_response_time);
  }
  auto page = stage.list(Side::driver, bob, 5);
  std::size_t pages = 1;
  for (; page.next_before; ++pages) {
    CHECK(page.bookings.empty());
    page = stage.list(Side::driver, bob, 5, page.next_before);
  }
  CHECK(pages > 1);
  CHECK(page.bookings == Ids{first});
  CHECK(stage.list(Side::customer, alice, 1).bookings == last);
}

TEST_CASE("a list holds one's own bookings, newest first, ended ones too", "[loop]") {
  Lists stage;
  CHECK(stage.list(Side::customer, alice).bookings.empty());
  const auto first = stage.requested(alice);
  const auto foreign = stage.requested(carol);
  const auto second = stage.requested(alice);
  stage.start(first);
  stage.act(stage.with_bob, CompleteRide{first});
  stage.act(stage.with_alice, RejectBooking{second});
  const auto third = stage.requested(alice);

  const auto page = stage.list(Side::customer, alice);
  CHECK(page.code == "OK");
  CHECK(page.bookings == Ids{third, second, first});
  CHECK(page.statuses == Ids{"requested", "cancelled", "completed"});
  CHECK_FALSE(page.next_before);
  CHECK(stage.list(Side::driver, bob).bookings == Ids{third, second, foreign, first});
  CHECK(stage.list(Side::customer, carol).bookings == Ids{foreign});
  stage.restart();
  CHECK(stage.list(Side::customer, alice).bookings == Ids{third, second, first});
}

TEST_CASE("a driver's list goes by when the driver was asked", "[loop]") {
  Lists stage;
  const auto dana_peer = stage.connect(Side::driver, dana);
  stage.act(dana_peer, UpdateLocation{home.at});  // the nearest
  const auto older = stage.requested(alice);      // dana's
  stage.act(dana_peer, Disconnect{});
  const auto newer = stage.requested(carol);  // bob's
  const auto again = stage.connect(Side::driver, dana);
  stage.act(again, DeclineOffer{older, {std::nullopt, "too far"}});  // now bob's, too
  CHECK(stage.list(Side::driver, bob).bookings == Ids{older, newer});
  CHECK(stage.list(Side::driver, dana).bookings.empty());  // who lost it
}

TEST_CASE("an account that drives and rides has a list on each side", "[loop]") {
  Lists stage;
  const auto own = stage.requested(erin);  // bob's
  stage.act(stage.with_bob, Disconnect{});
  stage.connect(Side::driver, erin);
  const auto driven = stage.requested(alice);
  CHECK(stage.list(Side::customer, erin).bookings == Ids{own});
  CHECK(stage.list(Side::driver, erin).bookings == Ids{driven});
}

TEST_CASE("a booking that nobody took stays in the list of the last who was asked", "[loop]") {
  Lists stage;
  const auto id = stage.requested(alice);
  stage.wait(30s);
  const auto page = stage.list(Side::driver, bob);
  CHECK(page.bookings == Ids{id});
  CHECK(page.statuses == Ids{"cancelled"});
}

TEST_CASE("pages follow each other without a gap, and the last says that it is", "[loop]") {
  Lists stage;
  Ids all;
  for (int i = 0; i < 7; ++i) all.insert(all.begin(), stage.requested(alice));
  const auto side = GENERATE(Side::customer, Side::driver);
  const auto account = side == Side::customer ? alice : bob;
  for (std::size_t limit = 1; limit <= 8; ++limit) {
    Ids walked;
    std::optional<std::string> before;
    for (std::size_t pages = 0; pages <= all.size(); ++pages) {
      const auto page = stage.list(side, account, limit, before);
      walked.insert(walked.end(), page.bookings.begin(), page.bookings.end());
      before = page.next_before;
      if (!before) break;
      CHECK(page.bookings.size() == limit);
      CHECK(page.bookings.back() == *before);
    }
    INFO("by " << limit);
    CHECK_FALSE(before);
    CHECK(walked == all);
  }
}

TEST_CASE("bookings that a driver lost do not count against a page's limit", "[loop]") {
  Lists stage;
  Ids kept;
  for (int i = 0; i < 6; ++i) {
    const auto id = stage.requested(alice);
    if (i % 2) {
      const auto other = stage.connect(Side::driver, dana);
      stage.act(stage.with_bob, DeclineOffer{id, {std::nullopt, "too far"}});
      stage.act(other, Disconnect{});
    } else {
      kept.insert(kept.begin(), id);
    }
  }
  const auto page = stage.list(Side::driver, bob, 2);
  CHECK(page.bookings == Ids{kept[0], kept[1]});
  REQUIRE(page.next_before);
  CHECK(stage.list(Side::driver, bob, 2, page.next_before).bookings == Ids{kept[2]});
}

TEST_CASE("a list goes on before a booking of one's own on that side, and no other", "[loop]") {
  Lists stage;
  const auto own = stage.requested(erin);
  const auto foreign = stage.requested(carol);
  CHECK(stage.list(Side::customer, erin, 50, own).code == "OK");
  for (const auto& before : {foreign, std::string("nonsense"), std::string(),
                             to_string(uuid(0xffff)), to_string(erin)}) {
    INFO(before);
    CHECK(stage.list(Side::customer, erin, 50, before).code == "BOOKING_NOT_FOUND");
  }
  CHECK(stage.list(Side::driver, erin, 50, own).code == "BOOKING_NOT_FOUND");  // the other side
}

TEST_CASE("a list holds what the same turn made and ended before it", "[loop]") {
  Lists stage;
  const auto first = stage.requested(alice);
  stage.start(first);
  stage.send(stage.with_bob, CompleteRide{first});
  stage.send_request(alice);
  const auto before_rejection = stage.send_list(Side::customer, alice);
  const auto driver_list = stage.send_list(Side::driver, bob, 1);
  const auto rest = stage.send_list(Side::driver, bob, 50, first);
  stage.send_request(alice);
  stage.turn();
  const auto page = stage.page_of(before_rejection);
  CHECK(page.statuses == Ids{"requested", "completed"});
  REQUIRE(page.bookings.size() == 2);
  CHECK(page.bookings[1] == first);
  CHECK(stage.page_of(driver_list).bookings == Ids{page.bookings[0]});
  CHECK(stage.page_of(driver_list).next_before == page.bookings[0]);
  CHECK(stage.page_of(rest).bookings.empty());
  CHECK(stage.list(Side::customer, alice).bookings.size() == 3);
}

TEST_CASE("a list that can't be read is refused, and says whether it ever can be", "[loop]") {
  const auto [kind, code] = GENERATE(
      table<LogError::Kind, std::string>({{LogError::Kind::damaged, "INTERNAL_ERROR"},
                                          {LogError::Kind::unavailable, "LOG_UNAVAILABLE"}}));
  Lists stage;
  const auto ended = stage.requested(alice);
  stage.act(stage.with_alice, RejectBooking{ended});
  const auto open = stage.requested(alice);
  stage.log.mentions_fail = kind;
  CHECK(stage.list(Side::customer, alice).code == code);
  stage.log.mentions_fail.reset();
  stage.log.streams_fail = kind;
  CHECK(stage.list(Side::customer, alice).code == code);
  CHECK(stage.list(Side::customer, alice, 50, open).code == code);  // its place
  CHECK(stage.list(Side::customer, alice, 1).code == code);         // one more is looked at
  stage.log.streams_fail.reset();
  CHECK(stage.list(Side::customer, alice).bookings == Ids{open, ended});
}

}  // namespace hansom
