#include "engine/refusal.hpp"
#include "net/dialects/parse.hpp"
#include "net/dialects/taxi/parse.hpp"
#include "tests/support/frames.hpp"
#include "tests/support/printing.hpp"

#include <catch2/catch.hpp>

namespace hansom::net::taxi {
namespace {

template <typename Wanted>
Wanted parsed(Side side, const std::string& frame) {
  INFO(frame);
  const auto command = parse_frame(side, frame);
  REQUIRE(command);
  REQUIRE(std::holds_alternative<Wanted>(*command));
  return std::get<Wanted>(*command);
}

/// The code with which a frame is refused, and the booking that the refusal names.
using Refused = std::pair<RefusalCode, std::optional<std::string>>;

Refused refused(Side side, const std::string& frame) {
  const auto misspeak = parsed<Misspeak>(side, frame);
  CHECK_FALSE(misspeak.refusal.message.empty());
  return {misspeak.refusal.code, misspeak.booking_id};
}

const Refused invalid_payload{RefusalCode::invalid_payload, std::nullopt};
const Refused unknown_type{RefusalCode::unknown_message_type, std::nullopt};

struct Message {
  Side side;
  Members members;
};

/// Every message that has fields, with all that are needed.
const std::vector<Message>& messages() {
  static const std::vector<Message> all = {
      {Side::driver,
       {{"type", "\"submit_arrival_time\""}, {"booking_id", "\"b\""}, {"arrival_time", "300"}}},
      {Side::driver,
       {{"type", "\"mark_as_completed\""}, {"booking_id", "\"b\""}, {"status", "\"completed\""}}},
      {Side::driver, {{"type", "\"accept_booking\""}, {"booking_id", "\"b\""}}},
      {Side::driver,
       {{"type", "\"decline_booking\""},
        {"booking_id", "\"b\""},
        {"cancellation_template_id", "\"t\""}}},
      {Side::driver,
       {{"type", "\"decline_booking\""},
        {"booking_id", "\"b\""},
        {"cancellation_description", "\"ill\""}}},
      {Side::driver, {{"type", "\"chat_message\""}, {"booking_id", "\"b\""}, {"text", "\"hi\""}}},
      {Side::driver,
       {{"type", "\"location_update\""}, {"latitude", "-33.8"}, {"longitude", "151.2"}}},
      {Side::customer, {{"type", "\"accept\""}, {"booking_id", "\"b\""}}},
      {Side::customer, {{"type", "\"reject\""}, {"booking_id", "\"b\""}}},
      {Side::customer, {{"type", "\"chat_message\""}, {"booking_id", "\"b\""}, {"text", "\"hi\""}}},
  };
  return all;
}

}  // namespace

TEST_CASE("a driver's messages are read", "[taxi]") {
  const auto submit = parsed<SubmitArrivalTime>(
      Side::driver, R"({"type":"submit_arrival_time","booking_id":"b-1","arrival_time":300})");
  CHECK(submit.booking_id == "b-1");
  CHECK(submit.arrival_time_s == 300);
  CHECK(parsed<CompleteRide>(
            Side::driver, R"({"type":"mark_as_completed","booking_id":"b-1","status":"completed"})")
            .booking_id == "b-1");
  const auto position = parsed<UpdateLocation>(
      Side::driver, R"({"type":"location_update","latitude":-33.8688,"longitude":151.2093})");
  CHECK(position.position == Coordinates{-33.8688, 151.2093});
  CHECK(parsed<AcceptScheduledBooking>(Side::driver,
                                       R"({"type":"accept_booking","booking_id":"b-1"})")
            .booking_id == "b-1");
}

TEST_CASE("a driver declines with a template or with words, and never with both", "[taxi]") {
  const auto frame = [](const std::string& reason) {
    return R"({"type":"decline_booking","booking_id":"b-1")" + reason + "}";
  };
  const auto by_template =
      parsed<DeclineOffer>(Side::driver, frame(R"(,"cancellation_template_id":"t-1")"));
  CHECK(by_template.booking_id == "b-1");
  CHECK(by_template.reason.template_id == "t-1");
  const auto in_words = parsed<DeclineOffer>(
      Side::driver,
      frame(R"(,"cancellation_template_id":null,"cancellation_description":"too far")"));
  CHECK_FALSE(in_words.reason.template_id);
  CHECK(in_words.reason.description == "too far");
  const auto* const both =
      R"(,"cancellation_template_id":"t-1","cancellation_description":"too far")";
  for (const auto* reason : {"", both, R"(,"cancellation_description":"")"}) {
    CHECK(refused(Side::driver, frame(reason)) == Refused{RefusalCode::invalid_payload, "b-1"});
  }
}

TEST_CASE("a customer's messages are read", "[taxi]") {
  CHECK(parsed<AcceptOffer>(Side::customer, R"({"type":"accept","booking_id":"b-1"})").booking_id ==
        "b-1");
  CHECK(
      parsed<RejectBooking>(Side::customer, R"({"type":"reject","booking_id":"b-1"})").booking_id ==
      "b-1");
}

TEST_CASE("a resync may ask for what came after a position", "[taxi]") {
  const auto side = GENERATE(Side::driver, Side::customer);
  const auto frame = [](const std::string& since) {
    return R"({"type":"resync","booking_id":"b-1","since":)" + since + "}";
  };
  const auto [good, position] = GENERATE(table<std::string, std::uint64_t>({
      {"0", 0},
      {"7", 7},
      {"7.0", 7},
      {"-0", 0},
      {"9007199254740991", 9'007'199'254'740'991},
  }));
  const auto resync = parsed<Resync>(side, frame(good));
  CHECK(resync.booking_id == "b-1");
  CHECK(resync.since == Position{position});
  CHECK_FALSE(parsed<Resync>(side, frame("null")).since);
  CHECK_FALSE(parsed<Resync>(side, R"({"type":"resync"})").since);
  for (const auto* bad : {"-1", "0.5", "\"7\"", "true", "[]", "{}", "9007199254740992", "1e300",
                          "18446744073709551615"}) {
    CHECK(refused(side, frame(bad)) == Refused{RefusalCode::invalid_payload, "b-1"});
  }
}

TEST_CASE("chat and resync are read on both sides", "[taxi]") {
  const auto side = GENERATE(Side::driver, Side::customer);
  const auto chat =
      parsed<SendChatMessage>(side, R"({"type":"chat_message","booking_id":"b-1","text":"hé 👋"})");
  CHECK(chat.booking_id == "b-1");
  CHECK(chat.text == "hé 👋");
  CHECK(parsed<Resync>(side, R"({"type":"resync","booking_id":"b-1"})").booking_id == "b-1");
  CHECK_FALSE(parsed<Resync>(side, R"({"type":"resync"})").booking_id);
  CHECK_FALSE(parsed<Resync>(side, R"({"type":"resync","booking_id":null})").booking_id);
}

TEST_CASE("a booking is named by any text", "[taxi]") {
  CHECK(parsed<AcceptOffer>(Side::customer, R"({"type":"accept","booking_id":""})").booking_id ==
        "");
  CHECK(parsed<Resync>(Side::driver, R"({"type":"resync","booking_id":"../x"})").booking_id ==
        "../x");
}

TEST_CASE("fields that nobody asked for are passed over", "[taxi]") {
  for (const auto& [side, members] : messages()) {
    auto more = members;
    more["zzz"] = R"({"type":[1,null]})";
    INFO(frame_of(more));
    const auto command = parse_frame(side, frame_of(more));
    REQUIRE(command);
    CHECK_FALSE(std::holds_alternative<Misspeak>(*command));
  }
}

TEST_CASE("a ping asks nothing of the engine", "[taxi]") {
  for (const auto side : {Side::driver, Side::customer}) {
    CHECK_FALSE(parse_frame(side, R"({"type":"ping"})"));
    CHECK_FALSE(parse_frame(side, R"({"type":"ping","booking_id":7})"));
  }
  CHECK(pong == R"({"type":"pong"})");
}

TEST_CASE("what is not JSON is INVALID_JSON", "[taxi]") {
  const std::string frame =
      GENERATE(as<std::string>{}, "", "hello", "{", "{\"type\":\"ping\"", "{\"type\":\"ping\"}}",
               "\xff\xfe", R"({"type":"accept","booking_id":"\ud800"})", std::string(16'384, '['),
               std::string("{\"type\":\"ping\"}\0", 16));
  CHECK(refused(Side::driver, frame) == Refused{RefusalCode::invalid_json, std::nullopt});
}

TEST_CASE("a binary frame is INVALID_JSON", "[taxi]") {
  const auto command = binary_frame();
  REQUIRE(std::holds_alternative<Misspeak>(command));
  CHECK(std::get<Misspeak>(command).refusal.code == RefusalCode::invalid_json);
}

TEST_CASE("JSON without a type that is text is INVALID_PAYLOAD", "[taxi]") {
  const std::string frame =
      GENERATE("{}", "[]", "null", "7", "\"ping\"", "[{\"type\":\"ping\"}]", R"({"type":7})",
               R"({"type":null})", R"({"Type":"ping"})", R"({"type":["ping"]})");
  CHECK(refused(Side::driver, frame) == invalid_payload);
}

TEST_CASE("a type that the side does not have is UNKNOWN_MESSAGE_TYPE", "[taxi]") {
  for (const auto* type : {"accept", "reject", "", "Ping", "ping ", "submit_arrival_times"}) {
    CHECK(refused(Side::driver, std::string(R"({"type":")") + type + "\"}") == unknown_type);
  }
  for (const auto* type : {"submit_arrival_time", "accept_booking", "decline_booking",
                           "mark_as_completed", "location_update"}) {
    CHECK(refused(Side::customer, std::string(R"({"type":")") + type + "\"}") == unknown_type);
  }
}

TEST_CASE("a refusal repeats the booking that the frame named, where that is text", "[taxi]") {
  const auto [frame, expected] = GENERATE(table<std::string, Refused>({
      {R"({"booking_id":"b-1"})", {RefusalCode::invalid_payload, "b-1"}},
      {R"({"type":"nonsense","booking_id":"b-1"})", {RefusalCode::unknown_message_type, "b-1"}},
      {R"({"type":"submit_arrival_time","booking_id":"b-1"})",
       {RefusalCode::invalid_payload, "b-1"}},
      {R"({"type":"submit_arrival_time","booking_id":7})", invalid_payload},
      {R"({"type":"nonsense","booking_id":null})", unknown_type},
  }));
  CHECK(refused(Side::driver, frame) == expected);
}

TEST_CASE("a missing field is INVALID_PAYLOAD", "[taxi]") {
  for (const auto& [side, members] : messages()) {
    for (const auto& [name, value] : members) {
      auto fewer = members;
      fewer.erase(name);
      CHECK(refused(side, frame_of(fewer)).first == RefusalCode::invalid_payload);
    }
  }
}

TEST_CASE("what is wrong is named", "[taxi]") {
  const auto [side, frame, field] = GENERATE(table<Side, std::string, std::string>({
      {Side::driver, R"({"type":"submit_arrival_time","arrival_time":3})", "booking_id"},
      {Side::driver, R"({"type":"submit_arrival_time","booking_id":"b"})", "arrival_time"},
      {Side::driver, R"({"type":"decline_booking","booking_id":"b"})",
       "cancellation_template_id or cancellation_description"},
      {Side::driver, R"({"type":"mark_as_completed","booking_id":"b"})", "status"},
      {Side::driver, R"({"type":"location_update","latitude":1})", "longitude"},
      {Side::customer, R"({"type":"reject"})", "booking_id"},
      {Side::customer, R"({"type":"chat_message","booking_id":"b","text":""})", "text"},
      {Side::customer, R"({"type":"resync","since":-1})", "since"},
  }));
  CHECK(parsed<Misspeak>(side, frame).refusal.message ==
        "'" + field + "' is missing or not valid.");
}

TEST_CASE("a field of a wrong type is INVALID_PAYLOAD", "[taxi]") {
  for (const auto& [side, members] : messages()) {
    for (const auto& [name, value] : members) {
      for (const auto* other :
           {"null", "true", "[]", "{}", "[1]", "{\"a\":1}", "\"\\u0000\"", "7"}) {
        const bool is_text = value.starts_with('"');
        if (std::string_view(other) == (is_text ? "\"\\u0000\"" : "7")) continue;
        auto wrong = members;
        wrong[name] = other;
        CHECK(refused(side, frame_of(wrong)).first == RefusalCode::invalid_payload);
      }
    }
  }
  CHECK(refused(Side::driver, R"({"type":"resync","booking_id":7})") == invalid_payload);
}

TEST_CASE("an arrival time is a whole number of seconds, up to a day", "[taxi]") {
  const auto frame = [](const std::string& time) {
    return R"({"type":"submit_arrival_time","booking_id":"b","arrival_time":)" + time + "}";
  };
  const auto [good, seconds] = GENERATE(
      table<std::string, int>({{"1", 1}, {"86400", 86'400}, {"300.0", 300}, {"3e2", 300}}));
  CHECK(parsed<SubmitArrivalTime>(Side::driver, frame(good)).arrival_time_s == seconds);
  const std::string bad =
      GENERATE("0", "-1", "86401", "0.5", "300.5", "\"300\"", "1e300", "4294967297", "true");
  CHECK(refused(Side::driver, frame(bad)) == Refused{RefusalCode::invalid_payload, "b"});
}

TEST_CASE("a ride is marked as completed by that word alone", "[taxi]") {
  for (const auto* status : {"\"done\"", "\"Completed\"", "\"\"", "true"}) {
    CHECK(refused(Side::driver, frame_of({{"type", "\"mark_as_completed\""},
                                          {"booking_id", "\"b\""},
                                          {"status", status}})) ==
          Refused{RefusalCode::invalid_payload, "b"});
  }
}

TEST_CASE("a position is within the sphere's degrees", "[taxi]") {
  const auto frame = [](const std::string& latitude, const std::string& longitude) {
    return R"({"type":"location_update","latitude":)" + latitude + R"(,"longitude":)" + longitude +
           "}";
  };
  for (const auto* latitude : {"-90", "90", "0", "-0.0"}) {
    for (const auto* longitude : {"-180", "180", "0"}) {
      parsed<UpdateLocation>(Side::driver, frame(latitude, longitude));
    }
  }
  for (const auto* beyond : {"-90.0001", "90.0001", "1e300"}) {
    CHECK(refused(Side::driver, frame(beyond, "0")) == invalid_payload);
  }
  for (const auto* beyond : {"-180.0001", "180.0001", "-1e300"}) {
    CHECK(refused(Side::driver, frame("0", beyond)) == invalid_payload);
  }
}

TEST_CASE("a chat message has from 1 to 1000 characters, of any number of bytes", "[taxi]") {
  const auto frame = [](const std::string& text) {
    return R"({"type":"chat_message","booking_id":"b","text":")" + text + "\"}";
  };
  const std::string character = GENERATE("x", "é", "😀", R"(\n)", R"(\ud83d\ude00)");
  parsed<SendChatMessage>(Side::driver, frame(character));
  parsed<SendChatMessage>(Side::driver, frame(repeated(character, 1'000)));
  const Refused expected{RefusalCode::invalid_payload, "b"};
  CHECK(refused(Side::driver, frame(repeated(character, 1'001))) == expected);
  CHECK(refused(Side::driver, frame("")) == expected);
}

TEST_CASE("bytes at random never do more than be refused", "[taxi]") {
  std::mt19937 random(2026);
  for (const auto& [side, members] : messages()) {
    for_each_damaged(frame_of(members), random, [&](const std::string& frame) {
      const auto command = parse_frame(side, frame);
      if (command) CHECK_FALSE(name_of(*command).empty());
    });
  }
}

}  // namespace hansom::net::taxi
