// The smaller parts of requests: reasons, templates, pages, keys, devices, and what an account is
// to be changed to. Whole bookings and accounts are in taxi_requests_test.cpp.

#include "net/dialects/account_requests.hpp"
#include "net/dialects/page.hpp"
#include "net/dialects/taxi/booking_requests.hpp"
#include "tests/support/printing.hpp"

#include <catch2/catch.hpp>

namespace hansom::net::taxi {
namespace {

template <typename Request>
std::string refusal_of(const std::expected<Request, Refusal>& request) {
  if (request) return "none";
  return std::string(to_string(request.error().code)) + ": " + request.error().message;
}

std::string invalid(const std::string& name) {
  return "INVALID_PAYLOAD: '" + name + "' is missing or not valid.";
}

std::string of_length(std::size_t length, std::string_view character = "x") {
  std::string text;
  for (std::size_t i = 0; i < length; ++i) text += character;
  return text;
}

AccountChanges changes_in(const std::string& body) {
  INFO(body);
  const auto changes = read_account_changes(body);
  REQUIRE(changes);
  return *changes;
}

/// The names of the fields that are to change.
std::string changed(const AccountChanges& changes) {
  std::string names;
  const auto note = [&](const char* name, bool is_there) {
    if (is_there) names += std::string(names.empty() ? "" : " ") + name;
  };
  note("email", changes.email.has_value());
  note("name", changes.name.has_value());
  note("roles", changes.roles.has_value());
  note("phone", changes.phone.has_value());
  note("phone_code", changes.country.has_value());
  note("username", changes.username.has_value());
  note("avatar", changes.avatar.has_value());
  note("vehicle_number", changes.vehicle_number.has_value());
  note("driver_code", changes.driver_code.has_value());
  note("status", changes.status.has_value());
  return names;
}

}  // namespace

TEST_CASE("only what is named is to change", "[taxi]") {
  const auto [name, value] = GENERATE(table<std::string, std::string>({
      {"email", "\"a@b\""},
      {"name", "\"Zoe\""},
      {"roles", "[\"driver\"]"},
      {"phone", "\"21\""},
      {"phone_code", "\"AU\""},
      {"username", "\"zoe\""},
      {"avatar", "\"face\""},
      {"vehicle_number", "\"ABC\""},
      {"driver_code", "\"D-1\""},
      {"status", "\"blocked\""},
  }));
  CHECK(changed(changes_in("{\"" + name + "\":" + value + "}")) == name);
  CHECK(changed(changes_in("{}")).empty());
  CHECK(changed(changes_in(R"({"id":"x","devices":[]})")).empty());
}

TEST_CASE("all that an account has may change at once", "[taxi]") {
  const auto changes = changes_in(
      R"({"email":"a@b","name":"Zoe","roles":["driver","student","driver"],"phone":"21",)"
      R"("phone_code":"AU","username":"zoe","avatar":"face","vehicle_number":"ABC",)"
      R"("driver_code":"D-1","status":"deleted"})");
  CHECK(changes.email == "a@b");
  CHECK(changes.name == "Zoe");
  CHECK(changes.roles == std::vector{Role::driver, Role::student});
  CHECK(changes.phone == "21");
  CHECK(changes.country == "AU");
  CHECK(changes.username == std::optional<std::string>("zoe"));
  CHECK(changes.avatar == std::optional<std::string>("face"));
  CHECK(changes.vehicle_number == std::optional<std::string>("ABC"));
  CHECK(changes.driver_code == std::optional<std::string>("D-1"));
  CHECK(changes.status == AccountStatus::deleted);
}

TEST_CASE("what an account may be without is taken away by null", "[taxi]") {
  const auto changes =
      changes_in(R"({"username":null,"avatar":null,"vehicle_number":null,"driver_code":null})");
  for (const auto* field :
       {&changes.username, &changes.avatar, &changes.vehicle_number, &changes.driver_code}) {
    REQUIRE(field->has_value());
    CHECK_FALSE(field->value().has_value());
  }
}

TEST_CASE("a change that can't be is refused, and names the field", "[taxi]") {
  const auto refusal = [](const std::string& name, const std::string& value) {
    return refusal_of(read_account_changes(R"({"phone":"21",")" + name + "\":" + value + "}"));
  };
  for (const auto* name : {"email", "name", "roles", "phone_code", "status"}) {
    for (const auto* value : {"null", "7", "true", "[]", "{}", "\"\""}) {
      CHECK(refusal(name, value) == invalid(name));
    }
  }
  for (const auto* name : {"username", "avatar", "vehicle_number", "driver_code"}) {
    for (const auto* value : {"7", "true", "[]", "{}", "\"\""}) {
      CHECK(refusal(name, value) == invalid(name));
    }
  }
  for (const auto* status : {"\"Blocked\"", "\"gone\"", "\"active \""}) {
    CHECK(refusal("status", status) == invalid("status"));
  }
  CHECK(refusal("email", "\"zoe\"") == invalid("email"));
  CHECK(refusal("phone_code", "\"XX\"") == invalid("phone_code"));
  CHECK(refusal_of(read_account_changes("nonsense")).starts_with("INVALID_JSON"));
  CHECK(refusal_of(read_account_changes("[]")).starts_with("INVALID_PAYLOAD"));
}

