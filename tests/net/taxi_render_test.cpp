#include "net/dialects/envelope.hpp"
#include "net/dialects/json_reader.hpp"
#include "net/dialects/wire_renderer.hpp"
#include "tests/support/printing.hpp"
#include "tests/support/told.hpp"

#include <catch2/catch.hpp>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <set>

namespace hansom::net::taxi {
namespace {

const WireRenderer renderer;
const BookingId id{uuid(1)};

net::JsonDocument parsed(const std::string& text) {
  auto json = read_json(text);
  INFO(text);
  REQUIRE(json);
  return std::move(*json);
}

std::string text_of(const net::Json& json) {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
  json.Accept(writer);
  return buffer.GetString();
}

std::string keys_of(const net::Json& json) {
  std::string keys;
  for (const auto& member : json.GetObject()) {
    keys += (keys.empty() ? "" : " ") + std::string(member.name.GetString());
  }
  return keys;
}
std::string keys_of(const std::string& frame) { return keys_of(parsed(frame)); }

/// The display of an arrival time in the driver's ack.
std::string arrival_time(int seconds) {
  const auto told = told_after(assigned(), ArrivalTimeSubmitted{seconds, noon});
  return text_of(parsed(told.to_driver())["arrival_time"]);
}

const std::string contact =
    R"("customer_name":"alice","customer_phone":"211000005","customer_phone_code":{)"
    R"("id":"972954e1-a86a-5ba3-ba9b-a69b9498715a","name":"New Zealand","code":"NZ",)"
    R"("ph_code":"+64","flag":"/uploads/flags/nz.png"})";
const std::string places =
    R"("pickup_location":{"title":"Home","address":"Home St","map_id":"map-Home",)"
    R"("latitude":-33.8688,"longitude":151.2093},)"
    R"("dropoff_location":{"title":"Airport","address":"Airport St","map_id":"map-Airport",)"
    R"("latitude":-33.9399,"longitude":151.1753})";

std::string head(const std::string& type) {
  return R"({"type":")" + type + R"(","booking_id":")" + to_string(id) + "\",";
}

}  // namespace

TEST_CASE("an arrival time is shown in seconds, minutes rounded up, or hours", "[taxi]") {
  const auto [seconds, shown] = GENERATE(table<int, std::string>({
      {1, R"({"value":1,"unit":"seconds","label":"1 sec","seconds":1})"},
      {45, R"({"value":45,"unit":"seconds","label":"45 sec","seconds":45})"},
      {59, R"({"value":59,"unit":"seconds","label":"59 sec","seconds":59})"},
      {60, R"({"value":1,"unit":"minutes","label":"1 min","seconds":60})"},
      {61, R"({"value":2,"unit":"minutes","label":"2 min","seconds":61})"},
      {300, R"({"value":5,"unit":"minutes","label":"5 min","seconds":300})"},
      {3540, R"({"value":59,"unit":"minutes","label":"59 min","seconds":3540})"},
      {3541, R"({"value":1,"unit":"hours","label":"1 hr","seconds":3541})"},
      {3600, R"({"value":1,"unit":"hours","label":"1 hr","seconds":3600})"},
      {3601, R"({"value":1,"unit":"hours","label":"1 hr 1 min","seconds":3601})"},
      {5400, R"({"value":1.5,"unit":"hours","label":"1 hr 30 min","seconds":5400})"},
      {7020, R"({"value":2,"unit":"hours","label":"1 hr 57 min","seconds":7020})"},
      {7560, R"({"value":2.1,"unit":"hours","label":"2 hr 6 min","seconds":7560})"},
      {86400, R"({"value":24,"unit":"hours","label":"24 hr","seconds":86400})"},
  }));
  CHECK(arrival_time(seconds) == shown);
}

TEST_CASE("a request is told by its answer, and pushed to nobody", "[taxi]") {
  CHECK(Told({requested_by(alice)}).pushes.empty());
}

TEST_CASE("an assignment is told to the driver, word for word as documented", "[taxi]") {
  const Told told(assigned());
  CHECK(told.to_driver() ==
        head("booking_assigned") +
            R"("booking_status":"requested","booking_type":"instant",)"
            R"("date":"2026-05-12T10:30:00.000Z","no_of_passengers":2,"note":null,)" +
            contact + "," + places + R"(,"chat_history":[],"seq":42})");
  CHECK(told.to_customer() == "nothing");
}

