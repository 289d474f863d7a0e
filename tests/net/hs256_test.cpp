#include "net/tokens/hs256.hpp"

#include "net/tokens/base64url.hpp"
#include "tests/support/story.hpp"

#include <catch2/catch.hpp>
#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace hansom::net {
namespace {

const std::string secret = "a secret that is long enough";
const std::string header = R"({"alg":"HS256","typ":"JWT"})";
const auto noon_s = std::chrono::duration_cast<std::chrono::seconds>(noon.time_since_epoch());

/// A token with this header and these claims, signed as RFC 7515 says.
std::string token(const std::string& claims, const std::string& with_header = header) {
  const auto signed_part = encode_base64url(with_header) + "." + encode_base64url(claims);
  std::string digest(32, '\0');
  unsigned length = 0;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(signed_part.data()), signed_part.size(),
       reinterpret_cast<unsigned char*>(digest.data()), &length);
  return signed_part + "." + encode_base64url(digest);
}

/// Claims that hold until a minute after noon, and one more.
std::string claims(const std::string& more) {
  return "{\"exp\":" + std::to_string(noon_s.count() + 60) + "," + more + "}";
}

std::optional<Identity> verified(std::string_view text, Instant now = noon) {
  return Hs256Verifier(secret).verify(text, now);
}

}  // namespace

TEST_CASE("a token that was signed is good until it expires", "[hs256]") {
  const auto text = sign_hs256(secret, "bob@example.com", noon + 60s);
  for (const auto now : {noon, noon + 60s - 1us}) {
    const auto identity = verified(text, now);
    REQUIRE(identity);
    CHECK(identity->email == "bob@example.com");
    CHECK_FALSE(identity->user_id);
    CHECK_FALSE(identity->subject);
  }
  CHECK_FALSE(verified(text, noon + 60s));
  CHECK_FALSE(verified(text, noon + 1h));
}

TEST_CASE("the example of RFC 7515 is a good token", "[hs256]") {
  const auto key = decode_base64url(
      "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow");
  const Hs256Verifier verifier(key.value());
  const std::string text =
      "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9"
      ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0"
      "cnVlfQ"
      ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
  CHECK(verifier.verify(text, Instant{1'300'819'379s}));
  CHECK_FALSE(verifier.verify(text, Instant{1'300'819'380s}));
}

TEST_CASE("an identity is what the claims say", "[hs256]") {
  const auto identity =
      verified(token(claims(R"("email":"b@x","user_id":"u-1","sub":"s-1","roles":["admin"])")));
  REQUIRE(identity);
  CHECK(identity->email == "b@x");
  CHECK(identity->user_id == "u-1");
  CHECK(identity->subject == "s-1");
}

TEST_CASE("a claim that is no text is no part of the identity", "[hs256]") {
  const auto identity = verified(token(claims(R"("email":7,"user_id":null,"sub":["s-1"])")));
  REQUIRE(identity);
  CHECK_FALSE(identity->email);
  CHECK_FALSE(identity->user_id);
  CHECK_FALSE(identity->subject);
}

TEST_CASE("a token of another algorithm is refused, though its signature is right", "[hs256]") {
  const std::string other =
      GENERATE(R"({"alg":"none"})", R"({"alg":"hs256"})", R"({"alg":"HS512"})",
               R"({"alg":"RS256"})", R"({"alg":null})", R"({"alg":["HS256"]})", R"({"typ":"JWT"})",
               R"(["HS256"])", R"("HS256")", "", "not json");
  INFO(other);
  CHECK_FALSE(verified(token(claims(R"("email":"b@x")"), other)));
}

TEST_CASE("a token that asks for an extension is refused, whatever it is", "[hs256]") {
  const std::string crit = GENERATE(R"(["b64"])", "[]", "null", "7");
  CHECK_FALSE(verified(
      token(claims(R"("email":"b@x")"), R"({"alg":"HS256","b64":true,"crit":)" + crit + "}")));
}

TEST_CASE("a token without a signature is refused", "[hs256]") {
  const auto good = token(claims(R"("email":"b@x")"));
  const auto body = good.substr(0, good.rfind('.'));
  CHECK_FALSE(verified(body + "."));
  CHECK_FALSE(verified(body));
  CHECK_FALSE(verified(encode_base64url(R"({"alg":"none"})") + body.substr(body.find('.')) + "."));
}

TEST_CASE("a token is refused with any character changed, and cut off anywhere", "[hs256]") {
  const auto good = sign_hs256(secret, "bob@example.com", noon + 60s);
  REQUIRE(verified(good));
  for (std::size_t i = 0; i < good.size(); ++i) {
    auto changed = good;
    changed[i] = good[i] == 'A' ? 'B' : 'A';
    INFO("character " << i);
    CHECK_FALSE(verified(changed));
    CHECK_FALSE(verified(good.substr(0, i)));
  }
}

TEST_CASE("what is no token is refused", "[hs256]") {
  const auto good = token(claims(R"("email":"b@x")"));
  const std::string text =
      GENERATE_COPY(as<std::string>{}, "", ".", "..", "...", "a.b.c", good + ".", good + ".x",
                    "." + good, " " + good, good + " ", good + "=", std::string(100, '.'));
  INFO(text);
  CHECK_FALSE(verified(text));
}

TEST_CASE("a token that is signed with another secret is refused", "[hs256]") {
  CHECK_FALSE(Hs256Verifier("another").verify(token(claims(R"("sub":"s")")), noon));
}

TEST_CASE("a token must say when it expires", "[hs256]") {
  const std::string bad = GENERATE(R"({"email":"b@x"})", R"({"exp":null})", R"({"exp":"soon"})",
                                   R"({"exp":"99999999999"})", R"({"exp":true})",
                                   R"({"exp":1e300})", R"({"exp":-1})", R"({"exp":0})", "[]", "7");
  INFO(bad);
  CHECK_FALSE(verified(token(bad)));
}

TEST_CASE("a token may expire within a second", "[hs256]") {
  const auto text = token("{\"exp\":" + std::to_string(noon_s.count()) + ".5}");
  CHECK(verified(text, noon + 499ms));
  CHECK_FALSE(verified(text, noon + 500ms));
}

TEST_CASE("a token is not good before its time", "[hs256]") {
  const auto from = [](const std::string& not_before) {
    return token(claims("\"nbf\":" + not_before));
  };
  const auto in_ten = from(std::to_string(noon_s.count() + 10));
  CHECK_FALSE(verified(in_ten, noon));
  CHECK(verified(in_ten, noon + 10s));
  CHECK(verified(from("null")));
  CHECK_FALSE(verified(from("\"0\"")));
  CHECK_FALSE(verified(from("[]")));
}

TEST_CASE("of several kinds of token any one will do", "[hs256]") {
  TokenVerifiers verifiers;
  verifiers.add(std::make_unique<Hs256Verifier>("first"));
  verifiers.add(std::make_unique<Hs256Verifier>("second"));
  CHECK(verifiers.verify(sign_hs256("first", "a@x", noon + 1s), noon)->email == "a@x");
  CHECK(verifiers.verify(sign_hs256("second", "b@x", noon + 1s), noon)->email == "b@x");
  CHECK_FALSE(verifiers.verify(sign_hs256("third", "c@x", noon + 1s), noon));
}

}  // namespace hansom::net
