#include "projections/idempotency.hpp"

#include "tests/support/printing.hpp"
#include "tests/support/story.hpp"

#include <catch2/catch.hpp>

namespace hansom {
namespace {

const BookingId first{uuid(9)};
const BookingId second{uuid(5)};

struct Told {
  Story story;
  Idempotency idempotency;

  void tell(BookingId id, BookingEvent event, Instant at = noon) {
    idempotency.apply(story.tell(id, std::move(event), at));
  }
  /// A request with a key, whose digest is told apart by its text.
  void request(BookingId id, std::string key, AccountId customer = alice, Instant at = noon) {
    auto requested = requested_by(customer);
    requested.idempotency_key = IdempotencyKey{key, "digest of " + key};
    tell(id, std::move(requested), at);
  }
  std::optional<BookingId> find(std::string_view key, AccountId customer = alice,
                                Instant now = noon) const {
    const auto* answered = idempotency.find(customer, key, now);
    return answered ? std::optional(answered->booking) : std::nullopt;
  }
};

}  // namespace

TEST_CASE("the first answer to a key is known with all that it said", "[idempotency]") {
  Told told;
  told.request(first, "k");
  told.tell(first, assigned_to(bob));
  const auto* answered = told.idempotency.find(alice, "k", noon + 1h);
  REQUIRE(answered);
  CHECK(answered->booking == first);
  CHECK(answered->request_digest == "digest of k");
  CHECK(answered->booking_type == BookingType::instant);
  CHECK(answered->driver == bob);
  CHECK(answered->at == noon);

  auto scheduled = scheduled_by(alice, noon + 2h);
  scheduled.idempotency_key = IdempotencyKey{"s", "d"};
  told.tell(second, scheduled);
  CHECK(told.idempotency.find(alice, "s", noon)->booking_type == BookingType::scheduled);
  CHECK_FALSE(told.idempotency.find(alice, "s", noon)->driver);
}

TEST_CASE("a request without a key is not remembered", "[idempotency]") {
  Told told;
  told.tell(first, requested_by(alice));
  told.tell(first, assigned_to(bob));
  CHECK(told.idempotency.size() == 0);
  CHECK_FALSE(told.find(""));
}

TEST_CASE("a key is one customer's, and counts letter by letter", "[idempotency]") {
  Told told;
  told.request(first, "k", alice);
  CHECK_FALSE(told.find("k", carol));
  told.request(second, "k", carol);
  CHECK(told.find("k", alice) == first);
  CHECK(told.find("k", carol) == second);
  for (const auto* other : {"", "K", "k ", " k", "kk"}) CHECK_FALSE(told.find(other));
}

TEST_CASE("the answer names who was asked at once, whoever is asked later", "[idempotency]") {
  Told told;
  told.request(first, "k");
  told.tell(first, assigned_to(bob));
  told.tell(first, OfferExpired{bob});
  told.tell(first, assigned_to(dana, noon + 60s, 2));
  CHECK(told.idempotency.find(alice, "k", noon)->driver == bob);
}

TEST_CASE("who is asked for another booking is no part of the answer", "[idempotency]") {
  Told told;
  told.request(first, "k");
  told.tell(first, cancelled_for_want_of_drivers(std::nullopt));
  told.tell(second, requested_by(carol));  // without a key
  told.tell(second, assigned_to(bob));
  CHECK_FALSE(told.idempotency.find(alice, "k", noon)->driver);
}

TEST_CASE("a key is forgotten after 24 hours, to the moment", "[idempotency]") {
  Told told;
  told.request(first, "k");
  CHECK(told.find("k", alice, noon + 24h - 1us) == first);
  CHECK_FALSE(told.find("k", alice, noon + 24h));
}

TEST_CASE("a key may be used anew once it is forgotten, and lasts as long again", "[idempotency]") {
  Told told;
  told.request(first, "k");
  told.tell(first, assigned_to(bob));
  told.request(second, "k", alice, noon + 24h);
  CHECK(told.find("k", alice, noon + 24h) == second);
  CHECK_FALSE(told.idempotency.find(alice, "k", noon + 24h)->driver);
  CHECK(told.idempotency.size() == 1);
  CHECK(told.find("k", alice, noon + 48h - 1us) == second);
  CHECK_FALSE(told.find("k", alice, noon + 48h));
}

// The loop makes no two bookings of one key within its life, but any log can be folded.
TEST_CASE("a key that stands in the log twice lasts from its later use", "[idempotency]") {
  Told told;
  told.request(first, "k");
  told.request(second, "k", alice, noon + 1h);
  told.request(BookingId{uuid(1)}, "other", carol, noon + 24h + 30min);  // lets go of what is old
  CHECK(told.find("k", alice, noon + 24h + 30min) == second);
  CHECK_FALSE(told.find("k", alice, noon + 25h));
  told.request(BookingId{uuid(2)}, "other", carol, noon + 72h);
  CHECK(told.idempotency.size() == 1);
}

TEST_CASE("what is forgotten takes no memory, what is not stays", "[idempotency]") {
  Told told;
  for (unsigned i = 0; i < 48; ++i) {
    told.request(BookingId{uuid(i)}, "k" + std::to_string(i), alice, noon + i * 1h);
  }
  CHECK(told.idempotency.size() == 24);
  const auto now = noon + 47h;
  CHECK_FALSE(told.find("k23", alice, now));
  CHECK(told.find("k24", alice, now) == BookingId{uuid(24)});
  CHECK(told.find("k47", alice, now) == BookingId{uuid(47)});
}

TEST_CASE("how a booking goes on does not change the answer to its request", "[idempotency]") {
  Told told;
  told.request(first, "k");
  told.tell(first, assigned_to(bob));
  told.tell(first, arrival_submitted());
  told.tell(first, OfferAccepted{});
  told.tell(first, RideCompleted{Parties{alice, bob}}, noon + 1h);
  CHECK(told.find("k", alice, noon + 2h) == first);
}

}  // namespace hansom
