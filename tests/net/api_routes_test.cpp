// Every call of the API by method and path, and what becomes of it. Who may call at all, and what
// is served besides, is in api_test.cpp.

#include "net/api.hpp"
#include "net/dialects/json_reader.hpp"
#include "tests/support/printing.hpp"
#include "tests/support/story.hpp"

#include <catch2/catch.hpp>

namespace hansom::net {
namespace {

/// Whoever has a token is named by it.
struct NamedByToken final : TokenVerifier {
  std::optional<Identity> verify(std::string_view token, Instant) const override {
    if (token == "bad") return std::nullopt;
    return Identity{std::string(token), std::nullopt, std::nullopt};
  }
};

const NamedByToken tokens;
const Api api({"the-admin", std::nullopt, {}}, tokens,
              {[] { return true; }, [] { return std::string(); }});

enum class By { driver, customer, participant, admin };

Side side_of(By by) {
  if (by == By::participant) return Side::participant;
  return by == By::driver ? Side::driver : Side::customer;
}

struct Call {
  By by;
  std::string method;
  std::string path;
  std::string body;
  std::string_view command;
};

const std::string booking_body = R"({
  "pickup_location_title": "Home", "pickup_location_address": "12 King St", "pickup_map_id": "m",
  "pickup_latitude": -33.8688, "pickup_longitude": 151.2093, "no_of_passengers": 2,
  "drop_offs": [{"drop_off_location_title": "Airport", "drop_off_location_address": "Sydney",
                 "drop_off_map_id": "n", "drop_off_latitude": -33.9, "drop_off_longitude": 151.1}]
})";
const std::string account_body =
    R"({"email":"zoe@x","name":"Zoe","roles":["driver"],"phone":"1","phone_code":"NZ"})";
const std::string reason_body = R"({"cancellation_description":"flat tyre"})";
const std::string text_body = R"({"text":"flat tyre"})";
const std::string room_body = R"({"name":"Physics"})";
const std::string username_body = R"({"username":"carol"})";

/// All that PROTOCOL.md lists, with `7` for an id.
const std::vector<Call>& calls() {
  static const std::vector<Call> all = {
      {By::customer, "POST", "/api/mobile/customer/booking/request", booking_body,
       "request_booking"},
      {By::customer, "POST", "/api/mobile/customer/booking/7/cancel", "",
       "cancel_ride_by_customer"},
      {By::driver, "POST", "/api/mobile/driver/booking/7/cancel", reason_body,
       "cancel_ride_by_driver"},
      {By::customer, "GET", "/api/mobile/customer/profile", "", "show_profile"},
      {By::driver, "GET", "/api/mobile/driver/profile", "", "show_profile"},
      {By::customer, "GET", "/api/mobile/customer/bookings", "", "list_bookings"},
      {By::driver, "GET", "/api/mobile/driver/bookings", "", "list_bookings"},
      {By::driver, "POST", "/api/mobile/driver/cancellation-templates", text_body,
       "add_own_template"},
      {By::driver, "GET", "/api/mobile/driver/cancellation-templates", "", "list_templates"},
      {By::driver, "DELETE", "/api/mobile/driver/cancellation-templates/7", "",
       "delete_own_template"},
      {By::participant, "POST", "/api/rooms", room_body, "open_room"},
      {By::participant, "POST", "/api/rooms/alice/physics/participants", username_body,
       "add_participant"},
      {By::participant, "DELETE", "/api/rooms/alice/physics/participants/carol", "",
       "remove_participant"},
      {By::participant, "GET", "/api/rooms/alice/physics/messages", "", "list_room_messages"},
      {By::admin, "POST", "/api/admin/accounts", account_body, "register_account"},
      {By::admin, "GET", "/api/admin/accounts/7", "", "show_account"},
      {By::admin, "PATCH", "/api/admin/accounts/7", "{}", "change_account"},
      {By::admin, "DELETE", "/api/admin/accounts/7/session", "", "end_sessions"},
      {By::admin, "POST", "/api/admin/cancellation-templates", text_body, "add_admin_template"},
      {By::admin, "GET", "/api/admin/cancellation-templates", "", "list_admin_templates"},
  };
  return all;
}