TEST_CASE("an offer is told to both, and shows the customer who drives", "[taxi]") {
  const Told told(offered());
  const std::string time =
      R"("arrival_time":{"value":5,"unit":"minutes","label":"5 min","seconds":300},)";
  CHECK(told.to_driver() == head("arrival_time_accepted") + R"("booking_status":"confirmation",)" +
                                time + R"("chat_history":[],"seq":43})");
  CHECK(told.to_customer() ==
        head("arrival_time_offered") + R"("booking_status":"confirmation",)" + time +
            R"("no_of_passengers":2,"driver_name":"bob","driver_phone":"211000003",)" +
            R"("driver_phone_code":)" +
            text_of(parsed("{" + contact + "}")["customer_phone_code"]) +
            R"(,"vehicle_number":"ABC-bob","driver_code":"DRV-bob",)" + places +
            R"(,"chat_history":[],"seq":43})");
}

TEST_CASE("every push has the documented keys, and its place in the log at the end", "[taxi]") {
  const auto check_keys = [](const Told& told, const char* driver_keys, const char* customer_keys) {
    CHECK(keys_of(told.to_driver()) == driver_keys);
    CHECK(keys_of(told.to_customer()) == customer_keys);
    for (const auto& push : told.pushes) {
      CHECK(parsed(*push.frame)["seq"].GetUint64() == 40 + told.booking.revision.value);
    }
  };
  const auto* const customer_accepted =
      "type booking_id booking_status no_of_passengers note customer_name customer_phone "
      "customer_phone_code pickup_location dropoff_location chat_history auto_promoted seq";
  check_keys(told_after(offered(), OfferAccepted{}), customer_accepted,
             "type booking_id booking_status driver_name driver_phone driver_phone_code "
             "vehicle_number driver_code chat_history seq");
  check_keys(told_after(offered(), OfferAutoAccepted{}), customer_accepted,
             "type booking_id booking_status chat_history seq");
  check_keys(told_after(on_the_way(), RideCompleted{}), "type booking_id status chat_history seq",
             "type booking_id status chat_history seq");
  check_keys(told_after(assigned(), cancelled_for_want_of_drivers(bob)),
             "type booking_id status reason reason_code seq",
             "type booking_id status reason reason_code chat_history seq");
  check_keys(told_after(on_the_way(), ChatMessageSent{Party::driver, "hi"}),
             "type booking_id from text sent_at chat_history seq",
             "type booking_id from text sent_at chat_history seq");
}

TEST_CASE("an offer that expired is told to the driver who had it, and to nobody else", "[taxi]") {
  const auto told = told_after(assigned(), OfferExpired{bob});
  CHECK(told.to_driver() ==
        head("offer_expired") + R"("reason":"Response window elapsed.","seq":43})");
  CHECK(told.to_customer() == "nothing");
}

TEST_CASE("an acceptance by hand and one by the timer differ in one word to the driver", "[taxi]") {
  auto by_hand = told_after(offered(), OfferAccepted{}).to_driver();
  const auto by_timer = told_after(offered(), OfferAutoAccepted{}).to_driver();
  const std::string word = R"("auto_promoted":false)";
  REQUIRE(by_hand.find(word) != std::string::npos);
  by_hand.replace(by_hand.find(word), word.size(), R"("auto_promoted":true)");
  CHECK(by_hand == by_timer);
}

TEST_CASE("a cancellation is told to a driver only where one was told before", "[taxi]") {
  const Told told({requested_by(alice), cancelled_for_want_of_drivers(std::nullopt)});
  CHECK(told.pushes.size() == 1);
  const auto json = parsed(told.to_customer());
  CHECK(string_member(json, "type") == "driver_cancelled");
  CHECK(string_member(json, "status") == "cancelled");
  CHECK(string_member(json, "reason") == "No driver available.");
  CHECK(string_member(json, "reason_code") == "NO_DRIVER_AVAILABLE");
}

TEST_CASE("several drop-offs are shown in order, and the last stands as the drop-off", "[taxi]") {
  auto requested = requested_by(alice);
  requested.drop_offs = {home, airport};
  const auto json = parsed(Told({requested, assigned_to(bob)}).to_driver());
  CHECK(string_member(json["dropoff_location"], "title") == "Airport");
  REQUIRE(json["drop_offs"].Size() == 2);
  CHECK(string_member(json["drop_offs"][0], "title") == "Home");
  CHECK(json["drop_offs"][1] == json["dropoff_location"]);
}

