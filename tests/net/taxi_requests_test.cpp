#include "net/dialects/account_requests.hpp"
#include "net/dialects/taxi/booking_requests.hpp"
#include "tests/support/printing.hpp"
#include "tests/support/story.hpp"

#include <catch2/catch.hpp>

#include <map>

namespace hansom::net::taxi {
namespace {

/// Members of a body as JSON text.
using Members = std::map<std::string, std::string>;

std::string body_of(const Members& members) {
  std::string body;
  for (const auto& [name, value] : members) {
    body += (body.empty() ? "{\"" : ",\"") + name + "\":" + value;
  }
  return body.empty() ? "{}" : body + "}";
}

/// The same with one member set, or taken out where `value` is empty.
Members with(Members members, const std::string& name, const std::string& value) {
  members[name] = value;
  if (value.empty()) members.erase(name);
  return members;
}

std::string quoted(const std::string& text) { return "\"" + text + "\""; }

std::string of_length(std::size_t length, std::string_view character = "x") {
  std::string text;
  for (std::size_t i = 0; i < length; ++i) text += character;
  return quoted(text);
}

const Members drop_off = {{"drop_off_location_title", "\"Airport\""},
                          {"drop_off_location_address", "\"Sydney Airport\""},
                          {"drop_off_map_id", "\"ChIJairport\""},
                          {"drop_off_latitude", "-33.9399"},
                          {"drop_off_longitude", "151.1753"}};

const Members booking = {{"pickup_location_title", "\"Home\""},
                         {"pickup_location_address", "\"12 King St, Sydney\""},
                         {"pickup_map_id", "\"ChIJhome\""},
                         {"pickup_latitude", "-33.8688"},
                         {"pickup_longitude", "151.2093"},
                         {"no_of_passengers", "2"},
                         {"note", "null"},
                         {"scheduled_date", "null"},
                         {"drop_offs", "[" + body_of(drop_off) + "]"}};

const Members zoe = {{"email", "\"Zoe@example.com\""},
                     {"name", "\"Zoe\""},
                     {"roles", "[\"driver\"]"},
                     {"phone", "\"211234567\""},
                     {"phone_code", "\"NZ\""}};

RequestBooking read_booking(const Members& members) {
  const auto request = read_booking_request(body_of(members));
  INFO(body_of(members));
  REQUIRE(request);
  return *request;
}

AccountRegistered read(const Members& members) {
  const auto command = read_account(body_of(members));
  INFO(body_of(members));
  REQUIRE(command);
  return command->account;
}

/// What is said of a body that can't be read: `INVALID_PAYLOAD: 'name' is missing or not valid.`
template <typename Request>
std::string refusal_of(const std::expected<Request, Refusal>& request) {
  if (request) return "none";
  return std::string(to_string(request.error().code)) + ": " + request.error().message;
}

std::string booking_refusal(const Members& members) {
  return refusal_of(read_booking_request(body_of(members)));
}
std::string account_refusal(const Members& members) {
  return refusal_of(read_account(body_of(members)));
}

std::string invalid(const std::string& name) {
  return "INVALID_PAYLOAD: '" + name + "' is missing or not valid.";
}

}  // namespace

TEST_CASE("a booking request is read with all that it says", "[taxi]") {
  const auto request = read_booking(with(booking, "note", "\"ring twice\""));
  CHECK(request.no_of_passengers == 2);
  CHECK(request.note == "ring twice");
  CHECK(request.pickup == Place{"Home", "12 King St, Sydney", "ChIJhome", {-33.8688, 151.2093}});
  CHECK(request.drop_offs ==
        std::vector{Place{"Airport", "Sydney Airport", "ChIJairport", {-33.9399, 151.1753}}});
}

TEST_CASE("a booking may go by several places, in their order", "[taxi]") {
  const auto school = with(drop_off, "drop_off_location_title", "\"School\"");
  const auto request = read_booking(
      with(booking, "drop_offs", "[" + body_of(school) + "," + body_of(drop_off) + "]"));
  REQUIRE(request.drop_offs.size() == 2);
  CHECK(request.drop_offs[0].title == "School");
  CHECK(request.drop_offs[1].title == "Airport");
}

TEST_CASE("note and scheduled date may be missing", "[taxi]") {
  CHECK_FALSE(read_booking(with(with(booking, "note", ""), "scheduled_date", "")).note);
  CHECK(read_booking(with(booking, "note", "\"\"")).note == "");
}

TEST_CASE("a booking may be for a moment to come", "[taxi]") {
  const auto [text, at] = GENERATE(table<std::string, Instant>({
      {"2026-05-12T10:30:00Z", noon},
      {"2026-05-12T10:30:00.250Z", noon + 250ms},
  }));
  INFO(text);
  CHECK(read_booking(with(booking, "scheduled_date", quoted(text))).scheduled_for == at);
  CHECK_FALSE(read_booking(booking).scheduled_for);
  for (const auto* wrong :
       {"\"\"", "\"tomorrow\"", "\"2026-05-12\"", "\"2026-13-12T10:30:00Z\"",
        "\"2026-05-12T10:30:00\"", "\"2026-05-12T20:30:00+10:00\"", "1778581800", "false"}) {
    CHECK(booking_refusal(with(booking, "scheduled_date", wrong)) == invalid("scheduled_date"));
  }
}

TEST_CASE("a body that is not JSON is INVALID_JSON, one that is no object INVALID_PAYLOAD",
          "[taxi]") {
  for (const auto* body : {"", "{", "hello", "{\"a\":\"\xff\"}"}) {
    CHECK(refusal_of(read_booking_request(body)).starts_with("INVALID_JSON"));
    CHECK(refusal_of(read_account(body)).starts_with("INVALID_JSON"));
  }
  for (const auto* body : {"[]", "null", "7", "\"text\""}) {
    CHECK(refusal_of(read_booking_request(body)).starts_with("INVALID_PAYLOAD"));
    CHECK(refusal_of(read_account(body)).starts_with("INVALID_PAYLOAD"));
  }
}

TEST_CASE("a booking's field that is missing or of a wrong type is named", "[taxi]") {
  for (const auto& [name, value] : booking) {
    const bool may_be_absent = name == "note" || name == "scheduled_date";
    for (const auto* wrong : {"", "null", "true", "[]", "{}", "[7]"}) {
      if (may_be_absent && (wrong == std::string() || wrong == std::string("null"))) continue;
      CHECK(booking_refusal(with(booking, name, wrong)) == invalid(name));
    }
  }
}

TEST_CASE("a drop-off's field that is missing or of a wrong type is named", "[taxi]") {
  for (const auto& [name, value] : drop_off) {
    for (const auto* wrong : {"", "null", "true", "[]", "{}"}) {
      const auto second =
          "[" + body_of(drop_off) + "," + body_of(with(drop_off, name, wrong)) + "]";
      CHECK(booking_refusal(with(booking, "drop_offs", second)) == invalid(name));
    }
  }
}

TEST_CASE("a booking's numbers and texts have their ranges", "[taxi]") {
  for (const auto* passengers : {"1", "8", "2.0"}) {
    read_booking(with(booking, "no_of_passengers", passengers));
  }
  for (const auto* passengers : {"0", "9", "-1", "1.5", "\"2\"", "1e99"}) {
    CHECK(booking_refusal(with(booking, "no_of_passengers", passengers)) ==
          invalid("no_of_passengers"));
  }
  for (const auto* character : {"x", "é", "😀"}) {
    read_booking(with(booking, "note", of_length(512, character)));
    CHECK(booking_refusal(with(booking, "note", of_length(513, character))) == invalid("note"));
  }
  for (const auto* latitude : {"90.1", "-90.1", "\"1\""}) {
    CHECK(booking_refusal(with(booking, "pickup_latitude", latitude)) ==
          invalid("pickup_latitude"));
  }
  for (const auto* longitude : {"180.1", "-180.1"}) {
    CHECK(booking_refusal(with(booking, "pickup_longitude", longitude)) ==
          invalid("pickup_longitude"));
  }
}

TEST_CASE("an account is read with all that it says", "[taxi]") {
  auto members = zoe;
  members["roles"] = R"(["driver","customer","student","driver"])";
  members["username"] = "\"zoe_1\"";
  members["avatar"] = "\"face\"";
  members["vehicle_number"] = "\"ABC-123\"";
  members["driver_code"] = "\"DRV-0042\"";
  CHECK(read(members) == AccountRegistered{"Zoe@example.com",
                                           "Zoe",
                                           {Role::driver, Role::customer, Role::student},
                                           "211234567",
                                           "NZ",
                                           "zoe_1",
                                           "face",
                                           "ABC-123",
                                           "DRV-0042"});
}

TEST_CASE("what an account may be without may be missing or null", "[taxi]") {
  auto members = zoe;
  members["username"] = "null";
  members["avatar"] = "null";
  const auto read_back = read(members);
  CHECK_FALSE(read_back.username);
  CHECK_FALSE(read_back.avatar);
  CHECK_FALSE(read_back.vehicle_number);
  CHECK_FALSE(read_back.driver_code);
}

TEST_CASE("an account's field that is missing or of a wrong type is named", "[taxi]") {
  for (const auto& [name, value] : zoe) {
    for (const auto* wrong : {"", "null", "true", "7", "{}", "[]", "[7]", "\"\""}) {
      CHECK(account_refusal(with(zoe, name, wrong)) == invalid(name));
    }
  }
  for (const auto* name : {"username", "avatar", "vehicle_number", "driver_code"}) {
    for (const auto* wrong : {"true", "7", "{}", "[]", "\"\""}) {
      CHECK(account_refusal(with(zoe, name, wrong)) == invalid(name));
    }
  }
}

TEST_CASE("an account's texts have their forms", "[taxi]") {
  const auto [name, value, good] = GENERATE(table<std::string, std::string, bool>({
      {"email", "\"a@b\"", true},
      {"email", "\"ab\"", false},
      {"email", "\"@b\"", false},
      {"email", "\"abc@\"", false},
      {"email", "\"a@b@c\"", false},
      {"email", "\"a b@c\"", false},
      {"email", "\"a@b\\n\"", false},
      {"phone", "\"123456789012345\"", true},
      {"phone", "\"1234567890123456\"", false},
      {"phone", "\"+64211\"", false},
      {"phone", "\"21 12\"", false},
      {"phone_code", "\"AU\"", true},
      {"phone_code", "\"nz\"", false},
      {"phone_code", "\"XX\"", false},
      {"phone_code", "\"+64\"", false},
      {"roles", R"(["student"])", true},
      {"roles", R"(["admin"])", false},
      {"roles", R"(["driver",7])", false},
      {"username", "\"0\"", true},
      {"username", "\"a-b_c\"", true},
      {"username", "\"-a\"", false},
      {"username", "\"_a\"", false},
      {"username", "\"A\"", false},
      {"username", "\"a b\"", false},
      {"username", "\"a/b\"", false},
  }));
  INFO(name << " is " << value);
  CHECK(account_refusal(with(zoe, name, value)) == (good ? "none" : invalid(name)));
}

TEST_CASE("an account's texts have their lengths", "[taxi]") {
  for (const auto* name : {"name", "avatar", "vehicle_number", "driver_code"}) {
    read(with(zoe, name, of_length(256, "é")));
    CHECK(account_refusal(with(zoe, name, of_length(257, "é"))) == invalid(name));
  }
  read(with(zoe, "username", of_length(64)));
  CHECK(account_refusal(with(zoe, "username", of_length(65))) == invalid("username"));
  const auto email = [](std::size_t length) { return quoted(std::string(length - 2, 'e') + "@x"); };
  read(with(zoe, "email", email(256)));
  CHECK(account_refusal(with(zoe, "email", email(257))) == invalid("email"));
}

}  // namespace hansom::net::taxi
