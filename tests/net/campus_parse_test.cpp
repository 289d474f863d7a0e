#include "net/dialects/campus/parse.hpp"
#include "net/dialects/parse.hpp"
#include "tests/support/frames.hpp"
#include "tests/support/printing.hpp"

#include <catch2/catch.hpp>

namespace hansom::net::campus {
namespace {

template <typename Wanted>
Wanted parsed(Side side, const std::string& frame) {
  INFO(frame);
  const auto command = parse_frame(side, frame);
  REQUIRE(std::holds_alternative<Wanted>(command));
  return std::get<Wanted>(command);
}

RefusalCode refused(Side side, const std::string& frame) {
  const auto misspeak = parsed<Misspeak>(side, frame);
  CHECK_FALSE(misspeak.refusal.message.empty());
  CHECK_FALSE(misspeak.booking_id);
  return misspeak.refusal.code;
}

struct Message {
  Side side;
  Members members;
};

/// Every message, with all fields.
const std::vector<Message>& messages() {
  static const std::vector<Message> all = {
      {Side::passenger,
       {{"action", "\"create_ride_request\""},
        {"pickup_latitude", "37.7749"},
        {"pickup_longitude", "-122.4194"},
        {"dropoff_latitude", "37.7874"},
        {"dropoff_longitude", "-122.4082"},
        {"pickup_address", "\"123 Main St, San Francisco, CA\""},
        {"dropoff_address", "\"456 Elm St, San Francisco, CA\""}}},
      {Side::passenger, {{"action", "\"cancel_ride_request\""}, {"ride_request_id", "\"r-1\""}}},
      {Side::passenger, {{"action", "\"send_chat_message\""}, {"message", "\"hi\""}}},
      {Side::campus_driver,
       {{"action", "\"accept_ride_request\""}, {"ride_request_id", "\"r-1\""}}},
      {Side::campus_driver,
       {{"action", "\"complete_ride_request\""}, {"ride_request_id", "\"r-1\""}}},
      {Side::campus_driver, {{"action", "\"send_chat_message\""}, {"message", "\"hi\""}}},
  };
  return all;
}

const Members& request = messages().front().members;

}  // namespace

TEST_CASE("a ride request is read with all that it says", "[campus]") {
  const auto command = parsed<RequestOpenRide>(Side::passenger, frame_of(request));
  CHECK(command.pickup == Place{"", "123 Main St, San Francisco, CA", "", {37.7749, -122.4194}});
  CHECK(command.drop_off == Place{"", "456 Elm St, San Francisco, CA", "", {37.7874, -122.4082}});
}

TEST_CASE("a ride is named by any text", "[campus]") {
  const auto of = [](const std::string& action, const std::string& id) {
    return frame_of({{"action", "\"" + action + "\""}, {"ride_request_id", "\"" + id + "\""}});
  };
  for (const std::string id : {"r-1", "", "../x", "9f7dbfa9-91d1-4639-b1f6-399d077ef791"}) {
    CHECK(parsed<CancelOpenRide>(Side::passenger, of("cancel_ride_request", id)).ride_id == id);
    CHECK(parsed<AcceptOpenOffer>(Side::campus_driver, of("accept_ride_request", id)).ride_id ==
          id);
    CHECK(parsed<CompleteOpenRide>(Side::campus_driver, of("complete_ride_request", id)).ride_id ==
          id);
  }
}

TEST_CASE("either side says something", "[campus]") {
  const auto side = GENERATE(Side::passenger, Side::campus_driver);
  CHECK(parsed<SendRideMessage>(side, R"({"action":"send_chat_message","message":"hé 👋"})").text ==
        "hé 👋");
}

TEST_CASE("what is said has from 1 to 1000 characters, of any number of bytes", "[campus]") {
  const auto frame = [](const std::string& text) {
    return R"({"action":"send_chat_message","message":")" + text + "\"}";
  };
  const auto side = GENERATE(Side::passenger, Side::campus_driver);
  const std::string character = GENERATE("x", "é", "😀", R"(\n)", R"(\ud83d\ude00)");
  parsed<SendRideMessage>(side, frame(character));
  parsed<SendRideMessage>(side, frame(repeated(character, 1'000)));
  CHECK(refused(side, frame(repeated(character, 1'001))) == RefusalCode::invalid_payload);
  CHECK(refused(side, frame("")) == RefusalCode::invalid_payload);
}

TEST_CASE("fields that campus does not have are passed over", "[campus]") {
  for (const auto& [side, members] : messages()) {
    auto more = members;
    more["type"] = "\"ping\"";
    more["zzz"] = R"({"action":[1,null]})";
    CHECK_FALSE(std::holds_alternative<Misspeak>(parse_frame(side, frame_of(more))));
  }
}

TEST_CASE("what is not JSON is INVALID_JSON on campus", "[campus]") {
  const std::string frame =
      GENERATE(as<std::string>{}, "", "hello", "{", "{\"action\":\"send_chat_message\"}}",
               "\xff\xfe", R"({"action":"send_chat_message","message":"\ud800"})",
               std::string(16'384, '['), std::string("{\"action\":\"x\"}\0", 15));
  CHECK(refused(Side::passenger, frame) == RefusalCode::invalid_json);
  CHECK(refused(Side::campus_driver, frame) == RefusalCode::invalid_json);
}

TEST_CASE("JSON without an action that is text is INVALID_PAYLOAD", "[campus]") {
  const std::string frame = GENERATE(
      "{}", "[]", "null", "7", "\"send_chat_message\"", R"({"action":7})", R"({"action":null})",
      R"({"Action":"send_chat_message"})", R"({"type":"send_chat_message","message":"hi"})",
      R"([{"action":"send_chat_message","message":"hi"}])");
  CHECK(refused(Side::passenger, frame) == RefusalCode::invalid_payload);
}

TEST_CASE("an action that the side does not have is UNKNOWN_MESSAGE_TYPE", "[campus]") {
  const auto unknown = [](Side side, const std::string& action) {
    return refused(side, R"({"action":")" + action + "\"}");
  };
  for (const auto* action : {"accept_ride_request", "complete_ride_request", "ping", "",
                             "Send_chat_message", "send_chat_message "}) {
    CHECK(unknown(Side::passenger, action) == RefusalCode::unknown_message_type);
  }
  for (const auto* action : {"create_ride_request", "cancel_ride_request", "chat_message"}) {
    CHECK(unknown(Side::campus_driver, action) == RefusalCode::unknown_message_type);
  }
}

TEST_CASE("a field of campus that is missing or of a wrong type is named", "[campus]") {
  for (const auto& [side, members] : messages()) {
    for (const auto& [name, value] : members) {
      const auto complaint = [&, side = side](const Members& wrong) {
        const auto refusal = parsed<Misspeak>(side, frame_of(wrong)).refusal;
        CHECK(refusal.code == RefusalCode::invalid_payload);
        return refusal.message;
      };
      const auto expected = name == "action" ? "The message has no 'action'."
                                             : "'" + name + "' is missing or not valid.";
      auto wrong = members;
      wrong.erase(name);
      CHECK(complaint(wrong) == expected);
      const bool is_text = value.starts_with('"');
      for (const auto* other : {"null", "true", "[]", "{}", "[1]", is_text ? "7" : "\"7\""}) {
        wrong[name] = other;
        CHECK(complaint(wrong) == expected);
      }
    }
  }
}

TEST_CASE("a ride's places are within the sphere's degrees", "[campus]") {
  for (const std::string place : {"pickup_", "dropoff_"}) {
    const auto with = [&](const std::string& name, const std::string& value) {
      auto members = request;
      members[place + name] = value;
      return frame_of(members);
    };
    for (const auto* edge : {"-90", "90", "0", "-0.0"}) {
      parsed<RequestOpenRide>(Side::passenger, with("latitude", edge));
    }
    for (const auto* edge : {"-180", "180"}) {
      parsed<RequestOpenRide>(Side::passenger, with("longitude", edge));
    }
    for (const auto* beyond : {"-90.0001", "90.0001", "1e300"}) {
      CHECK(refused(Side::passenger, with("latitude", beyond)) == RefusalCode::invalid_payload);
    }
    for (const auto* beyond : {"-180.0001", "180.0001", "-1e300"}) {
      CHECK(refused(Side::passenger, with("longitude", beyond)) == RefusalCode::invalid_payload);
    }
  }
}

TEST_CASE("frames go to the dialect of their side", "[campus]") {
  const std::string ping = R"({"type":"ping"})";
  const auto code = [](const std::optional<Command>& command) {
    REQUIRE(command);
    return std::get<Misspeak>(*command).refusal.code;
  };
  for (const auto side : {Side::driver, Side::customer}) {
    CHECK_FALSE(net::parse_frame(side, ping));
    CHECK(code(net::parse_frame(side, R"({"action":"x"})")) == RefusalCode::invalid_payload);
  }
  for (const auto side : {Side::campus_driver, Side::passenger}) {
    CHECK(code(net::parse_frame(side, ping)) == RefusalCode::invalid_payload);
    CHECK(code(net::parse_frame(side, R"({"action":"x"})")) == RefusalCode::unknown_message_type);
  }
  CHECK(code(net::parse_frame(Side::participant, ping)) == RefusalCode::unknown_message_type);
}

TEST_CASE("bytes at random on campus never do more than be refused", "[campus]") {
  std::mt19937 random(2026);
  for (const auto& [side, members] : messages()) {
    for_each_damaged(frame_of(members), random, [&](const std::string& frame) {
      const auto command = parse_frame(side, frame);
      CHECK_FALSE(name_of(command).empty());
    });
  }
}

}  // namespace hansom::net::campus