Api::Outcome send(std::string_view method, std::string_view target, std::string_view token,
                  std::string_view body = "") {
  const auto authorization = "Bearer " + std::string(token);
  return api.handle({method, target, authorization, body}, noon);
}

template <typename Wanted>
Wanted sent(std::string_view method, std::string_view target, std::string_view token,
            std::string_view body = "") {
  INFO(method << " " << target);
  const auto outcome = send(method, target, token, body);
  REQUIRE(std::holds_alternative<Command>(outcome));
  const auto* command = std::get_if<Wanted>(&std::get<Command>(outcome));
  REQUIRE(command);
  return *command;
}

/// `404 NOT_FOUND`, where that is the answer.
std::string failure(const Api::Outcome& outcome) {
  const auto* response = std::get_if<HttpResponse>(&outcome);
  if (!response) return "a command";
  if (!response->refused) return std::to_string(response->status);
  return std::to_string(response->status) + " " + std::string(to_string(*response->refused));
}

std::string allowed(std::string_view method, std::string_view target) {
  const auto outcome = send(method, target, "alice");
  INFO(method << " " << target);
  CHECK(failure(outcome) == "405 METHOD_NOT_ALLOWED");
  for (const auto& [name, value] : std::get<HttpResponse>(outcome).headers) {
    if (name == "Allow") return value;
  }
  return "none";
}

}  // namespace

TEST_CASE("every call becomes its command, of whoever calls", "[api]") {
  for (const auto& [by, method, path, body, name] : calls()) {
    INFO(method << " " << path);
    const auto outcome = send(method, path, by == By::admin ? "the-admin" : "zoe@x", body);
    REQUIRE(std::holds_alternative<Command>(outcome));
    const auto& command = std::get<Command>(outcome);
    CHECK(name_of(command) == name);
    std::visit(
        [by = by]<typename Alternative>(const Alternative& alternative) {
          CHECK(comes_over_http<Alternative>);
          CHECK(has_caller<Alternative> == (by != By::admin));
          if constexpr (has_caller<Alternative>) {
            CHECK(alternative.caller.side == side_of(by));
            CHECK(alternative.caller.identity.email == "zoe@x");
          }
        },
        command);
  }
}

TEST_CASE("every call needs the token of its kind", "[api]") {
  for (const auto& [by, method, path, body, name] : calls()) {
    INFO(method << " " << path);
    CHECK(failure(api.handle({method, path, "", body}, noon)) == "401 UNAUTHORIZED");
    CHECK(failure(send(method, path, "bad", body)) == "401 INVALID_TOKEN");
    CHECK(failure(send(method, path, "bad", "no json")) == "401 INVALID_TOKEN");
    const auto in_query = path + "?token=" + (by == By::admin ? "the-admin" : "zoe@x");
    CHECK(failure(api.handle({method, in_query, "", body}, noon)) ==
          (by == By::admin ? "401 UNAUTHORIZED" : "a command"));
  }
}

TEST_CASE("a body that can't be read is told to whoever may call", "[api]") {
  for (const auto& [by, method, path, body, name] : calls()) {
    if (body.empty()) continue;
    INFO(method << " " << path);
    for (const auto& [wrong, code] :
         {std::pair("no json", "400 INVALID_JSON"), std::pair("[]", "422 INVALID_PAYLOAD")}) {
      if (by == By::admin) {
        CHECK(failure(send(method, path, "the-admin", wrong)) == code);
        continue;
      }
      const auto malformed = sent<MalformedRequest>(method, path, "zoe@x", wrong);
      CHECK(malformed.caller.side == side_of(by));
      CHECK(malformed.caller.identity.email == "zoe@x");
      CHECK(std::string(code).ends_with(to_string(malformed.refusal.code)));
    }
  }
}

