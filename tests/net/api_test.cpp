#include "net/api.hpp"

#include "net/tokens/hs256.hpp"
#include "tests/support/printing.hpp"
#include "tests/support/story.hpp"
#include "tests/support/test_api.hpp"

#include <catch2/catch.hpp>

namespace hansom::net {
namespace {

const std::string booking_path = "/api/mobile/customer/booking/request";
const std::string accounts_path = "/api/admin/accounts";

const std::string booking_body = R"({
  "pickup_location_title": "Home", "pickup_location_address": "12 King St", "pickup_map_id": "m",
  "pickup_latitude": -33.8688, "pickup_longitude": 151.2093, "no_of_passengers": 2,
  "drop_offs": [{"drop_off_location_title": "Airport", "drop_off_location_address": "Sydney",
                 "drop_off_map_id": "n", "drop_off_latitude": -33.9, "drop_off_longitude": 151.1}]
})";
const std::string account_body =
    R"({"email":"zoe@x","name":"Zoe","roles":["driver"],"phone":"1","phone_code":"NZ"})";

/// What a socket of the taxi protocol asks of the engine.
const Connect& connect_of(const std::expected<SocketRequest, HttpResponse>& socket) {
  REQUIRE(socket);
  REQUIRE(socket->connect);
  return std::get<Connect>(*socket->connect);
}

}  // namespace

TEST_CASE("a booking request becomes a command of the token's bearer", "[api]") {
  const TestApi test;
  const auto outcome = test.handle("POST", booking_path, "Bearer alice", booking_body);
  REQUIRE(std::holds_alternative<Command>(outcome));
  const auto* request = std::get_if<RequestBooking>(&std::get<Command>(outcome));
  REQUIRE(request);
  CHECK(request->caller.identity.email == "alice@example.com");
  CHECK(request->pickup.title == "Home");
  CHECK(request->drop_offs.size() == 1);
}

TEST_CASE("an account of the admin's becomes a command", "[api]") {
  const TestApi test;
  const auto outcome = test.handle("POST", accounts_path, "Bearer the-admin", account_body);
  REQUIRE(std::holds_alternative<Command>(outcome));
  const auto* request = std::get_if<RegisterAccount>(&std::get<Command>(outcome));
  REQUIRE(request);
  CHECK(request->account.email == "zoe@x");
}

TEST_CASE("a path that is not there is not found, by any method", "[api]") {
  const TestApi test;
  const auto path = GENERATE_COPY(as<std::string>{}, "/nothing", "", "*", "//", booking_path + "/",
                                  booking_path + "/x", "/api/admin/accounts/", "/HEALTHZ",
                                  "/healthz/", "/../healthz", "/console", "/console/../index.html",
                                  "/%68ealthz", "/healthz#x");
  const auto method = GENERATE("GET", "POST", "DELETE");
  INFO(method << " " << path);
  CHECK(failure_of(test.response(method, path)) == "404 NOT_FOUND");
}

TEST_CASE("a path that takes another method says which", "[api]") {
  const TestApi test;
  const auto [method, path, allowed] = GENERATE_COPY(
      table<std::string, std::string, std::string>({{"GET", booking_path, "POST"},
                                                    {"DELETE", booking_path, "POST"},
                                                    {"GET", accounts_path, "POST"},
                                                    {"HEAD", booking_path, "POST"},
                                                    {"POST", "/healthz", "GET, HEAD"},
                                                    {"PUT", "/metrics?x=1", "GET, HEAD"},
                                                    {"POST", "/", "GET, HEAD"},
                                                    {"", "/healthz", "GET, HEAD"},
                                                    {"get", "/healthz", "GET, HEAD"}}));
  INFO(method << " " << path);
  const auto response = test.response(method, path);
  CHECK(failure_of(response) == "405 METHOD_NOT_ALLOWED");
  CHECK(header_of(response, "Allow") == allowed);
}

TEST_CASE("a query is no part of the path", "[api]") {
  const TestApi test;
  CHECK(test.response("GET", "/healthz?x=1&y").status == 200);
  CHECK(test.response("GET", "/healthz?").status == 200);
  CHECK(test.response("GET", "/healthz?a?b").status == 200);
}