TEST_CASE("an account's status is one of three", "[taxi]") {
  CHECK(changes_in(R"({"status":"active"})").status == AccountStatus::active);
  CHECK(changes_in(R"({"status":"blocked"})").status == AccountStatus::blocked);
  CHECK(changes_in(R"({"status":"deleted"})").status == AccountStatus::deleted);
}

TEST_CASE("a cancellation has a reason", "[taxi]") {
  const auto by_template = read_cancellation(R"({"cancellation_template_id":"t-1"})");
  REQUIRE(by_template);
  CHECK(by_template->template_id == "t-1");
  const auto in_words = read_cancellation(R"({"cancellation_description":"flat tyre"})");
  REQUIRE(in_words);
  CHECK(in_words->description == "flat tyre");
  CHECK(refusal_of(read_cancellation("")).starts_with("INVALID_JSON"));
  for (const auto* body : {"{}", "[]", "null", R"({"cancellation_description":""})"}) {
    CHECK(refusal_of(read_cancellation(body)).starts_with("INVALID_PAYLOAD"));
  }
}

TEST_CASE("a template is a text of 1 to 512 characters", "[taxi]") {
  const auto body = [](const std::string& text) { return "{\"text\":\"" + text + "\"}"; };
  CHECK(read_template(body("flat tyre")) == "flat tyre");
  CHECK(read_template(body(of_length(512, "é"))) == of_length(512, "é"));
  for (const auto& wrong : {body(""), body(of_length(513, "é")), std::string("{}"),
                            std::string(R"({"text":null})"), std::string(R"({"text":7})")}) {
    CHECK(refusal_of(read_template(wrong)) == invalid("text"));
  }
  CHECK(refusal_of(read_template("text")).starts_with("INVALID_JSON"));
  CHECK(refusal_of(read_template("\"text\"")).starts_with("INVALID_PAYLOAD"));
}

TEST_CASE("a page has 50 entries unless it is said otherwise, and 100 at most", "[taxi]") {
  const auto limit_of = [](std::optional<std::string> limit) {
    const auto page = read_page(std::move(limit), std::nullopt);
    REQUIRE(page);
    CHECK_FALSE(page->before);
    return page->limit;
  };
  CHECK(limit_of(std::nullopt) == 50);
  CHECK(limit_of("1") == 1);
  CHECK(limit_of("100") == 100);
  CHECK(limit_of("007") == 7);
  for (const auto* limit : {"0", "101", "-1", "+1", "1.0", "1e1", " 1", "1 ", "ten", "0x1", "",
                            "18446744073709551617"}) {
    INFO(limit);
    CHECK(refusal_of(read_page(limit, std::nullopt)) == invalid("limit"));
  }
}

TEST_CASE("a page goes on before any text", "[taxi]") {
  const auto page = read_page("2", "no booking");
  REQUIRE(page);
  CHECK(page->limit == 2);
  CHECK(page->before == "no booking");
}

TEST_CASE("an idempotency key has from 1 to 255 visible characters", "[taxi]") {
  for (const auto& key : {std::string("k"), std::string("a-b_c:!~"), of_length(255)}) {
    const auto read = read_idempotency_key(key, "body");
    REQUIRE(read);
    CHECK(read->key == key);
  }
  for (const auto& key : {std::string(), of_length(256), std::string("a b"), std::string("\t"),
                          std::string("\x7f"), std::string("é"), std::string("a\0b", 3)}) {
    CHECK(refusal_of(read_idempotency_key(key, "body")) == invalid("Idempotency-Key"));
  }
}

TEST_CASE("a key comes with the digest of its body, byte for byte", "[taxi]") {
  const auto digest_of = [](std::string_view body) {
    return read_idempotency_key("k", body)->request_digest;
  };
  CHECK(digest_of("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(digest_of("{}") == digest_of("{}"));
  CHECK(digest_of("{}") != digest_of("{ }"));
}

TEST_CASE("a device is named by what fits, and its model where that fits", "[taxi]") {
  const auto model_of = [](std::string_view id, std::string_view model) {
    const auto device = read_device(id, model);
    REQUIRE(device);
    CHECK(device->device_id == id);
    return device->device_model;
  };
  CHECK(model_of("phone", "Pixel 8") == "Pixel 8");
  CHECK_FALSE(model_of("phone", ""));
  CHECK(model_of(of_length(256, "é"), of_length(256, "é")) == of_length(256, "é"));
  CHECK_FALSE(model_of("phone", of_length(257)));
  CHECK_FALSE(model_of("phone", "\xff"));
  for (const auto& id : {std::string(), of_length(257), std::string("\xff")}) {
    CHECK_FALSE(read_device(id, "Pixel 8"));
  }
}

}  // namespace hansom::net::taxi
