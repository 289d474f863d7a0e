#include "net/dialects/taxi/reason.hpp"

#include "net/dialects/json_reader.hpp"

#include <catch2/catch.hpp>

namespace hansom::net::taxi {
namespace {

std::optional<GivenReason> reason_in(const std::string& json) {
  INFO(json);
  const auto document = read_json(json);
  REQUIRE(document);
  return read_reason(*document);
}

std::string described(std::size_t length, std::string_view character) {
  std::string json = R"({"cancellation_description":")";
  for (std::size_t i = 0; i < length; ++i) json += character;
  return json + "\"}";
}

}  // namespace

TEST_CASE("a reason is a template, named by any text", "[taxi]") {
  const auto [json, id] = GENERATE(table<std::string, std::string>({
      {R"({"cancellation_template_id":"t-1"})", "t-1"},
      {R"({"cancellation_template_id":"t-1","cancellation_description":null})", "t-1"},
      {R"({"cancellation_template_id":""})", ""},
      {R"({"cancellation_template_id":"é","other":7})", "é"},
  }));
  const auto reason = reason_in(json);
  REQUIRE(reason);
  CHECK(reason->template_id == id);
  CHECK(reason->description.empty());
}

TEST_CASE("a reason is words of one's own", "[taxi]") {
  for (const auto* json : {R"({"cancellation_description":"flat tyre"})",
                           R"({"cancellation_template_id":null,)"
                           R"("cancellation_description":"flat tyre"})"}) {
    const auto reason = reason_in(json);
    REQUIRE(reason);
    CHECK_FALSE(reason->template_id);
    CHECK(reason->description == "flat tyre");
  }
}

TEST_CASE("a reason is one of both, not none and not two", "[taxi]") {
  for (const auto* json :
       {R"({})", R"({"cancellation_template_id":null})", R"({"cancellation_description":null})",
        R"({"cancellation_template_id":null,"cancellation_description":null})",
        R"({"cancellation_template_id":"t","cancellation_description":"x"})",
        R"({"cancellation_template_id":"t","cancellation_description":""})",
        R"({"cancellation_template_id":"t","cancellation_description":7})",
        R"({"cancellation_template_id":7,"cancellation_description":"x"})"}) {
    CHECK_FALSE(reason_in(json));
  }
}

TEST_CASE("a reason is text", "[taxi]") {
  for (const auto* value : {"7", "true", "[]", "{}", "[\"t\"]"}) {
    CHECK_FALSE(reason_in(std::string(R"({"cancellation_template_id":)") + value + "}"));
    CHECK_FALSE(reason_in(std::string(R"({"cancellation_description":)") + value + "}"));
  }
}

TEST_CASE("words of one's own have from 1 to 512 characters, of any number of bytes", "[taxi]") {
  const std::string character = GENERATE("x", "é", "😀", R"(\n)", R"(\u00e9)");
  CHECK(reason_in(described(1, character)));
  CHECK(reason_in(described(512, character)));
  CHECK_FALSE(reason_in(described(513, character)));
  CHECK_FALSE(reason_in(described(0, character)));
}

}  // namespace hansom::net::taxi