TEST_CASE("liveness, readiness and metrics are open to all", "[api]") {
  TestApi test;
  for (const auto* method : {"GET", "HEAD"}) {
    CHECK(test.response(method, "/healthz").status == 200);
    CHECK(test.response(method, "/readyz").status == 200);
    CHECK_FALSE(test.response(method, "/readyz").refused);
  }
  const auto metrics = test.response("GET", "/metrics");
  CHECK(metrics.content_type == "text/plain; version=0.0.4; charset=utf-8");
  CHECK(body_of(metrics) == "metric 1\n");
  test.ready = false;
  CHECK(failure_of(test.response("GET", "/readyz")) == "503 LOG_UNAVAILABLE");
  CHECK(test.response("GET", "/healthz").status == 200);
}

TEST_CASE("a token is needed, and must be good", "[api]") {
  const TestApi test;
  const auto post = [&](std::string_view authorization) {
    return failure_of(test.response("POST", booking_path, authorization, booking_body));
  };
  CHECK(post("") == "401 UNAUTHORIZED");
  CHECK(post("Bearer") == "401 UNAUTHORIZED");
  CHECK(post("Bearer ") == "401 UNAUTHORIZED");
  CHECK(post("Basic alice") == "401 UNAUTHORIZED");
  CHECK(post("alice") == "401 UNAUTHORIZED");
  CHECK(post("Bearer nobody") == "401 INVALID_TOKEN");
  CHECK(post("Bearer  alice") == "401 INVALID_TOKEN");
  CHECK(post("Bearer alice ") == "401 INVALID_TOKEN");
}

TEST_CASE("a token is looked at before the body, and its bearer by the engine", "[api]") {
  const TestApi test;
  CHECK(failure_of(test.response("POST", booking_path, "Bearer nobody", "not json")) ==
        "401 INVALID_TOKEN");
  const auto malformed = [&](std::string_view body) {
    const auto outcome = test.handle("POST", booking_path, "Bearer alice", body);
    REQUIRE(std::holds_alternative<Command>(outcome));
    const auto* request = std::get_if<MalformedRequest>(&std::get<Command>(outcome));
    REQUIRE(request);
    CHECK(request->caller.side == Side::customer);
    CHECK(request->caller.identity.email == "alice@example.com");
    return request->refusal.code;
  };
  CHECK(malformed("not json") == RefusalCode::invalid_json);
  CHECK(malformed("{}") == RefusalCode::invalid_payload);
}

TEST_CASE("a token comes in the header, in any case of its scheme, or in the query", "[api]") {
  const TestApi test;
  const auto [target, authorization] = GENERATE(table<std::string, std::string>({
      {"/ws/customer", "Bearer alice"},
      {"/ws/customer", "bearer alice"},
      {"/ws/customer", "BEARER alice"},
      {"/ws/customer?token=alice", ""},
      {"/ws/customer?device_id=d&token=alice", ""},
      {"/ws/customer?token=%61lice", ""},
      {"/ws/customer?token=alice", "Basic abc"},
      {"/ws/customer?token=nobody", "Bearer alice"},  // the header wins
      {"/ws/customer?token=alice&token=nobody", ""},  // the first counts
      {"/ws/customer?x=%zz&y=[]&token=alice", ""},    // others may be as they like
      {"/ws/customer?&&token=alice&=", ""},
      {"/ws/customer?mytoken=nobody&token=alice", ""},
  }));
  INFO(target << " with " << authorization);
  const auto socket = test.upgrade(target, authorization);
  REQUIRE(socket);
  CHECK(connect_of(socket).identity.email == "alice@example.com");
}

TEST_CASE("a token in the query is decoded", "[api]") {
  const TestApi test;
  for (const auto* target : {"/ws/driver?token=b%2Bb%2F%3D", "/ws/driver?token=b%2bb/="}) {
    const auto socket = test.upgrade(target);
    REQUIRE(socket);
    CHECK(connect_of(socket).identity.email == "bob@example.com");
  }
}