TEST_CASE("a path stands for any id in one place, as it is written", "[api]") {
  for (const std::string id : {"7", "x", "..", "%2F", "a+b", "%", "request", "session", "\xff"}) {
    INFO(id);
    CHECK(sent<ShowAccount>("GET", "/api/admin/accounts/" + id, "the-admin").account_id == id);
    CHECK(sent<EndSessions>("DELETE", "/api/admin/accounts/" + id + "/session", "the-admin")
              .account_id == id);
    CHECK(sent<CancelRideByCustomer>("POST", "/api/mobile/customer/booking/" + id + "/cancel",
                                     "zoe@x")
              .booking_id == id);
    CHECK(sent<DeleteOwnTemplate>("DELETE", "/api/mobile/driver/cancellation-templates/" + id,
                                  "zoe@x")
              .template_id == id);
  }
  CHECK(sent<ShowAccount>("GET", "/api/admin/accounts/7?x=/y", "the-admin").account_id == "7");
}

TEST_CASE("an id is not empty, and does not reach beyond its place", "[api]") {
  for (const auto* path : {"/api/admin/accounts/",
                           "/api/admin/accounts/7/",
                           "/api/admin/accounts//session",
                           "/api/admin/accounts/7/session/",
                           "/api/admin/accounts/7/8",
                           "/api/admin/accounts/7/8/session",
                           "/api/mobile/customer/booking//cancel",
                           "/api/mobile/customer/booking/cancel",
                           "/api/mobile/customer/booking/7",
                           "/api/mobile/customer/booking/7/8/cancel",
                           "/api/mobile/driver/cancellation-templates/",
                           "/api/mobile/driver/cancellation-templates/7/8",
                           "/api/mobile/driver/booking/request",
                           "/api/mobile/profile",
                           "/api/rooms/",
                           "/api/rooms/alice",
                           "/api/rooms/alice/physics",
                           "/api/rooms/alice/physics/",
                           "/api/rooms//physics/messages",
                           "/api/rooms/alice//participants",
                           "/api/rooms/alice/physics/messages/7",
                           "/api/rooms/alice/physics/participants/",
                           "/api/rooms/alice/physics/participants/7/8"}) {
    INFO(path);
    for (const auto* method : {"GET", "POST", "DELETE", "PATCH"}) {
      CHECK(failure(send(method, path, "the-admin")) == "404 NOT_FOUND");
    }
  }
}

TEST_CASE("a path that takes several methods names them all", "[api]") {
  CHECK(allowed("PUT", "/api/admin/accounts/7") == "GET, HEAD, PATCH");
  CHECK(allowed("DELETE", "/api/admin/accounts/7") == "GET, HEAD, PATCH");
  CHECK(allowed("PATCH", "/api/mobile/driver/cancellation-templates") == "POST, GET, HEAD");
  CHECK(allowed("DELETE", "/api/admin/cancellation-templates?x=1") == "POST, GET, HEAD");
  CHECK(allowed("GET", "/api/mobile/driver/cancellation-templates/7") == "DELETE");
  CHECK(allowed("POST", "/api/admin/accounts/7/session") == "DELETE");
  CHECK(allowed("POST", "/api/mobile/customer/profile") == "GET, HEAD");
  CHECK(allowed("HEAD", "/api/mobile/driver/booking/7/cancel") == "POST");
  CHECK(allowed("GET", "/api/rooms") == "POST");
  CHECK(allowed("GET", "/api/rooms/alice/physics/participants") == "POST");
  CHECK(allowed("POST", "/api/rooms/alice/physics/participants/carol") == "DELETE");
  CHECK(allowed("DELETE", "/api/rooms/alice/physics/messages") == "GET, HEAD");
}

