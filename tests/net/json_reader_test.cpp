#include "net/dialects/json_reader.hpp"

#include <catch2/catch.hpp>

#include <limits>

namespace hansom::net {
namespace {

net::JsonDocument object(const std::string& members) {
  auto json = read_json("{" + members + "}");
  REQUIRE(json);
  return std::move(*json);
}

}  // namespace

TEST_CASE("JSON is read", "[json]") {
  const std::string text = GENERATE(as<std::string>{}, "{}", "[]", "null", "7", "\"text\"",
                                    " { \"a\" : [ 1 , 2.5e3 , true ] } ",
                                    R"({"a":"\u0041\n\"\\\/"})", R"({"a":"\ud83d\ude00"})",
                                    "\"\xf0\x9f\x98\x80\"", "{\"a\":1,\"a\":2}", "\r\n\t{}\r\n");
  INFO(text);
  CHECK(read_json(text));
}

TEST_CASE("what is not JSON is not read", "[json]") {
  const std::string text =
      GENERATE(as<std::string>{}, "", " ", "{", "}", "{]", "{\"a\":}", "{\"a\":1,}", "[1,]",
               "{a:1}", "{'a':1}", "\"text", "\"a\nb\"", "tru", "nul", "NaN", "Infinity", "-", "01",
               "1.", ".5", "+1", "1e", "0x10", "{} {}", "{}x", "// comment\n{}",
               "{\"a\":1 \"b\":2}", "\xef\xbb\xbf{}", R"("\x41")", R"("\u12")", "1e400");
  INFO(text);
  CHECK_FALSE(read_json(text));
}

TEST_CASE("a NUL is no end of the text", "[json]") {
  CHECK_FALSE(read_json(std::string("{}\0", 3)));
  CHECK_FALSE(read_json(std::string("{}\0{}", 5)));
  CHECK_FALSE(read_json(std::string("\0{}", 3)));
  CHECK_FALSE(read_json(std::string("{\"a\":\"\0\"}", 9)));
  CHECK(read_json(R"({"a":"\u0000"})"));
}

TEST_CASE("a lone surrogate is no text, escaped or not, in names as in values", "[json]") {
  const std::string text =
      GENERATE(R"(\ud800)", R"(\udc00)", R"(\udfff)", R"(\ud800x)", R"(\ud800\ud800)",
               R"(\udc00\ud800)", R"(\ud83d\u0041)", "\xed\xa0\x80", "\xed\xbf\xbf");
  INFO(text);
  CHECK_FALSE(read_json("\"" + text + "\""));
  CHECK_FALSE(read_json("{\"" + text + "\":1}"));
  CHECK_FALSE(read_json("{\"a\":[\"" + text + "\"]}"));
}

TEST_CASE("bytes that are not UTF-8 are no text", "[json]") {
  const std::string bytes =
      GENERATE("\x80", "\xff", "\xc0\x80", "\xc1\xbf", "\xe0\x80\x80", "\xf0\x80\x80\x80",
               "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xc3", "\xe2\x82", "\xf0\x9f\x98", "\xc3(");
  CHECK_FALSE(read_json("\"" + bytes + "\""));
  CHECK_FALSE(read_json("{\"" + bytes + "\":1}"));
  CHECK_FALSE(count_code_points(bytes));
  CHECK_FALSE(count_code_points("before" + bytes));
}

TEST_CASE("JSON of any depth is read without using up the stack", "[json]") {
  constexpr std::size_t depth = 1'000'000;
  CHECK_FALSE(read_json(std::string(depth, '[')));
  CHECK(read_json(std::string(depth, '[') + std::string(depth, ']')));
}

TEST_CASE("a character is one code point, however many bytes it has", "[json]") {
  const auto [text, count] = GENERATE(table<std::string, std::size_t>({
      {"", 0},
      {"abc", 3},
      {std::string("a\0b", 3), 3},
      {"é", 1},
      {"€", 1},
      {"😀", 1},
      {"👩‍👧", 3},  // joined by a zero-width joiner
      {"\x7f\xc2\x80\xdf\xbf", 3},
      {"\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbf", 4},
      {"\xf0\x90\x80\x80\xf4\x8f\xbf\xbf", 2},
  }));
  INFO(text);
  CHECK(count_code_points(text) == count);
}

TEST_CASE("a string member is text, or nothing", "[json]") {
  const auto json = object(R"("a":"text","b":"","c":7,"d":null,"e":["x"],"f":"x\u0000y")");
  CHECK(string_member(json, "a") == "text");
  CHECK(string_member(json, "b") == "");
  for (const auto* name : {"c", "d", "e", "z", ""}) CHECK_FALSE(string_member(json, name));
  CHECK(string_member(json, "f") == std::string("x\0y", 3));
}

