// What HTTP requests are answered (PROTOCOL.md, Admin and mobile endpoints; Lists).

#include "net/dialects/json_reader.hpp"
#include "net/dialects/wire_renderer.hpp"
#include "tests/support/frames.hpp"
#include "tests/support/printing.hpp"
#include "tests/support/story.hpp"

#include <catch2/catch.hpp>

namespace hansom::net::taxi {
namespace {

const BookingId id{uuid(1)};

const WireRenderer renderer("https://rides.example");

const std::string head =
    R"({"meta":{"code":200,"status":"success","timestamp":"2026-05-12T10:30:00.000Z"},"code":"OK",)";

/// The whole `data` of an answer that must be a success, and its message.
std::string data_of(const Answer& answer, int status = 200) {
  CHECK(answer.status == status);
  const auto& body = *answer.body;
  if (status == 200) CHECK(body.starts_with(head));
  const auto start = body.find("\"data\":") + 7;
  const auto end = body.find(",\"user_message\":{\"message\":\"");
  REQUIRE(end != std::string::npos);
  return body.substr(start, end - start);
}

Account account_of(AccountId account) {
  Story story;
  story.register_cast();
  Accounts accounts;
  for (const auto& envelope : story.events()) accounts.apply(envelope);
  return *accounts.find(account);
}

Booking booking_of(const std::vector<BookingEvent>& events) {
  Story story;
  Booking booking;
  for (const auto& event : events) apply(booking, story.tell(id, event));
  return booking;
}

}  // namespace

TEST_CASE("a cancel is answered with the booking and its status", "[taxi]") {
  CHECK(data_of(renderer.booking_cancelled(id, noon)) ==
        R"({"booking_id":")" + to_string(id) + R"(","status":"cancelled"})");
}

TEST_CASE("a profile is the account with its phone code and how long numbers are there", "[taxi]") {
  auto account = account_of(bob);
  account.username = "bob-1";
  CHECK(data_of(renderer.profile(account, noon)) ==
        R"({"id":")" + to_string(bob) +
            R"(","email":"bob@example.com","name":"bob","roles":["driver"],"phone":"211000003",)"
            R"("phone_code":{"id":"972954e1-a86a-5ba3-ba9b-a69b9498715a","name":"New Zealand",)"
            R"("code":"NZ","ph_code":"+64",)"
            R"("flag":"https://rides.example/uploads/flags/nz.png","phone_limit":10},)"
            R"("username":"bob-1","avatar":null,"vehicle_number":"ABC-bob",)"
            R"("driver_code":"DRV-bob","status":"active"})");
}

TEST_CASE("a profile whose country nobody knows has no phone code", "[taxi]") {
  auto account = account_of(alice);
  account.country = "XX";
  const auto json = read_json(*renderer.profile(account, noon).body).value();
  CHECK(json["data"]["phone_code"].IsNull());
}

TEST_CASE("the admin is shown an account as it was given, with its devices", "[taxi]") {
  auto account = account_of(erin);
  account.status = AccountStatus::blocked;
  account.devices = {{"tablet", "Pixel", noon + 1s}, {"phone", std::nullopt, noon}};
  CHECK(data_of(renderer.account(account, noon)) ==
        R"({"id":")" + to_string(erin) +
            R"(","email":"erin@example.com","name":"erin","roles":["driver","customer"],)"
            R"("phone":"211000004","phone_code":"NZ","username":null,"avatar":null,)"
            R"("vehicle_number":"ABC-erin","driver_code":"DRV-erin","status":"blocked",)"
            R"("devices":[{"device_id":"tablet","device_model":"Pixel",)"
            R"("last_seen_at":"2026-05-12T10:30:01.000Z"},)"
            R"({"device_id":"phone","device_model":null,)"
            R"("last_seen_at":"2026-05-12T10:30:00.000Z"}]})");
  CHECK(data_of(renderer.account(account_of(bob), noon)).ends_with(R"("devices":[]})"));
}

TEST_CASE("what was created is named by its id", "[taxi]") {
  CHECK(data_of(renderer.account_registered(bob, noon), 201) ==
        R"({"id":")" + to_string(bob) + "\"}");
  const TemplateId text{uuid(7)};
  CHECK(data_of(renderer.template_added(text, noon), 201) ==
        R"({"id":")" + to_string(text) + "\"}");
  CHECK(renderer.template_added(text, noon).body->find(R"("code":"CREATED")") != std::string::npos);
}

