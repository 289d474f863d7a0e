#include "net/tokens/signing_keys.hpp"

#include "tests/support/signing.hpp"

#include <catch2/catch.hpp>

namespace hansom::net {
namespace {

/// The published form of certificates, which need no escapes but those of line ends.
std::string published(const std::map<std::string, std::string>& certificates) {
  std::string json;
  for (const auto& [kid, certificate] : certificates) {
    json += (json.empty() ? "{\"" : ",\"") + kid + "\":\"";
    for (const char c : certificate) json += c == '\n' ? std::string("\\n") : std::string(1, c);
    json += '"';
  }
  return json + "}";
}

}  // namespace

TEST_CASE("published certificates are read, each under its id", "[signing_keys]") {
  const auto keys = read_signing_keys(
      published({{"a", first_key().certificate()}, {"b", second_key().certificate()}}));
  REQUIRE(keys);
  REQUIRE(keys->size() == 2);
  CHECK(keys->at("a").has_signed("text", first_key().sign("text")));
  CHECK(keys->at("b").has_signed("text", second_key().sign("text")));
  CHECK_FALSE(keys->at("a").has_signed("text", second_key().sign("text")));
  CHECK_FALSE(keys->at("a").has_signed("other", first_key().sign("text")));
  CHECK_FALSE(keys->at("a").has_signed("text", ""));
}

TEST_CASE("what holds no usable key is left out", "[signing_keys]") {
  const auto bad = GENERATE(as<std::string>{}, "", "text",
                            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
                            KeyPair::elliptic().certificate(), KeyPair::rsa(1024).certificate(),
                            first_key().public_pem());
  const auto keys =
      read_signing_keys(published({{"bad", bad}, {"good", first_key().certificate()}}));
  REQUIRE(keys);
  CHECK(keys->size() == 1);
  CHECK(keys->contains("good"));
}

TEST_CASE("what publishes no key is refused in one line", "[signing_keys]") {
  const std::string bad =
      GENERATE("", "{}", "[]", "null", "garbage", "<html></html>", R"({"a":7})", R"({"a":"b"})",
               R"({"keys":[{"kid":"a","kty":"RSA","n":"AQAB","e":"AQAB"}]})", "{\"a\":\"");
  const auto keys = read_signing_keys(bad);
  REQUIRE_FALSE(keys);
  CHECK_FALSE(keys.error().empty());
  CHECK(keys.error().find('\n') == std::string::npos);
}

}  // namespace hansom::net
