// What the bench's clients make and take of WebSocket, HTTP and JSON.

#include "bench/wire_format.hpp"

#include <catch2/catch.hpp>

#include <stdexcept>

namespace {

using namespace hansom::bench;
using namespace std::string_literals;
using namespace std::string_view_literals;

std::string client_frame(std::string_view text) {
  std::string out;
  append_text_frame(out, text);
  return out;
}

/// As a server sends a text: RFC 6455, 5.7.
std::string server_frame(std::string_view text) {
  std::string frame = "\x81";
  if (text.size() < 126) {
    frame += static_cast<char>(text.size());
  } else if (text.size() <= 0xffff) {
    frame += '\x7e';
    frame += static_cast<char>(text.size() >> 8);
    frame += static_cast<char>(text.size());
  } else {
    frame += "\x7f\0\0\0\0\0"s;
    for (const int shift : {16, 8, 0}) frame += static_cast<char>(text.size() >> shift);
  }
  return frame += text;
}

}  // namespace

TEST_CASE("a frame is taken once it is whole, whatever its length's form") {
  for (const std::size_t size : {0, 1, 125, 126, 127, 65'535, 65'536, 70'000}) {
    const std::string text(size, 'x');
    const auto bytes = server_frame(text);
    INFO(size);
    for (const std::size_t part :
         {std::size_t(0), std::size_t(1), std::size_t(3), bytes.size() - 1}) {
      if (part < bytes.size()) CHECK_FALSE(first_frame(std::string_view(bytes).substr(0, part)));
    }
    const auto more = bytes + "more";
    const auto frame = first_frame(more);
    REQUIRE(frame);
    CHECK(frame->opcode == ServerFrame::text);
    CHECK(frame->payload == text);
    CHECK(frame->bytes == bytes.size());
  }
}

TEST_CASE("a close is a frame of another kind") {
  const auto frame = first_frame("\x88\x02\x03\xe8");
  REQUIRE(frame);
  CHECK(frame->opcode == 8);
  CHECK(frame->payload.size() == 2);
}

TEST_CASE("a server's fragments and masked frames are refused") {
  CHECK_THROWS_AS(first_frame("\x01\x01x"), std::runtime_error);
  CHECK_THROWS_AS(first_frame("\x81\x81"
                              "abcdx"),
                  std::runtime_error);
}

TEST_CASE("a client's text is masked with the key 0") {
  CHECK(client_frame("ab") == "\x81\x82\0\0\0\0ab"s);
  CHECK(client_frame(std::string(126, 'x')).substr(0, 8) == "\x81\xfe\0\x7e\0\0\0\0"s);
  CHECK(client_frame(std::string(65'536, 'x')).substr(0, 14) ==
        "\x81\xff\0\0\0\0\0\x01\0\0\0\0\0\0"s);
}

TEST_CASE("an HTTP answer is taken once its body is whole") {
  const auto bytes = "HTTP/1.1 201 Created\r\nServer: hansom\r\nContent-Length: 4\r\n\r\nbody"s;
  for (std::size_t part = 0; part < bytes.size(); ++part)
    CHECK_FALSE(first_answer(bytes.substr(0, part)));
  const auto more = bytes + "HTTP/1.1 200";
  const auto answer = first_answer(more);
  REQUIRE(answer);
  CHECK(answer->status == 201);
  CHECK(answer->body == "body");
  CHECK(answer->bytes == bytes.size());
}

TEST_CASE("an answer to an upgrade has no body, and frames may follow it") {
  const auto bytes = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n"s;
  const auto more = bytes + server_frame("{}");
  const auto answer = first_answer(more);
  REQUIRE(answer);
  CHECK(answer->status == 101);
  CHECK(answer->bytes == bytes.size());
}

TEST_CASE("what is no HTTP answer, or one without a length, is refused") {
  CHECK_THROWS_AS(first_answer("SMTP ready\r\n\r\n"), std::runtime_error);
  CHECK_THROWS_AS(first_answer("HTTP/1.1 abc\r\nContent-Length: 0\r\n\r\n"), std::runtime_error);
  CHECK_THROWS_AS(first_answer("HTTP/1.1 200 OK\r\n\r\n"), std::runtime_error);
  CHECK_THROWS_AS(first_answer("HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n"), std::runtime_error);
}

TEST_CASE("a member's text is found by its whole name") {
  const auto json =
      R"({"type":"error","booking_type":"instant","id":"1","user_id":"2","n":null})"sv;
  CHECK(string_member(json, "type") == "error");
  CHECK(string_member(json, "booking_type") == "instant");
  CHECK(string_member(json, "id") == "1");
  CHECK(string_member(json, "n").empty());
  CHECK(string_member(json, "none").empty());
  CHECK(string_member("", "type").empty());
  CHECK(string_member(R"({"a":"type","type":"b"})", "type") == "b");
}