TEST_CASE("a whole number may be written with a fraction of zero", "[json]") {
  const auto json = object(R"("a":300,"b":300.0,"c":3e2,"d":300.5,"e":"300","f":true,"g":null)");
  for (const auto* name : {"a", "b", "c"}) CHECK(int_member(json, name, 1, 1'000) == 300);
  for (const auto* name : {"d", "e", "f", "g", "z"}) {
    CHECK_FALSE(int_member(json, name, 1, 1'000));
  }
}

TEST_CASE("a number is nothing when it is out of range", "[json]") {
  const auto json = object(
      R"("min":1,"max":8,"below":0,"above":9,"far":1e300,"big":18446744073709551615,"neg":-1)");
  CHECK(int_member(json, "min", 1, 8) == 1);
  CHECK(int_member(json, "max", 1, 8) == 8);
  for (const auto* name : {"below", "above", "far", "big", "neg"}) {
    CHECK_FALSE(int_member(json, name, 1, 8));
    CHECK_FALSE(number_member(json, name, 1, 8));
  }
  constexpr auto lowest = std::numeric_limits<int>::min();
  constexpr auto highest = std::numeric_limits<int>::max();
  CHECK_FALSE(int_member(json, "far", lowest, highest));
  CHECK_FALSE(int_member(json, "big", lowest, highest));
}

TEST_CASE("a number keeps its fraction to the last bit", "[json]") {
  const auto json = object(R"("a":-33.8688,"b":151.20930000000001,"c":0.1,"d":5e-324,"e":-0)");
  CHECK(number_member(json, "a", -90, 90) == -33.8688);
  CHECK(number_member(json, "b", -180, 180) == 151.20930000000001);
  CHECK(number_member(json, "c", 0, 1) == 0.1);
  CHECK(number_member(json, "d", 0, 1) == 5e-324);
  CHECK(number_member(json, "e", 0, 1) == 0);
}

TEST_CASE("a zero is zero, however it is written", "[json]") {
  // RapidJSON's own reading takes these for what happens to be in a register.
  for (const std::string zero : {"0", "-0", "0.0", "0e39", "0e308", "-0e100", "0.0e-300", "0E+56",
                                 "0.00000000000000000000000000", "-0.000000000000000000000000e9"}) {
    INFO(zero);
    CHECK(number_member(object("\"a\":" + zero), "a", -90, 90) == 0);
  }
}

TEST_CASE("a number that is too large for a double is no JSON", "[json]") {
  CHECK_FALSE(read_json("1e309"));
  CHECK_FALSE(read_json("-1e309"));
  CHECK_FALSE(read_json("1" + std::string(309, '0')));
  CHECK_FALSE(read_json(std::string(63, '9') + "e308"));
  CHECK_FALSE(read_json(std::string(700, '5') + "e308"));
  CHECK(read_json("1.7976931348623157e308"));
}

TEST_CASE("a number that is too small for a double is zero", "[json]") {
  const auto json = object(R"("a":1e-400,"b":-1e-99999,"c":4.9e-324)");
  CHECK(number_member(json, "a", -1, 1) == 0);
  CHECK(number_member(json, "b", -1, 1) == 0);
  CHECK(number_member(json, "c", -1, 1) == 5e-324);
}

TEST_CASE("a whole number may be as large as every reader keeps exact", "[json]") {
  constexpr std::uint64_t max = (1ull << 53) - 1;
  const auto json = object(
      R"("a":0,"b":9007199254740991,"c":9007199254740992,"d":-1,"e":1.5,"f":"1","g":null,"h":2e0)");
  CHECK(whole_number_member(json, "a", max) == 0u);
  CHECK(whole_number_member(json, "b", max) == max);
  CHECK(whole_number_member(json, "h", max) == 2u);
  for (const auto* name : {"c", "d", "e", "f", "g", "z"}) {
    CHECK_FALSE(whole_number_member(json, name, max));
  }
  CHECK_FALSE(whole_number_member(json, "h", 1));
}

TEST_CASE("a nullable string is text, none, or of a wrong type", "[json]") {
  const auto json = object(R"("a":"text","b":null,"c":7,"d":"")");
  const auto read = [&](const char* name) {
    const auto text = nullable_string_member(json, name);
    REQUIRE(text);
    return *text;
  };
  CHECK(read("a") == "text");
  CHECK(read("d") == "");
  CHECK_FALSE(read("b"));
  CHECK_FALSE(read("z"));
  CHECK_FALSE(nullable_string_member(json, "c"));
}

TEST_CASE("a member is absent when it is missing or null", "[json]") {
  const auto json = object(R"("a":null,"b":false,"c":0)");
  CHECK(is_absent(json, "a"));
  CHECK(is_absent(json, "z"));
  CHECK_FALSE(is_absent(json, "b"));
  CHECK_FALSE(is_absent(json, "c"));
}

}  // namespace hansom::net