TEST_CASE("a socket without a good token is opened, to be told so", "[api]") {
  const TestApi test;
  const auto [target, code] = GENERATE(table<std::string, RefusalCode>({
      {"/ws/driver", RefusalCode::unauthorized},
      {"/ws/driver?token=", RefusalCode::unauthorized},
      {"/ws/driver?token", RefusalCode::unauthorized},
      {"/ws/driver?Token=alice", RefusalCode::unauthorized},
      {"/ws/driver?token=%zz", RefusalCode::invalid_token},
      {"/ws/driver?token=%", RefusalCode::invalid_token},
      {"/ws/driver?tokens=alice", RefusalCode::unauthorized},
      {"/ws/driver?token=nobody", RefusalCode::invalid_token},
  }));
  INFO(target);
  const auto socket = test.upgrade(target);
  REQUIRE(socket);
  REQUIRE_FALSE(socket->connect);
  CHECK(socket->connect.error().code == code);
}

TEST_CASE("a socket is a driver's or a customer's, and names its device", "[api]") {
  const TestApi test;
  const auto driver = test.upgrade("/ws/driver?token=alice&device_id=phone%201");
  REQUIRE(driver);
  CHECK(driver->side == Side::driver);
  CHECK(connect_of(driver).device_id == "phone 1");
  const auto customer = test.upgrade("/ws/customer?token=alice");
  REQUIRE(customer);
  CHECK(customer->side == Side::customer);
  CHECK_FALSE(connect_of(customer).device_id);
}

TEST_CASE("a WebSocket elsewhere is not found", "[api]") {
  const TestApi test;
  for (const auto* target :
       {"/", "/ws", "/ws/", "/ws/driver/", "/ws/admin?token=alice", "/driver", "/driver/",
        "/driver/7/", "/driver/7/8", "/passenger", "/passenger//", "/ws/chat", "/ws/chat/alice",
        "/ws/chat/alice/", "/ws/chat//physics", "/ws/chat/alice/physics//",
        "/ws/chat/alice/physics/7", "/api/rooms"}) {
    INFO(target);
    const auto socket = test.upgrade(target, "Bearer alice");
    REQUIRE_FALSE(socket);
    CHECK(failure_of(socket.error()) == "404 NOT_FOUND");
  }
}

TEST_CASE("a socket's path without an upgrade asks for one", "[api]") {
  const TestApi test;
  for (const auto* path : {"/ws/driver", "/ws/customer?token=alice", "/driver/7", "/passenger/7",
                           "/ws/chat/alice/physics", "/ws/chat/alice/physics/"}) {
    const auto response = test.response("GET", path);
    CHECK(failure_of(response) == "426 UPGRADE_REQUIRED");
    CHECK(header_of(response, "Upgrade") == "websocket");
  }
}

TEST_CASE("the admin's token is the admin's alone", "[api]") {
  const TestApi test;
  const auto post = [&](std::string_view target, std::string_view authorization) {
    return failure_of(test.response("POST", target, authorization, account_body));
  };
  CHECK(post(accounts_path, "") == "401 UNAUTHORIZED");
  CHECK(post(accounts_path, "Bearer alice") == "401 INVALID_TOKEN");
  CHECK(post(accounts_path, "Bearer the-admi") == "401 INVALID_TOKEN");
  CHECK(post(accounts_path, "Bearer the-admin2") == "401 INVALID_TOKEN");
  CHECK(post(accounts_path, "Bearer THE-ADMIN") == "401 INVALID_TOKEN");
  // Nor is it taken from a URL, which is logged on many a way.
  CHECK(post(accounts_path + "?token=the-admin", "") == "401 UNAUTHORIZED");
}

TEST_CASE("without an admin's token the admin API is off", "[api]") {
  const TestApi test(Api::Options{});
  for (const auto* authorization : {"", "Bearer", "Bearer the-admin"}) {
    CHECK(failure_of(test.response("POST", accounts_path, authorization, account_body)) ==
          "403 FORBIDDEN");
  }
}

TEST_CASE("an account that can't be read is refused", "[api]") {
  const TestApi test;
  const auto post = [&](std::string_view body) {
    return failure_of(test.response("POST", accounts_path, "Bearer the-admin", body));
  };
  CHECK(post("") == "400 INVALID_JSON");
  CHECK(post("[]") == "422 INVALID_PAYLOAD");
  CHECK(post("{}") == "422 INVALID_PAYLOAD");
}