TEST_CASE("HEAD asks for what GET does", "[api]") {
  CHECK(sent<ShowProfile>("HEAD", "/api/mobile/driver/profile", "zoe@x").caller.side ==
        Side::driver);
  CHECK(sent<ShowAccount>("HEAD", "/api/admin/accounts/7", "the-admin").account_id == "7");
}

TEST_CASE("a list is asked for with limit and before, decoded as browsers write them", "[api]") {
  const auto list = [](const std::string& query) {
    return sent<ListBookings>("GET", "/api/mobile/customer/bookings" + query, "zoe@x");
  };
  CHECK(list("").limit == 50);
  CHECK_FALSE(list("").before);
  CHECK(list("?limit=3&before=7").limit == 3);
  CHECK(list("?limit=3&before=7").before == "7");
  CHECK(list("?before=a+b%2Bc%20d").before == "a b+c d");
  CHECK_FALSE(list("?before=").before);  // empty is none
  CHECK(list("?limit=&before=7").limit == 50);
  CHECK(list("?limit=1&limit=2").limit == 1);
  for (const auto* query : {"?limit=0", "?limit=101", "?limit=ten", "?limit=+1", "?limit=1.5"}) {
    const auto malformed =
        sent<MalformedRequest>("GET", "/api/mobile/driver/bookings" + std::string(query), "zoe@x");
    CHECK(malformed.refusal.code == RefusalCode::invalid_payload);
    CHECK(malformed.caller.side == Side::driver);
  }
}

TEST_CASE("a booking request carries its key and its device", "[api]") {
  const auto ask = [](std::optional<std::string_view> key, std::string_view device,
                      std::string_view model) {
    const HttpRequest request{
        "POST", "/api/mobile/customer/booking/request", "Bearer zoe@x", booking_body, device, model,
        key};
    return std::get<Command>(api.handle(request, noon));
  };
  const auto plain = std::get<RequestBooking>(ask(std::nullopt, "", ""));
  CHECK_FALSE(plain.idempotency_key);
  CHECK_FALSE(plain.device);
  const auto keyed = std::get<RequestBooking>(ask("k-1", "phone", "Pixel"));
  REQUIRE(keyed.idempotency_key);
  CHECK(keyed.idempotency_key->key == "k-1");
  CHECK(keyed.idempotency_key->request_digest.size() == 64);
  CHECK(keyed.device == DeviceSeen{"phone", "Pixel"});
  // A device that can't be one is passed over, a key that can't be one is not.
  CHECK_FALSE(std::get<RequestBooking>(ask("k-1", "\xff", "Pixel")).device);
  for (const auto* key : {"", "a b", "\x01"}) {
    CHECK(std::get<MalformedRequest>(ask(key, "", "")).refusal.code ==
          RefusalCode::invalid_payload);
  }
}

TEST_CASE("a socket's device is decoded, and passed over where it can't be one", "[api]") {
  const auto device = [](const std::string& query) {
    const std::string target = "/ws/driver?token=zoe@x" + query;
    return std::get<Connect>(*api.upgrade({"GET", target, "", ""}, noon)->connect).device_id;
  };
  CHECK(device("&device_id=my+phone%2B") == "my phone+");
  CHECK_FALSE(device("&device_id="));
  CHECK_FALSE(device("&device_id=%FF"));
  CHECK(device("&device_id=" + std::string(256, 'x')) == std::string(256, 'x'));
  CHECK_FALSE(device("&device_id=" + std::string(257, 'x')));
}

TEST_CASE("what the admin changes is read from the body, and of whom from the path", "[api]") {
  const auto change = sent<ChangeAccount>("PATCH", "/api/admin/accounts/7", "the-admin",
                                          R"({"status":"blocked","username":null})");
  CHECK(change.account_id == "7");
  CHECK(change.changes.status == AccountStatus::blocked);
  REQUIRE(change.changes.username);
  CHECK_FALSE(*change.changes.username);
  CHECK_FALSE(change.changes.email);
}

