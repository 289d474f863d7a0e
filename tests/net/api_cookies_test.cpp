// Cookies, which browsers send along wherever a page is from (PROTOCOL.md, Tokens and accounts).

#include "net/api.hpp"
#include "tests/support/printing.hpp"
#include "tests/support/test_api.hpp"

#include <catch2/catch.hpp>

namespace hansom::net {
namespace {

/// A request with a cookie, sent to `rides.example` from a page of this origin.
HttpRequest with_cookie(std::string_view method, std::string_view target, std::string_view origin,
                        std::string_view cookie = "session=7; access_token=alice") {
  HttpRequest request{method, target, "", ""};
  request.host = "rides.example";
  request.origin = origin;
  request.cookie = cookie;
  return request;
}

const Api::Options with_origins{
    "the-admin", std::nullopt, {}, Origins("https://rides.example", {"https://app.example"})};

/// What an upgrade with a cookie comes to: whom it is for, or why not.
std::string upgraded(const TestApi& test, HttpRequest request) {
  request.is_upgrade = true;
  const auto socket = test.api.upgrade(request, noon);
  if (!socket) return failure_of(socket.error());
  if (!socket->connect) return std::string(to_string(socket->connect.error().code));
  return std::visit(
      []<typename Alternative>(const Alternative& command) -> std::string {
        if constexpr (has_caller<Alternative>) return *command.caller.identity.email;
        if constexpr (requires { command.identity; }) return *command.identity.email;
        return "none";
      },
      *socket->connect);
}

/// What a request with a cookie comes to: the command's name, or why not.
std::string handled(const TestApi& test, const HttpRequest& request) {
  const auto outcome = test.api.handle(request, noon);
  if (const auto* command = std::get_if<Command>(&outcome)) return std::string(name_of(*command));
  return failure_of(std::get<HttpResponse>(outcome));
}

}  // namespace

TEST_CASE("a cookie opens sockets to pages of the own origin and of those allowed", "[api]") {
  const TestApi test(with_origins);
  const std::string path = GENERATE("/driver/7", "/passenger/7", "/ws/chat/alice/physics/");
  for (const auto* origin : {"https://rides.example", "https://app.example"}) {
    CHECK(upgraded(test, with_cookie("GET", path, origin)) == "alice@example.com");
  }
  for (const auto* origin : {"https://evil.example", "http://rides.example", "null", ""}) {
    INFO(origin);
    CHECK(upgraded(test, with_cookie("GET", path, origin)) == "403 FOREIGN_ORIGIN");
  }
  CHECK(upgraded(test, with_cookie("GET", path, "https://app.example", "access_token=nobody")) ==
        "401 INVALID_TOKEN");
  CHECK(upgraded(test, with_cookie("GET", path, "https://app.example", "access_token=")) ==
        "401 UNAUTHORIZED");
}

TEST_CASE("without a public address the own origin is where the request was sent to", "[api]") {
  const TestApi test;
  CHECK(upgraded(test, with_cookie("GET", "/driver/7", "http://rides.example")) ==
        "alice@example.com");
  CHECK(upgraded(test, with_cookie("GET", "/driver/7", "https://rides.example")) ==
        "403 FOREIGN_ORIGIN");
}

TEST_CASE("a token that is no cookie is taken from pages of any origin", "[api]") {
  const TestApi test(with_origins);
  const auto* evil = "https://evil.example";
  CHECK(upgraded(test, with_cookie("GET", "/driver/7?token=b%2Bb/=", evil)) == "bob@example.com");
  auto request = with_cookie("GET", "/driver/7?token=nobody", evil);
  request.authorization = "Bearer alice";
  CHECK(upgraded(test, request) == "alice@example.com");
  // One that is no good is not made up for by the cookie.
  CHECK(upgraded(test, with_cookie("GET", "/driver/7?token=nobody", "https://app.example")) ==
        "401 INVALID_TOKEN");
}

TEST_CASE("a cookie reads from anywhere, and changes something from allowed origins alone",
          "[api]") {
  const TestApi test(with_origins);
  const auto with_body = [](HttpRequest request, std::string_view body) {
    request.body = body;
    return request;
  };
  const auto origin = GENERATE(as<std::string>{}, "", "https://evil.example",
                               "https://rides.example", "https://app.example");
  INFO(origin);
  const bool is_allowed = origin == "https://rides.example" || origin == "https://app.example";
  const auto expected = [&](const char* command) {
    return is_allowed ? command : "403 FOREIGN_ORIGIN";
  };
  const std::string room = "/api/rooms/alice/physics";
  for (const auto* method : {"GET", "HEAD"}) {
    CHECK(handled(test, with_cookie(method, room + "/messages", origin)) == "list_room_messages");
  }
  CHECK(handled(test, with_body(with_cookie("POST", "/api/rooms", origin),
                                R"({"name":"Physics"})")) == expected("open_room"));
  CHECK(handled(test, with_body(with_cookie("POST", room + "/participants", origin),
                                R"({"username":"carol"})")) == expected("add_participant"));
  CHECK(handled(test, with_cookie("DELETE", room + "/participants/carol", origin)) ==
        expected("remove_participant"));
}

TEST_CASE("a cookie is no token to taxi, nor to the admin's API", "[api]") {
  const TestApi test(with_origins);
  const auto* origin = "https://app.example";
  for (const auto* path : {"/ws/driver", "/ws/customer"}) {
    CHECK(upgraded(test, with_cookie("GET", path, origin)) == "UNAUTHORIZED");
  }
  for (const auto* path : {"/api/mobile/customer/profile", "/api/mobile/driver/bookings"}) {
    CHECK(handled(test, with_cookie("GET", path, origin)) == "401 UNAUTHORIZED");
  }
  CHECK(handled(test, with_cookie("GET", "/api/admin/accounts/7", origin,
                                  "access_token=the-admin")) == "401 UNAUTHORIZED");
}

TEST_CASE("a request waits for the key of its token, wherever that stands", "[api]") {
  struct Waiting final : TokenVerifier {
    std::optional<Identity> verify(std::string_view, Instant) const override {
      return std::nullopt;
    }
    bool awaits_keys(std::string_view token, std::function<void()>) const override {
      return token == "alice";
    }
  } const tokens;
  const Api api({}, tokens, {[] { return true; }, [] { return std::string(); }});
  const auto waits = [&](std::string_view target, std::string_view cookie) {
    auto request = with_cookie("GET", target, "", cookie);
    request.is_upgrade = !target.starts_with("/api/");
    return api.awaits_keys(request, [] {});
  };
  for (const std::string path : {"/driver/7", "/passenger/7", "/ws/chat/alice/physics/",
                                 "/api/rooms", "/api/rooms/alice/physics/messages"}) {
    INFO(path);
    CHECK(waits(path, "access_token=alice"));
    CHECK(waits(path + "?token=alice", ""));
    CHECK_FALSE(waits(path + "?token=bob", "access_token=alice"));
    CHECK_FALSE(waits(path, ""));
  }
  CHECK_FALSE(waits("/api/mobile/customer/profile", "access_token=alice"));
  CHECK_FALSE(waits("/healthz?token=alice", ""));
}

}  // namespace hansom::net
