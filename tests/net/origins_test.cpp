#include "net/origins.hpp"

#include <catch2/catch.hpp>

namespace hansom::net {

TEST_CASE("an origin has one form, however it is written", "[origins]") {
  const auto [text, origin] = GENERATE(table<std::string, std::string>({
      {"https://app.example", "https://app.example"},
      {"HTTPS://App.Example", "https://app.example"},
      {"https://app.example:443", "https://app.example"},
      {"https://app.example:", "https://app.example"},
      {"http://app.example:80", "http://app.example"},
      {"http://app.example:443", "http://app.example:443"},
      {"https://app.example:80", "https://app.example:80"},
      {"http://127.0.0.1:8080", "http://127.0.0.1:8080"},
      {"http://[::1]:8080", "http://[::1]:8080"},
  }));
  CHECK(read_origin(text) == origin);
}

TEST_CASE("what is no origin is none", "[origins]") {
  const auto text = GENERATE(
      as<std::string>{}, "", "null", "*", "app.example", "//app.example", "https://app.example/",
      "https://app.example/app", "https://app.example?x", "https://app.example#x",
      "https://user@app.example", "https://", "https://:443", "ftp://app.example", "file:///x",
      "https://app example", "https://a https://b", "https://app.example:x", "javascript:alert(1)");
  INFO(text);
  CHECK_FALSE(read_origin(text));
}

TEST_CASE("where the own origin is not known it is what the request was sent to", "[origins]") {
  const Origins origins;
  CHECK(origins.allow("http://127.0.0.1:8080", "127.0.0.1:8080"));
  CHECK(origins.allow("http://app.example", "App.Example:80"));
  CHECK_FALSE(origins.allow("https://127.0.0.1:8080", "127.0.0.1:8080"));
  CHECK_FALSE(origins.allow("http://127.0.0.1:8081", "127.0.0.1:8080"));
  CHECK_FALSE(origins.allow("http://127.0.0.1", "127.0.0.1:8080"));
  CHECK_FALSE(origins.allow("http://evil.example", "127.0.0.1:8080"));
}

TEST_CASE("nothing may act without an origin, not even where there is no host", "[origins]") {
  const Origins origins;
  for (const auto* origin : {"", "null", "nonsense"}) {
    CHECK_FALSE(origins.allow(origin, "127.0.0.1:8080"));
    CHECK_FALSE(origins.allow(origin, ""));
    CHECK_FALSE(origins.allow(origin, "nonsense:x"));
    CHECK_FALSE(origins.name(origin));
  }
}

TEST_CASE("where the own origin is known no host stands for it", "[origins]") {
  const Origins origins("https://rides.example", {});
  CHECK(origins.allow("https://rides.example", "10.0.0.1:8080"));
  CHECK(origins.allow("https://rides.example:443", "10.0.0.1:8080"));
  CHECK_FALSE(origins.allow("http://10.0.0.1:8080", "10.0.0.1:8080"));
}

TEST_CASE("what the operator names may act, too, and is known by name", "[origins]") {
  const Origins origins("https://rides.example", {"https://app.example", "http://localhost:3000"});
  for (const auto* named :
       {"https://app.example", "https://APP.example:443", "http://localhost:3000"}) {
    INFO(named);
    CHECK(origins.allow(named, "10.0.0.1"));
    CHECK(origins.name(named));
  }
  CHECK_FALSE(origins.allow("http://localhost", "10.0.0.1"));
  CHECK_FALSE(origins.allow("https://app.example.evil.example", "10.0.0.1"));
  CHECK_FALSE(origins.name("https://rides.example"));  // which is the server's own
}

}  // namespace hansom::net
