#include "net/dialects/parse.hpp"
#include "net/dialects/rooms/parse.hpp"
#include "net/dialects/rooms/text.hpp"
#include "tests/support/frames.hpp"
#include "tests/support/printing.hpp"

#include <catch2/catch.hpp>

namespace hansom::net::rooms {
namespace {

template <typename Wanted>
Wanted parsed(const std::string& frame) {
  INFO(frame);
  const auto command = parse_frame(frame);
  REQUIRE(std::holds_alternative<Wanted>(command));
  return std::get<Wanted>(command);
}

RefusalCode refused(const std::string& frame) {
  const auto misspeak = parsed<Misspeak>(frame);
  CHECK_FALSE(misspeak.refusal.message.empty());
  CHECK_FALSE(misspeak.booking_id);
  return misspeak.refusal.code;
}

/// Every message, with the fields that it needs.
const std::vector<Members> messages = {
    {{"type", "\"text\""}, {"message", "\"hi\""}},
    {{"type", "\"update\""}, {"messageId", "\"m-1\""}, {"message", "\"hi\""}},
    {{"type", "\"delete\""}, {"messageId", "\"m-1\""}}};

std::string text_frame(const std::string& text) {
  return R"({"type":"text","message":")" + text + "\"}";
}
std::string update_frame(const std::string& text) {
  return R"({"type":"update","messageId":"m-1","message":")" + text + "\"}";
}

}  // namespace

TEST_CASE("the messages of a room are read, and their timestamps passed over", "[rooms]") {
  const std::string timestamp =
      GENERATE("", R"(,"timestamp":"2024-01-01T12:00:00.000Z")", R"(,"timestamp":7)");
  CHECK(parsed<SendRoomMessage>(R"({"type":"text","message":"Hello world!")" + timestamp + "}")
            .text == "Hello world!");
  const auto edit = parsed<EditRoomMessage>(
      R"({"type":"update","messageId":"m-1","message":"Updated")" + timestamp + "}");
  CHECK(edit.message_id == "m-1");
  CHECK(edit.text == "Updated");
  CHECK(parsed<DeleteRoomMessage>(R"({"type":"delete","messageId":"m-1")" + timestamp + "}")
            .message_id == "m-1");
}

TEST_CASE("a message is named by any text", "[rooms]") {
  for (const std::string id : {"", "../x", "123e4567-e89b-12d3-a456-426614174000"}) {
    CHECK(parsed<DeleteRoomMessage>(R"({"type":"delete","messageId":")" + id + "\"}").message_id ==
          id);
  }
}

TEST_CASE("what is no JSON object is INVALID_JSON in a room", "[rooms]") {
  const std::string frame = GENERATE(
      as<std::string>{}, "", "hello", "{", "{\"type\":\"text\"}}", "\xff\xfe", "[]", "null", "7",
      "\"text\"", R"([{"type":"text","message":"hi"}])", R"({"type":"text","message":"\ud800"})",
      R"({"type":"text","message":"\udc00"})", std::string(16'384, '['),
      std::string("{\"type\":\"text\",\"message\":\"hi\"}\0", 31));
  CHECK(refused(frame) == RefusalCode::invalid_json);
}

TEST_CASE("a binary frame is INVALID_JSON in a room, too", "[rooms]") {
  CHECK(std::get<Misspeak>(binary_frame()).refusal.code == RefusalCode::invalid_json);
}

TEST_CASE("a type that rooms do not have, or none, is UNKNOWN_MESSAGE_TYPE", "[rooms]") {
  const std::string frame =
      GENERATE("{}", R"({"message":"hi"})", R"({"type":"new","message":"hi"})",
               R"({"type":"Text","message":"hi"})", R"({"type":"","message":"hi"})",
               R"({"type":7,"message":"hi"})", R"({"type":null,"message":"hi"})",
               R"({"type":["text"],"message":"hi"})", R"({"type":"ping"})",
               R"({"action":"text","message":"hi"})");
  CHECK(refused(frame) == RefusalCode::unknown_message_type);
}

TEST_CASE("a field that is missing or no string is INVALID_PAYLOAD in a room", "[rooms]") {
  for (const auto& members : messages) {
    for (const auto& [name, value] : members) {
      if (name == "type") continue;
      auto wrong = members;
      wrong.erase(name);
      CHECK(refused(frame_of(wrong)) == RefusalCode::invalid_payload);
      for (const auto* other : {"null", "7", "true", "[]", "{}", "[\"hi\"]"}) {
        wrong[name] = other;
        CHECK(refused(frame_of(wrong)) == RefusalCode::invalid_payload);
      }
    }
  }
  // Fields come before what is in them.
  CHECK(refused(R"({"type":"update","message":""})") == RefusalCode::invalid_payload);
}

TEST_CASE("a message has something in it", "[rooms]") {
  const std::string text =
      GENERATE("", " ", R"(\n)", R"( \t\r\n\u000b\f)", R"(\u0085)", R"(\u00a0\u3000)",
               R"(\u1680\u2000\u200a\u2028\u2029\u202f\u205f)");
  CHECK(refused(text_frame(text)) == RefusalCode::message_empty);
  CHECK(refused(update_frame(text)) == RefusalCode::message_empty);
  // Which is checked before the length.
  CHECK(refused(text_frame(std::string(501, ' '))) == RefusalCode::message_empty);
}

TEST_CASE("what merely looks empty is something", "[rooms]") {
  for (const auto* text : {R"(\u0000)", R"(\u200b)", R"(\u180e)", R"(\ufeff)", R"(\u001c)"}) {
    INFO(text);
    parsed<SendRoomMessage>(text_frame(text));
  }
}

TEST_CASE("a message keeps the white space around it", "[rooms]") {
  CHECK(parsed<SendRoomMessage>(text_frame(R"(  hi\n)")).text == "  hi\n");
}

TEST_CASE("a message has 500 characters at most, of any number of bytes", "[rooms]") {
  const std::string character = GENERATE("x", "é", "😀", R"(\u0000)", R"(\ud83d\ude00)");
  parsed<SendRoomMessage>(text_frame(character));
  parsed<SendRoomMessage>(text_frame(repeated(character, 500)));
  parsed<EditRoomMessage>(update_frame(repeated(character, 500)));
  CHECK(refused(text_frame(repeated(character, 501))) == RefusalCode::message_too_long);
  CHECK(refused(update_frame(repeated(character, 501))) == RefusalCode::message_too_long);
}

TEST_CASE("white space is what Unicode says it is", "[rooms]") {
  CHECK(is_white_space(""));
  CHECK(is_white_space("\t\n\v\f\r \xC2\x85\xC2\xA0\xE3\x80\x80"));
  CHECK_FALSE(is_white_space("a"));
  CHECK_FALSE(is_white_space(" a "));
  CHECK_FALSE(is_white_space("\xE2\x80\x8B"));
  CHECK_FALSE(is_white_space("\xC2"));
  CHECK_FALSE(is_white_space(std::string_view("\0", 1)));
}

TEST_CASE("bytes at random in a room never do more than be refused", "[rooms]") {
  std::mt19937 random(2026);
  for (const auto& members : messages) {
    for_each_damaged(frame_of(members), random, [](const std::string& frame) {
      CHECK_FALSE(name_of(parse_frame(frame)).empty());
    });
  }
}

}  // namespace hansom::net::rooms
