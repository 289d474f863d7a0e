#include "events/json_text.hpp"

#include "tests/support/printing.hpp"
#include "tests/support/story.hpp"

#include <catch2/catch.hpp>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <bit>
#include <cmath>
#include <limits>
#include <random>

namespace hansom {
namespace {

/// What RapidJSON's writer makes of a value.
template <typename Write>
std::string by_rapidjson(Write write) {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
  write(writer);
  return buffer.GetString();
}

template <typename Write>
std::string written(Write write) {
  std::string out;
  JsonText json(out);
  write(json);
  json.finish();
  return out;
}

}  // namespace

TEST_CASE("members and elements are set apart by commas", "[json_text]") {
  const auto text = written([](JsonText& json) {
    json.start_object();
    json.key("a");
    json.number(std::int64_t{-7});
    json.key("b");
    json.start_array();
    json.text("x");
    json.null();
    json.start_object();
    json.end_object();
    json.start_array();
    json.end_array();
    json.boolean(true);
    json.end_array();
    json.key("c");
    json.boolean(false);
    json.end_object();
  });
  CHECK(text == R"({"a":-7,"b":["x",null,{},[],true],"c":false})");
}

TEST_CASE("what is written comes after what is there, and the string has no more", "[json_text]") {
  std::string out = "before ";
  {
    JsonText json(out);
    json.text("and after");
  }
  CHECK(out == "before \"and after\"");
}

TEST_CASE("a finished text can be taken while its writer lives on", "[json_text]") {
  std::string out;
  std::string taken;
  {
    JsonText json(out);
    json.text(std::string(1000, 'x'));
    json.finish();
    taken = std::move(out);
    out.clear();
  }
  CHECK(taken.size() == 1002);
  CHECK(out.empty());
}

TEST_CASE("every byte is escaped as RapidJSON does, at every place of a word", "[json_text]") {
  for (int byte = 0; byte < 256; ++byte) {
    for (std::size_t place = 0; place < 17; ++place) {
      std::string text(17, 'a');
      text[place] = static_cast<char>(byte);
      REQUIRE(written([&](JsonText& json) { json.text(text); }) ==
              by_rapidjson([&](auto& json) { json.String(text); }));
    }
  }
}

TEST_CASE("random texts are written as RapidJSON does", "[json_text]") {
  std::mt19937 random(1);
  for (int i = 0; i < 2'000; ++i) {
    std::string text(random() % 100, 'x');
    // Half of them with little to escape.
    for (auto& c : text) c = static_cast<char>(i % 2 ? random() : ' ' + random() % 90);
    REQUIRE(written([&](JsonText& json) { json.text(text); }) ==
            by_rapidjson([&](auto& json) { json.String(text); }));
  }
}

TEST_CASE("numbers are written as RapidJSON does", "[json_text]") {
  std::mt19937_64 random(1);
  for (int i = 0; i < 20'000; ++i) {
    const auto bits = random() >> random() % 64;
    const auto signed_bits = static_cast<std::int64_t>(bits);
    REQUIRE(written([&](JsonText& json) { json.number(bits); }) ==
            by_rapidjson([&](auto& json) { json.Uint64(bits); }));
    REQUIRE(written([&](JsonText& json) { json.number(-signed_bits); }) ==
            by_rapidjson([&](auto& json) { json.Int64(-signed_bits); }));
    for (const double number : {std::bit_cast<double>(random()), static_cast<double>(bits),
                                static_cast<double>(signed_bits % 360'000'000) / 1e6}) {
      if (!std::isfinite(number)) continue;
      REQUIRE(written([&](JsonText& json) { json.number(number); }) ==
              by_rapidjson([&](auto& json) { json.Double(number); }));
    }
  }
  for (const auto extreme :
       {std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()}) {
    CHECK(written([&](JsonText& json) { json.number(extreme); }) == std::to_string(extreme));
  }
}

TEST_CASE("ids and times are texts", "[json_text]") {
  const auto some = uuid(7);
  CHECK(written([&](JsonText& json) { json.text(some); }) == '"' + to_string(some) + '"');
  CHECK(written([&](JsonText& json) { json.text("driver:", some); }) ==
        "\"driver:" + to_string(some) + '"');
  CHECK(written([&](JsonText& json) { json.text(noon, Fraction::milliseconds); }) ==
        '"' + to_iso(noon, Fraction::milliseconds) + '"');
}

}  // namespace hansom
