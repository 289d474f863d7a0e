#include "net/dialects/page.hpp"
#include "net/dialects/rooms/requests.hpp"
#include "tests/support/frames.hpp"
#include "tests/support/printing.hpp"

#include <catch2/catch.hpp>

namespace hansom::net::rooms {
namespace {

OpenRoom room(const std::string& body) {
  INFO(body);
  auto read = read_room(body);
  REQUIRE(read);
  return std::move(*read);
}

/// What is said of a body that can't be read: `INVALID_PAYLOAD: 'name' is missing or not valid.`
template <typename Request>
std::string refusal_of(const std::expected<Request, Refusal>& request) {
  if (request) return "none";
  return std::string(to_string(request.error().code)) + ": " + request.error().message;
}

std::string invalid_field(const std::string& name) {
  return "INVALID_PAYLOAD: '" + name + "' is missing or not valid.";
}

}  // namespace

TEST_CASE("a room is asked for by its name, and by its slug if one is given", "[rooms]") {
  const auto given = room(R"({"name":"Physics 101","slug":"phys_101-b"})");
  CHECK(given.name == "Physics 101");
  CHECK(given.slug == "phys_101-b");
  for (const auto* body : {R"({"name":"Physics 101"})", R"({"name":"Physics 101","slug":null})"}) {
    const auto made = room(body);
    CHECK(made.name == "Physics 101");
    CHECK(made.slug == "physics-101");
  }
  CHECK(room(R"({"name":"物理","slug":"physics"})").slug == "physics");
  CHECK(refusal_of(read_room(R"({"name":"物理"})")).starts_with("INVALID_PAYLOAD"));
}

TEST_CASE("a room's name has from 1 to 256 characters", "[rooms]") {
  const auto body = [](const std::string& name) {
    return R"({"slug":"s","name":")" + name + "\"}";
  };
  CHECK(room(body(repeated("é", 256))).name == repeated("é", 256));
  CHECK(refusal_of(read_room(body(repeated("é", 257)))) == invalid_field("name"));
  CHECK(refusal_of(read_room(body(""))) == invalid_field("name"));
  for (const auto* other : {"{}", R"({"name":null})", R"({"name":7})", R"({"slug":"physics"})"}) {
    CHECK(refusal_of(read_room(other)) == invalid_field("name"));
  }
}

TEST_CASE("a slug that is given has to be one", "[rooms]") {
  for (const auto& slug : {std::string("\"\""), std::string("\"Physics\""), std::string("\"-a\""),
                           std::string("\"a/b\""), std::string("7"), std::string("[]"),
                           "\"" + std::string(65, 'a') + "\""}) {
    INFO(slug);
    CHECK(refusal_of(read_room(R"({"name":"Physics","slug":)" + slug + "}")) ==
          invalid_field("slug"));
  }
}

TEST_CASE("who is to take part is named by any text", "[rooms]") {
  for (const std::string name : {"carol", "", "Carol C.", "../x"}) {
    CHECK(read_username(R"({"username":")" + name + "\"}") == name);
  }
  for (const auto* body : {"{}", R"({"username":null})", R"({"username":7})", R"({"name":"x"})"}) {
    CHECK(refusal_of(read_username(body)) == invalid_field("username"));
  }
}

TEST_CASE("a body about rooms that is no JSON object is refused as such", "[rooms]") {
  for (const auto* body : {"", "no json", "{"}) {
    CHECK(refusal_of(read_room(body)).starts_with("INVALID_JSON: "));
    CHECK(refusal_of(read_username(body)).starts_with("INVALID_JSON: "));
  }
  for (const auto* body : {"[]", "null", "\"x\""}) {
    CHECK(refusal_of(read_room(body)) == "INVALID_PAYLOAD: The body is not a JSON object.");
    CHECK(refusal_of(read_username(body)) == "INVALID_PAYLOAD: The body is not a JSON object.");
  }
}

TEST_CASE("a page has 50 entries if nothing is said, and from 1 to 100", "[rooms]") {
  CHECK(read_page(std::nullopt, std::nullopt)->limit == 50);
  CHECK(read_page("1", "7")->limit == 1);
  CHECK(read_page("100", "7")->before == "7");
  for (const auto* limit : {"0", "101", "-1", "", "ten", "1.5", " 1", "99999999999999999999"}) {
    INFO(limit);
    CHECK(refusal_of(read_page(limit, std::nullopt)) == invalid_field("limit"));
  }
}

}  // namespace hansom::net::rooms
