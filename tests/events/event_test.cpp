#include "events/event.hpp"

#include "tests/support/printing.hpp"
#include "tests/support/story.hpp"

#include <catch2/catch.hpp>

namespace hansom {
namespace {

const std::string id = "00000000-0000-4000-8000-000000000b0b";

}  // namespace

TEST_CASE("a stream's name is read as it was written", "[event]") {
  const auto stream = GENERATE(StreamId(bob), StreamId(BookingId{uuid(7)}),
                               StreamId(TemplateId{uuid(8)}), StreamId(RoomId{uuid(9)}));
  CHECK(StreamId::parse(to_string(stream)) == stream);
}

TEST_CASE("a stream is named by its kind and its id", "[event]") {
  CHECK(to_string(StreamId(bob)) == "account-" + id);
  CHECK(to_string(StreamId(BookingId{bob.value})) == "booking-" + id);
  CHECK(to_string(StreamId(RoomId{bob.value})) == "room-" + id);
  CHECK_FALSE(StreamId(bob) == StreamId(BookingId{bob.value}));
}

TEST_CASE("what names no stream is not read as one", "[event]") {
  const std::string text =
      GENERATE(as<std::string>{}, "", "booking", "booking-", "booking-x", id, "rooms-" + id,
               "Booking-" + id, "booking:" + id, "booking-" + id + " ", "booking-{" + id + "}");
  INFO(text);
  CHECK_FALSE(StreamId::parse(text));
}

TEST_CASE("an actor's name is read as it was written", "[event]") {
  const auto [actor, text] = GENERATE(table<Actor, std::string>({
      {admin, "admin"},
      {timer, "timer"},
      {driver(bob), "driver:" + id},
      {customer(bob), "customer:" + id},
      {Actor{ActorKind::participant, bob}, "participant:" + id},
  }));
  CHECK(to_string(actor) == text);
  CHECK(Actor::parse(text) == actor);
}

TEST_CASE("what names no actor is not read as one", "[event]") {
  const std::string text = GENERATE(as<std::string>{}, "", "Admin", "admin ", "timer:", "driver",
                                    "driver:", "driver:x", "customer-" + id, "rider:" + id, id);
  INFO(text);
  CHECK_FALSE(Actor::parse(text));
}

}  // namespace hansom