TEST_CASE("templates are listed as they come, and say whose they are", "[taxi]") {
  const CancellationTemplate own{{uuid(1)}, {1}, {1}, bob, "I am \"ill\""};
  const CancellationTemplate admins{{uuid(2)}, {1}, {2}, std::nullopt, "flat tyre"};
  const CancellationTemplate* const both[] = {&own, &admins};
  CHECK(data_of(renderer.templates(both, noon)) ==
        R"({"templates":[{"id":")" + to_string(uuid(1)) +
            R"(","text":"I am \"ill\"","owner":"driver"},{"id":")" + to_string(uuid(2)) +
            R"(","text":"flat tyre","owner":"admin"}]})");
  CHECK(data_of(renderer.templates({}, noon)) == R"({"templates":[]})");
}

TEST_CASE("a list has each booking as a snapshot, and where it goes on", "[taxi]") {
  const auto started = booking_of({requested_by(alice), assigned_to(bob), arrival_submitted(),
                                   OfferAccepted{}, ChatMessageSent{Party::driver, "hi"}});
  const auto asked = booking_of({requested_by(alice), assigned_to(bob)});
  const Booking both[] = {started, asked};
  const auto listed = [&](Side side, std::optional<BookingId> next) {
    return read_json(*renderer.bookings(side, both, next, noon).body).value();
  };

  const auto of_customer = listed(Side::customer, std::nullopt);
  CHECK(keys_of(of_customer["data"]) == "bookings next_before");
  CHECK(of_customer["data"]["next_before"].IsNull());
  const auto& shown = of_customer["data"]["bookings"];
  REQUIRE(shown.Size() == 2);
  CHECK(keys_of(shown[0]) ==
        "type booking_id booking_status no_of_passengers arrival_time driver_name driver_phone "
        "driver_phone_code vehicle_number driver_code pickup_location dropoff_location "
        "chat_history");
  CHECK(string_member(shown[0], "booking_status") == "on_the_way");
  CHECK(shown[0]["chat_history"].Size() == 1);
  CHECK(shown[1]["driver_name"].IsNull());  // nobody confirmed

  const auto of_driver = listed(Side::driver, id);
  CHECK(string_member(of_driver["data"], "next_before") == to_string(id));
  const auto& driven = of_driver["data"]["bookings"][0];
  CHECK(keys_of(driven) == "type booking_id assignment");
  CHECK(string_member(driven["assignment"], "booking_id") == to_string(id));
  CHECK(string_member(driven["assignment"], "customer_name") == "alice");
}

TEST_CASE("a list of nothing is empty", "[taxi]") {
  CHECK(data_of(renderer.bookings(Side::driver, {}, std::nullopt, noon)) ==
        R"({"bookings":[],"next_before":null})");
}

TEST_CASE("what leaves nothing to say is answered without data", "[taxi]") {
  CHECK(data_of(renderer.done(noon)) == "null");
}

TEST_CASE("a refusal is answered with its code, its status and its message", "[taxi]") {
  const auto answer = renderer.refused({RefusalCode::idempotency_key_reused, "Used."}, noon);
  CHECK(answer.status == 409);
  CHECK(*answer.body ==
        R"({"meta":{"code":409,"status":"error","timestamp":"2026-05-12T10:30:00.000Z"},)"
        R"("code":"IDEMPOTENCY_KEY_REUSED","data":null,"user_message":{"message":"Used."}})");
}

TEST_CASE("links begin with the public address", "[taxi]") {
  const auto url = GENERATE(as<std::string>{}, "", "http://127.0.0.1:8080", "https://x.example/a");
  const auto flag = "\"flag\":\"" + url + "/uploads/flags/nz.png\"";
  const WireRenderer here(url);
  CHECK(here.profile(account_of(alice), noon).body->find(flag) != std::string::npos);
  const auto booking = booking_of({requested_by(alice), assigned_to(bob), arrival_submitted()});
  for (const auto side : {Side::driver, Side::customer}) {
    CHECK(here.snapshot(side, &booking)->find(flag) != std::string::npos);
    CHECK(here.bookings(side, std::span(&booking, 1), std::nullopt, noon).body->find(flag) !=
          std::string::npos);
  }
}

}  // namespace hansom::net::taxi