TEST_CASE("a room is named by the path, and who takes part by body or path", "[api]") {
  const auto add =
      sent<AddParticipant>("POST", "/api/rooms/alice/physics/participants", "zoe@x", username_body);
  CHECK(add.host == "alice");
  CHECK(add.slug == "physics");
  CHECK(add.username == "carol");
  const auto remove =
      sent<RemoveParticipant>("DELETE", "/api/rooms/alice/physics/participants/Carol%20C", "zoe@x");
  CHECK(remove.host == "alice");
  CHECK(remove.slug == "physics");
  CHECK(remove.username == "Carol%20C");
  const auto open = sent<OpenRoom>("POST", "/api/rooms", "zoe@x", room_body);
  CHECK(open.name == "Physics");
  CHECK(open.slug == "physics");
}

TEST_CASE("a room's history is asked for in pages", "[api]") {
  const auto list = [](const std::string& query) {
    return sent<ListRoomMessages>("GET", "/api/rooms/alice/physics/messages" + query, "zoe@x");
  };
  CHECK(list("").host == "alice");
  CHECK(list("").slug == "physics");
  CHECK(list("").limit == 50);
  CHECK_FALSE(list("").before);
  CHECK(list("?limit=100&before=7").limit == 100);
  CHECK(list("?limit=100&before=7").before == "7");
  const auto malformed =
      sent<MalformedRequest>("GET", "/api/rooms/alice/physics/messages?limit=101", "zoe@x");
  CHECK(malformed.refusal.code == RefusalCode::invalid_payload);
  CHECK(malformed.caller.side == Side::participant);
}

TEST_CASE("questions about the log are the admin's", "[api]") {
  const auto asked = [](std::string_view target) {
    return std::get<Question>(send("GET", target, "the-admin"));
  };
  const auto story = std::get<StoryOfBooking>(asked("/api/admin/bookings/7/story"));
  CHECK(story.booking_id == "7");
  CHECK(story.after == Position{});
  CHECK(std::get<StoryOfBooking>(asked("/api/admin/bookings/7/story?after=12")).after ==
        Position{12});
  const auto newest = std::get<NewestBookings>(asked("/api/admin/bookings"));
  CHECK(newest.limit == 50);
  CHECK_FALSE(newest.before);
  const auto before = std::get<NewestBookings>(asked("/api/admin/bookings?limit=3&before=12"));
  CHECK(before.limit == 3);
  CHECK(before.before == Position{12});
  for (const auto* path : {"/api/admin/bookings", "/api/admin/bookings/7/story"}) {
    CHECK(failure(send("GET", path, "zoe@x")) == "401 INVALID_TOKEN");
    CHECK(failure(api.handle({"GET", path, "", ""}, noon)) == "401 UNAUTHORIZED");
    const auto bad = std::string(path) + "?before=x&after=x";
    CHECK(failure(send("GET", bad, "the-admin")) == "422 INVALID_PAYLOAD");
  }
}

TEST_CASE("the board is the admin's, whose token may stand in the query", "[api]") {
  const auto objection = [](std::string_view target, std::string_view authorization) {
    const auto refused = api.objection_to_watching({"GET", target, authorization, ""}, noon);
    return refused ? failure(*refused) : "none";
  };
  CHECK(is_board("/ws/admin/board"));
  CHECK_FALSE(is_board("/ws/admin/board/"));
  CHECK(objection("/ws/admin/board?token=the-admin", "") == "none");
  CHECK(objection("/ws/admin/board", "Bearer the-admin") == "none");
  CHECK(objection("/ws/admin/board", "") == "401 UNAUTHORIZED");
  CHECK(objection("/ws/admin/board?token=zoe@x", "") == "401 INVALID_TOKEN");
}

}  // namespace hansom::net
