#pragma once

// The API as tests ask it: with two tokens that are good, and the failures that it answers.

#include "net/api.hpp"
#include "net/dialects/json_reader.hpp"
#include "tests/support/story.hpp"

#include <catch2/catch.hpp>

#include <expected>
#include <string>
#include <utility>
#include <variant>

namespace hansom::net {

/// Knows two tokens; the moment must be the one that was handed in.
struct TwoTokens final : TokenVerifier {
  std::optional<Identity> verify(std::string_view token, Instant now) const override {
    CHECK(now == noon);
    if (token == "alice") return Identity{"alice@example.com", std::nullopt, std::nullopt};
    if (token == "b+b/=") return Identity{"bob@example.com", std::nullopt, std::nullopt};
    return std::nullopt;
  }
};

using Outcome = Api::Outcome;

struct TestApi {
  bool ready = true;
  TwoTokens tokens;
  Api api;

  explicit TestApi(Api::Options options = {"the-admin", std::nullopt, {}})
      : api(std::move(options), tokens,
            {[this] { return ready; }, [] { return std::string("metric 1\n"); }}) {}

  Outcome handle(std::string_view method, std::string_view target, std::string_view authorization,
                 std::string_view body = "") const {
    return api.handle({method, target, authorization, body}, noon);
  }
  HttpResponse response(std::string_view method, std::string_view target,
                        std::string_view authorization = "", std::string_view body = "") const {
    auto outcome = handle(method, target, authorization, body);
    REQUIRE(std::holds_alternative<HttpResponse>(outcome));
    return std::get<HttpResponse>(std::move(outcome));
  }
  std::expected<SocketRequest, HttpResponse> upgrade(std::string_view target,
                                                     std::string_view authorization = "") const {
    return api.upgrade({"GET", target, authorization, ""}, noon);
  }
};

inline std::string body_of(const HttpResponse& response) {
  if (const auto* frame = std::get_if<Frame>(&response.body)) return **frame;
  return std::string(std::get<std::string_view>(response.body));
}

inline net::JsonDocument json_of(const HttpResponse& response) {
  auto json = read_json(body_of(response));
  REQUIRE(json);
  return std::move(*json);
}

inline std::string header_of(const HttpResponse& response, std::string_view name) {
  for (const auto& [header, value] : response.headers) {
    if (header == name) return value;
  }
  return "none";
}

/// Status and code of a failure, as `404 NOT_FOUND`; its envelope must be the documents'.
inline std::string failure_of(const HttpResponse& response) {
  const auto json = json_of(response);
  CHECK(response.content_type == "application/json");
  REQUIRE(response.refused);
  CHECK(string_member(json, "code") == to_string(*response.refused));
  CHECK(json["meta"]["code"].GetInt() == response.status);
  CHECK(string_member(json["meta"], "status") == "error");
  CHECK(string_member(json["meta"], "timestamp") == "2026-05-12T10:30:00.000Z");
  CHECK(json["data"].IsNull());
  CHECK(json["user_message"]["message"].GetStringLength() > 0);
  return std::to_string(response.status) + " " + json["code"].GetString();
}

}  // namespace hansom::net