TEST_CASE("the console is told the times of its countdowns", "[api]") {
  Api::Options options;
  options.rules.driver_response_time = 1500ms;
  options.rules.max_attempts = 2;
  const auto json = json_of(TestApi(std::move(options)).response("GET", "/console/rules"));
  CHECK(json["data"]["driver_response_time"].GetDouble() == 1.5);
  CHECK(json["data"]["customer_waiting_time"].GetDouble() == 120);
  CHECK(json["data"]["max_attempts"].GetInt() == 2);
}

TEST_CASE("the demo's accounts are shown in the demo alone, with tokens that are good for a day",
          "[api]") {
  CHECK(failure_of(TestApi().response("GET", "/demo/accounts")) == "404 NOT_FOUND");

  const TestApi test(
      {std::nullopt, "demo secret", {{"bob@demo", "Bob", "bob", {Role::driver, Role::student}}}});
  const auto json = json_of(test.response("GET", "/demo/accounts"));
  const auto& accounts = json["data"]["accounts"];
  REQUIRE(accounts.Size() == 1);
  CHECK(string_member(accounts[0], "name") == "Bob");
  CHECK(string_member(accounts[0], "email") == "bob@demo");
  CHECK(std::string_view(accounts[0]["roles"][0].GetString()) == "driver");
  CHECK(std::string_view(accounts[0]["roles"][1].GetString()) == "student");
  const Hs256Verifier verifier("demo secret");
  const auto token = string_member(accounts[0], "token").value();
  CHECK(verifier.verify(token, noon + 24h - 1s)->email == "bob@demo");
  CHECK_FALSE(verifier.verify(token, noon + 24h));
}

TEST_CASE("the console and the flags are served with their type and rules", "[api]") {
  const TestApi test;
  const auto method = GENERATE("GET", "HEAD");
  const auto page = test.response(method, "/");
  CHECK(page.status == 200);
  CHECK(page.content_type.starts_with("text/html"));
  CHECK(header_of(page, "Content-Security-Policy").starts_with("default-src 'self'"));
  CHECK(header_of(page, "Cache-Control") == "no-cache");
  CHECK(body_of(page).starts_with("<!"));
  const auto flag = test.response(method, "/uploads/flags/nz.png");
  CHECK(flag.content_type == "image/png");
  CHECK(body_of(flag).starts_with("\x89PNG"));
}

TEST_CASE("a socket of campus is asked for by who is named in the path", "[api]") {
  const TestApi test;
  const auto [path, side] = GENERATE(table<std::string, Side>(
      {{"/driver/", Side::campus_driver}, {"/passenger/", Side::passenger}}));
  for (const std::string user_id : {"7", "..", "%2F", "9f7dbfa9-91d1-4639-b1f6-399d077ef791"}) {
    const auto socket = test.upgrade(path + user_id + "?token=alice");
    REQUIRE(socket);
    CHECK(socket->side == side);
    REQUIRE(socket->connect);
    const auto& command = std::get<ConnectToCampus>(*socket->connect);
    CHECK(command.caller.side == side);
    CHECK(command.caller.identity.email == "alice@example.com");
    CHECK(command.user_id == user_id);
  }
}

TEST_CASE("a socket in a room is asked for with its last slash and without", "[api]") {
  const TestApi test;
  const std::string slash = GENERATE("", "/");
  const auto socket = test.upgrade("/ws/chat/bob/physics-101" + slash + "?x=/y", "Bearer alice");
  REQUIRE(socket);
  CHECK(socket->side == Side::participant);
  REQUIRE(socket->connect);
  const auto& command = std::get<EnterRoom>(*socket->connect);
  CHECK(command.caller.side == Side::participant);
  CHECK(command.caller.identity.email == "alice@example.com");
  CHECK(command.host == "bob");
  CHECK(command.slug == "physics-101");
}

TEST_CASE("a socket of campus or in a room is not opened without a good token", "[api]") {
  const TestApi test;
  const std::string path = GENERATE("/driver/7", "/passenger/7", "/ws/chat/alice/physics/");
  const auto refusal = [&](const std::string& query) {
    const auto socket = test.upgrade(path + query);
    REQUIRE_FALSE(socket);
    return failure_of(socket.error());
  };
  CHECK(refusal("") == "401 UNAUTHORIZED");
  CHECK(refusal("?token=") == "401 UNAUTHORIZED");
  CHECK(refusal("?token=nobody") == "401 INVALID_TOKEN");
}

}  // namespace hansom::net