TEST_CASE("both hear the same chat message, with the last hundred before it", "[taxi]") {
  auto events = on_the_way();
  for (int i = 1; i <= 101; ++i) {
    events.push_back(ChatMessageSent{i % 2 ? Party::driver : Party::customer, std::to_string(i)});
  }
  Told told(events);
  CHECK(told.to_driver() == told.to_customer());
  auto json = parsed(told.to_driver());
  CHECK(string_member(json, "from") == "driver");
  CHECK(string_member(json, "text") == "101");
  CHECK(string_member(json, "sent_at") == "2026-05-12T10:30:00.104Z");
  REQUIRE(json["chat_history"].Size() == 100);
  CHECK(string_member(json["chat_history"][0], "text") == "2");
  CHECK(text_of(json["chat_history"][99]) ==
        R"({"from":"driver","text":"101","sent_at":"2026-05-12T10:30:00.104Z"})");

  // What ends the ride has the whole transcript.
  events.push_back(RideCompleted{});
  told = Told(events);
  CHECK(parsed(told.to_customer())["chat_history"].Size() == 101);
}

TEST_CASE("a snapshot hides the driver from the customer until there is an offer", "[taxi]") {
  const auto customer_snapshot = [](const Told& told) {
    return parsed(*renderer.snapshot(Side::customer, &told.booking));
  };
  const auto before = customer_snapshot(Told(assigned()));
  const auto after = customer_snapshot(Told(offered()));
  CHECK(keys_of(before) ==
        "type booking_id booking_status no_of_passengers arrival_time driver_name driver_phone "
        "driver_phone_code vehicle_number driver_code pickup_location dropoff_location "
        "chat_history");
  CHECK(keys_of(after) == keys_of(before));
  for (const auto* key : {"driver_name", "driver_phone", "driver_phone_code", "vehicle_number",
                          "driver_code", "arrival_time"}) {
    INFO(key);
    CHECK(before[key].IsNull());
    CHECK_FALSE(after[key].IsNull());
  }
}

TEST_CASE("a driver's snapshot has the documented keys", "[taxi]") {
  const Told told(offered());
  const auto json = parsed(*renderer.snapshot(Side::driver, &told.booking));
  CHECK(keys_of(json) == "type assignment");
  CHECK(keys_of(json["assignment"]) ==
        "booking_id booking_status booking_type date no_of_passengers arrival_time note "
        "customer_name customer_phone customer_phone_code pickup_location dropoff_location "
        "chat_history");
}

TEST_CASE("a snapshot of nothing says so", "[taxi]") {
  CHECK(*renderer.snapshot(Side::driver, nullptr) == R"({"type":"snapshot","assignment":null})");
  CHECK(*renderer.snapshot(Side::customer, nullptr) ==
        R"({"type":"snapshot","booking_id":null,"booking_status":null})");
}

TEST_CASE("a country that nobody knows is shown as none", "[taxi]") {
  auto requested = requested_by(alice);
  requested.customer.country = "XX";
  CHECK(parsed(Told({requested, assigned_to(bob)}).to_driver())["customer_phone_code"].IsNull());
}

TEST_CASE("an error repeats the booking where there is one", "[taxi]") {
  const Refusal refusal{RefusalCode::booking_not_found, "No \"such\" booking."};
  CHECK(*renderer.error(Side::driver, refusal, "b\n1") ==
        R"({"type":"error","code":"BOOKING_NOT_FOUND","message":"No \"such\" booking.",)"
        R"("booking_id":"b\n1"})");
  CHECK(keys_of(*renderer.error(Side::driver, refusal, std::nullopt)) == "type code message");
}

TEST_CASE("a booking's answer is the documented envelope", "[taxi]") {
  const auto answer = renderer.booking_requested(id, BookingType::instant, bob, noon);
  CHECK(answer.status == 201);
  CHECK(*answer.body ==
        R"({"meta":{"code":201,"status":"success","timestamp":"2026-05-12T10:30:00.000Z"},)"
        R"("code":"CREATED","data":{"booking_id":")" +
            to_string(id) + R"(","booking_type":"instant","driver_id":")" + to_string(bob) +
            R"("},"user_message":{"message":"Booking request submitted successfully."}})");
  const auto driverless =
      renderer.booking_requested(id, BookingType::scheduled, std::nullopt, noon);
  CHECK(string_member(parsed(*driverless.body)["data"], "booking_type") == "scheduled");
  CHECK(parsed(*driverless.body)["data"]["driver_id"].IsNull());
}

TEST_CASE("every refusal has a name of its own and a status that says failure", "[taxi]") {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < refusal_code_count; ++i) {
    const auto code = static_cast<RefusalCode>(i);
    const auto name = to_string(code);
    INFO(i << " " << name);
    CHECK_FALSE(name.empty());
    CHECK(names.insert(name).second);
    CHECK(http_status(code) >= 400);
    CHECK(http_status(code) <= 503);
    CHECK((http_status(code) == 500) == (code == RefusalCode::internal_error));
  }
}

}  // namespace hansom::net::taxi
