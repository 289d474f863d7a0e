// What campus says, as documented (seeds/campus-driver-consumer.md; PROTOCOL.md, Campus).

#include "net/dialects/wire_renderer.hpp"
#include "tests/support/frames.hpp"
#include "tests/support/printing.hpp"
#include "tests/support/story.hpp"
#include "tests/support/told.hpp"

#include <catch2/catch.hpp>

namespace hansom::net::campus {
namespace {

const WireRenderer renderer("https://rides.example");
const BookingId id{uuid(1)};
const std::string id_text = to_string(id);

using Events = std::vector<BookingEvent>;

const Events pending{open_by(alice)};
const Events accepted{open_by(alice), accepted_by(dana)};

/// An open booking, and what its last event tells whom.
struct Told {
  Booking booking;
  std::vector<Push> pushes;
  Frame news;

  explicit Told(Events events) {
    Story story;
    for (const auto& event : events) {
      const auto& envelope = story.tell(id, event);
      apply(booking, envelope);
      pushes.clear();
      renderer.pushes(envelope, booking, pushes);
      news = renderer.news_to_drivers(envelope, booking);
    }
  }
  Told(Events events, BookingEvent event)
      : Told([&] {
          events.push_back(std::move(event));
          return events;
        }()) {}

  std::string to(AccountId account, Side side) const { return told_to(pushes, account, side); }
  std::string to_passenger() const { return to(alice, Side::passenger); }
  std::string to_driver() const { return to(dana, Side::campus_driver); }
  std::string to_others() const { return news ? *news : "nothing"; }
};

/// The data of a ride as the document shows it.
std::string data(const std::string& status, const std::string& driver = "") {
  return R"("data":{"id":")" + id_text +
         R"(","pickup_latitude":-33.8688,"pickup_longitude":151.2093,)"
         R"("dropoff_latitude":-33.9399,"dropoff_longitude":151.1753,)"
         R"("pickup_address":"Home St","dropoff_address":"Airport St","status":")" +
         status + "\"" + (driver.empty() ? "" : R"(,"driver_id":")" + driver + "\"") + "}}";
}

std::string ride_id(const std::string& action) {
  return R"({"action":")" + action + R"(","ride_request_id":")" + id_text + "\"}";
}

const std::string shown_as_pending =
    R"({"action":"sending_pending_ride_request","type":"send_pending_ride_request",)" +
    data("pending");

}  // namespace

TEST_CASE("a request is told to its passenger, and offered to all drivers as documented",
          "[campus]") {
  const Told told(pending);
  CHECK(told.pushes.size() == 1);
  CHECK(told.to_passenger() == R"({"action":"ride_request_created",)" + data("pending"));
  CHECK(told.to_others() == shown_as_pending);
}

TEST_CASE("an acceptance is told to both, and closes the request for all others", "[campus]") {
  const Told told(accepted);
  CHECK(told.pushes.size() == 2);
  const auto expected = R"({"action":"ride_request_accepted",)" + data("accepted", to_string(dana));
  CHECK(told.to_passenger() == expected);
  CHECK(told.to_driver() == expected);
  CHECK(told.to_others() == ride_id("ride_request_closed"));
}

TEST_CASE("what is said is told to both with who said it, as documented", "[campus]") {
  const auto [from, account] =
      GENERATE(table<Party, AccountId>({{Party::driver, dana}, {Party::customer, alice}}));
  const Told told(accepted, ChatMessageSent{from, "hello \"passenger\""});
  const auto expected = R"({"action":"chat_message","user_id":")" + to_string(account) +
                        R"(","message":"hello \"passenger\""})";
  CHECK(told.to_passenger() == expected);
  CHECK(told.to_driver() == expected);
  CHECK(told.pushes.size() == 2);
  CHECK(told.to_others() == "nothing");
}

TEST_CASE("a completed ride is told to both", "[campus]") {
  const Told told(accepted, RideCompleted{Parties{alice, dana}});
  const auto expected =
      R"({"action":"ride_request_completed",)" + data("completed", to_string(dana));
  CHECK(told.to_passenger() == expected);
  CHECK(told.to_driver() == expected);
  CHECK(told.to_others() == "nothing");
}

TEST_CASE("a cancelled request is told to its passenger, and closed for all drivers", "[campus]") {
  const auto event =
      GENERATE(as<BookingEvent>{}, BookingRejected{{alice, std::nullopt}}, withdrawn_from(alice));
  const Told told(pending, event);
  CHECK(told.pushes.size() == 1);
  CHECK(told.to_passenger() == ride_id("ride_request_cancelled"));
  CHECK(told.to_others() == ride_id("ride_request_closed"));
}

TEST_CASE("a ride that is called off is told to both, and to nobody else", "[campus]") {
  const Told told(accepted, RideCancelledByCustomer{{alice, dana}});
  CHECK(told.pushes.size() == 2);
  CHECK(told.to_passenger() == ride_id("ride_request_cancelled"));
  CHECK(told.to_driver() == ride_id("ride_request_cancelled"));
  CHECK(told.to_others() == "nothing");
}

TEST_CASE("who comes back is shown the ride as it was told", "[campus]") {
  const Told before(pending), after(accepted);
  CHECK(*renderer.open_ride(before.booking) == before.to_passenger());
  CHECK(*renderer.open_ride(after.booking) == after.to_driver());
  CHECK(*renderer.pending_ride(before.booking) == shown_as_pending);
}

TEST_CASE("an open booking tells the sides of taxi nothing", "[campus]") {
  for (const auto& told : {Told(pending), Told(accepted)}) {
    for (const auto& push : told.pushes) {
      CHECK((push.side == Side::passenger || push.side == Side::campus_driver));
      CHECK_FALSE(json_in(*push.frame).HasMember("seq"));
    }
  }
}

TEST_CASE("errors and last words of campus have an action", "[campus]") {
  const auto side = GENERATE(Side::campus_driver, Side::passenger);
  CHECK(*renderer.error(side, {RefusalCode::ride_request_taken, "Gone."}, "r-1") ==
        R"({"action":"error","code":"RIDE_REQUEST_TAKEN","message":"Gone."})");
  CHECK(*renderer.force_disconnect(side, "Account blocked.") ==
        R"({"action":"force_disconnect","reason":"Account blocked."})");
}

}  // namespace hansom::net::campus
