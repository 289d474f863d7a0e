#include "net/tokens/firebase.hpp"

#include "net/tokens/hs256.hpp"
#include "tests/support/signing.hpp"
#include "tests/support/story.hpp"

#include <catch2/catch.hpp>
#include <openssl/hmac.h>

#include <map>
#include <vector>

namespace hansom::net {
namespace {

const std::string project = "hansom-test";
const std::string header = R"({"alg":"RS256","kid":"first","typ":"JWT"})";
const auto noon_s = std::chrono::duration_cast<std::chrono::seconds>(noon.time_since_epoch());

std::string at(std::chrono::seconds after_noon) {
  return std::to_string((noon_s + after_noon).count());
}
std::string text(const std::string& value) { return "\"" + value + "\""; }

/// Claims by name, each as it stands in the JSON.
using Claims = std::map<std::string, std::string>;

/// Those of a token that was made a minute before noon, good for an hour, with one changed. An
/// empty value takes the claim out.
Claims good_claims(const std::string& changed = "", const std::string& value = "") {
  Claims claims{{"iss", text("https://securetoken.google.com/" + project)},
                {"aud", text(project)},
                {"sub", text("user-1")},
                {"user_id", text("user-1")},
                {"email", text("bob@example.com")},
                {"auth_time", at(-60s)},
                {"iat", at(-60s)},
                {"exp", at(3540s)}};
  if (!changed.empty()) claims[changed] = value;
  return claims;
}

std::string json(const Claims& claims) {
  std::string json;
  for (const auto& [name, value] : claims) {
    if (!value.empty()) json += (json.empty() ? "{" : ",") + text(name) + ":" + value;
  }
  return json + "}";
}

/// A token signed with the first key.
std::string token(const Claims& claims = good_claims(), const std::string& with_header = header) {
  const auto part = signed_part(with_header, json(claims));
  return part + "." + encode_base64url(first_key().sign(part));
}

/// A token as the emulator makes it.
std::string unsigned_token(const Claims& claims = good_claims(),
                           const std::string& with_header = R"({"alg":"none","typ":"JWT"})") {
  return signed_part(with_header, json(claims)) + ".";
}

std::string hmac(const std::string& secret, const std::string& signed_text) {
  std::string digest(32, '\0');
  unsigned length = 0;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(signed_text.data()), signed_text.size(),
       reinterpret_cast<unsigned char*>(digest.data()), &length);
  return digest;
}

/// The first key as "first", and whoever else is asked for.
struct TwoKeys final : KeySource {
  SigningKeys keys{{"first", RsaKey::from_certificate(first_key().certificate()).value()},
                   {"second", RsaKey::from_certificate(second_key().certificate()).value()}};
  std::vector<std::string> awaited;

  std::optional<RsaKey> find(std::string_view kid) const override {
    const auto found = keys.find(kid);
    return found == keys.end() ? std::nullopt : std::optional(found->second);
  }
  bool awaits(std::string_view kid, std::function<void()> then) override {
    awaited.emplace_back(kid);
    then();
    return true;
  }
};

std::optional<Identity> verified(std::string_view token, Instant now = noon) {
  static TwoKeys keys;
  return FirebaseVerifier(project, keys).verify(token, now);
}

std::optional<Identity> emulated(std::string_view token, Instant now = noon) {
  return FirebaseEmulatorVerifier(project).verify(token, now);
}

/// Whether claims are good, on which both verifiers must agree.
bool are_good(const Claims& claims, Instant now = noon) {
  const bool good = verified(token(claims), now).has_value();
  CHECK(good == emulated(unsigned_token(claims), now).has_value());
  return good;
}

}  // namespace

TEST_CASE("a Firebase token names an email and nothing else", "[firebase]") {
  for (const auto& identity : {verified(token()), emulated(unsigned_token())}) {
    REQUIRE(identity);
    CHECK(identity->email == "bob@example.com");
    CHECK_FALSE(identity->user_id);
    CHECK_FALSE(identity->subject);
  }
}

TEST_CASE("a Firebase token without an email is good, but names nobody", "[firebase]") {
  const std::string email = GENERATE("", "null", "7", R"(["bob@example.com"])");
  const auto identity = verified(token(good_claims("email", email)));
  REQUIRE(identity);
  CHECK_FALSE(identity->email);
}

TEST_CASE("a Firebase token is good until it expires", "[firebase]") {
  CHECK(are_good(good_claims(), noon + 3540s - 1us));
  CHECK_FALSE(are_good(good_claims(), noon + 3540s));
  CHECK_FALSE(are_good(good_claims(), noon + 24h));
}

TEST_CASE("a Firebase token must say when it expires, was made and its user signed in",
          "[firebase]") {
  const std::string claim = GENERATE("exp", "iat", "auth_time");
  const std::string value = GENERATE("", "null", "true", R"("")", "[]", "{}", "1e300", "-1e300");
  INFO(claim << ": " << value);
  CHECK_FALSE(are_good(good_claims(claim, value)));
  CHECK_FALSE(are_good(good_claims(claim, text(good_claims()[claim]))));
}

TEST_CASE("a Firebase token made or signed in for later is refused, without leeway", "[firebase]") {
  const std::string claim = GENERATE("iat", "auth_time");
  CHECK(are_good(good_claims(claim, at(0s))));
  CHECK_FALSE(are_good(good_claims(claim, at(1s))));
  CHECK(are_good(good_claims(claim, at(1s)), noon + 1s));
  CHECK_FALSE(are_good(good_claims(claim, at(1h))));
}

TEST_CASE("a Firebase token of another project is refused", "[firebase]") {
  const auto [claim, value] = GENERATE(table<std::string, std::string>({
      {"aud", ""},
      {"aud", "null"},
      {"aud", R"("")"},
      {"aud", R"("hansom")"},
      {"aud", R"("hansom-test2")"},
      {"aud", R"("Hansom-Test")"},
      {"aud", R"(["hansom-test"])"},
      {"aud", R"("hansom-test\u0000")"},
      {"iss", ""},
      {"iss", "null"},
      {"iss", R"("")"},
      {"iss", R"("https://securetoken.google.com/")"},
      {"iss", R"("https://securetoken.google.com/hansom")"},
      {"iss", R"("https://securetoken.google.com/hansom-test/")"},
      {"iss", R"("https://securetoken.google.com/hansom-test2")"},
      {"iss", R"("http://securetoken.google.com/hansom-test")"},
      {"iss", R"("https://session.firebase.google.com/hansom-test")"},
      {"iss", R"(["https://securetoken.google.com/hansom-test"])"},
  }));
  INFO(claim << ": " << value);
  CHECK_FALSE(are_good(good_claims(claim, value)));
}

TEST_CASE("the subject of a Firebase token has 1 to 128 characters", "[firebase]") {
  const auto of_length = [](std::size_t length, const std::string& character) {
    std::string subject;
    for (std::size_t i = 0; i < length; ++i) subject += character;
    return good_claims("sub", text(subject));
  };
  const std::string character = GENERATE("x", "ü", "🏃");
  CHECK(are_good(of_length(1, character)));
  CHECK(are_good(of_length(128, character)));
  CHECK_FALSE(are_good(of_length(0, character)));
  CHECK_FALSE(are_good(of_length(129, character)));
}

TEST_CASE("a Firebase token must have a subject that is text", "[firebase]") {
  const std::string subject = GENERATE("", "null", "7", "true", "[]", R"(["user-1"])", "{}");
  CHECK_FALSE(are_good(good_claims("sub", subject)));
}

TEST_CASE("a Firebase token of another algorithm is refused, though its signature is right",
          "[firebase]") {
  const std::string alg =
      GENERATE(R"("none")", R"("None")", R"("NONE")", R"("nOnE")", R"("rs256")", R"("RS384")",
               R"("RS512")", R"("PS256")", R"("ES256")", R"("HS256")", R"("RS256 ")",
               R"("RS256\u0000")", R"("")", "null", R"(["RS256"])", "256");
  INFO(alg);
  CHECK_FALSE(verified(token(good_claims(), R"({"alg":)" + alg + R"(,"kid":"first"})")));
  CHECK_FALSE(verified(token(good_claims(), R"({"kid":"first"})")));
}

TEST_CASE("a Firebase token of algorithm none is refused, in every spelling", "[firebase]") {
  const std::string alg = GENERATE("none", "None", "NONE", "nOnE", "");
  for (const std::string kid : {R"(,"kid":"first")", ""}) {
    const auto forged = unsigned_token(good_claims(), R"({"alg":")" + alg + "\"" + kid + "}");
    CHECK_FALSE(verified(forged));
    CHECK_FALSE(verified(forged.substr(0, forged.size() - 1)));
  }
}

TEST_CASE("a Firebase token signed with the public key for a secret is refused", "[firebase]") {
  const std::string alg = GENERATE("HS256", "RS256");
  const auto part = signed_part(R"({"alg":")" + alg + R"(","kid":"first"})", json(good_claims()));
  for (const auto& secret : {first_key().public_pem(), first_key().public_der(),
                             first_key().certificate(), std::string()}) {
    CHECK_FALSE(verified(part + "." + encode_base64url(hmac(secret, part))));
  }
}

TEST_CASE("a Firebase token is checked with the key that it names, and no other", "[firebase]") {
  const auto by_second = [](const std::string& kid) {
    const auto part = signed_part(R"({"alg":"RS256","kid":")" + kid + "\"}", json(good_claims()));
    return part + "." + encode_base64url(second_key().sign(part));
  };
  CHECK(verified(by_second("second")));
  CHECK_FALSE(verified(by_second("first")));
  CHECK_FALSE(verified(by_second("third")));
}

TEST_CASE("a Firebase token with an odd key id is refused", "[firebase]") {
  const auto kid =
      GENERATE(as<std::string>{}, "null", "1", "true", "[]", R"(["first"])", R"("")", R"("FIRST")",
               R"("first ")", R"("first\u0000")", R"("../first")", R"("../../../../etc/passwd")",
               R"("http://127.0.0.1/first")", R"("' OR 1=1 --")", R"("%66irst")", text("täxi"),
               text(std::string(10'000, 'k')), text(std::string(1'000'000, '/')));
  INFO(kid.substr(0, 40));
  CHECK_FALSE(verified(token(good_claims(), R"({"alg":"RS256","kid":)" + kid + "}")));
  CHECK_FALSE(verified(token(good_claims(), R"({"alg":"RS256"})")));
}

TEST_CASE("a Firebase token that asks for an extension is refused", "[firebase]") {
  const std::string crit = GENERATE(R"(["b64"])", "[]", "null");
  CHECK_FALSE(
      verified(token(good_claims(), R"({"alg":"RS256","kid":"first","crit":)" + crit + "}")));
  CHECK_FALSE(emulated(unsigned_token(good_claims(), R"({"alg":"none","crit":)" + crit + "}")));
}

TEST_CASE("a Firebase token signed in another way by the right key is refused", "[firebase]") {
  const auto part = signed_part(header, json(good_claims()));
  const auto with = [&](const std::string& signature) {
    return part + "." + encode_base64url(signature);
  };
  REQUIRE(verified(with(first_key().sign(part))));
  CHECK_FALSE(verified(with(first_key().sign(part, EVP_sha512()))));
  CHECK_FALSE(verified(with(first_key().sign(part, EVP_sha1()))));
  CHECK_FALSE(verified(with(first_key().sign(part, EVP_sha256(), RSA_PKCS1_PSS_PADDING))));
  CHECK_FALSE(verified(with(first_key().sign("another text"))));
  CHECK_FALSE(verified(with(std::string(256, '\0'))));
  CHECK_FALSE(verified(with(std::string(256, '\xff'))));
  CHECK_FALSE(verified(with('\0' + first_key().sign(part))));
  CHECK_FALSE(verified(with(first_key().sign(part) + '\0')));
}

TEST_CASE("a Firebase token is refused with any character changed, and cut off anywhere",
          "[firebase]") {
  const auto good = token();
  REQUIRE(verified(good));
  for (std::size_t i = 0; i < good.size(); ++i) {
    auto changed = good;
    changed[i] = good[i] == 'A' ? 'B' : 'A';
    INFO("character " << i);
    CHECK_FALSE(verified(changed));
    CHECK_FALSE(verified(good.substr(0, i)));
  }
}

TEST_CASE("a Firebase token with its signature stripped, or with more behind it, is refused",
          "[firebase]") {
  const auto good = token();
  const auto part = good.substr(0, good.rfind('.'));
  CHECK_FALSE(verified(part));
  CHECK_FALSE(verified(part + "."));
  for (const std::string tail : {".", ".x", "A", "AAAA", "=", "==", " ", "\n", "."}) {
    CHECK_FALSE(verified(good + tail));
    CHECK_FALSE(emulated(unsigned_token() + tail));
  }
  CHECK_FALSE(verified(good + std::string(1, '\0')));
  CHECK_FALSE(verified(" " + good));
}

TEST_CASE("a Firebase token whose claims are no object is refused", "[firebase]") {
  const std::string claims = GENERATE("", "[]", "7", "null", R"("text")", "{", "{} {}");
  const auto part = signed_part(header, claims);
  CHECK_FALSE(verified(part + "." + encode_base64url(first_key().sign(part))));
  CHECK_FALSE(emulated(signed_part(R"({"alg":"none"})", claims) + "."));
}

TEST_CASE("the emulator's token is unsigned, and a signed one is not its", "[firebase]") {
  const auto good = unsigned_token();
  REQUIRE(emulated(good));
  CHECK_FALSE(emulated(good.substr(0, good.size() - 1)));
  CHECK_FALSE(emulated(good + encode_base64url("signature")));
  CHECK_FALSE(emulated(token()));
  CHECK_FALSE(emulated(sign_hs256("secret", "bob@example.com", noon + 1h)));
  for (const std::string alg : {R"("None")", R"("NONE")", R"("nOnE")", R"("")", "null",
                                R"("RS256")", R"("HS256")", R"(["none"])"}) {
    INFO(alg);
    CHECK_FALSE(emulated(unsigned_token(good_claims(), R"({"alg":)" + alg + "}")));
  }
  CHECK_FALSE(emulated(unsigned_token(good_claims(), R"({"typ":"JWT"})")));
}

TEST_CASE("only what looks like a Firebase token waits for keys", "[firebase]") {
  TwoKeys keys;
  const FirebaseVerifier verifier(project, keys);
  int told = 0;
  const auto then = [&] { ++told; };
  for (const auto& other : {std::string(), std::string("a.b.c"), unsigned_token(),
                            sign_hs256("secret", "bob@example.com", noon + 1h),
                            token(good_claims(), R"({"alg":"RS256"})"),
                            token(good_claims(), R"({"alg":"RS256","kid":1})"),
                            token(good_claims(), R"({"alg":"rs256","kid":"first"})")}) {
    CHECK_FALSE(verifier.awaits_keys(other, then));
  }
  CHECK(keys.awaited.empty());
  CHECK(verifier.awaits_keys(token(), then));
  CHECK(keys.awaited == std::vector<std::string>{"first"});
  CHECK(told == 1);
  CHECK_FALSE(FirebaseEmulatorVerifier(project).awaits_keys(unsigned_token(), then));
}

TEST_CASE("HS256 and Firebase tokens can be taken together", "[firebase]") {
  TwoKeys keys;
  TokenVerifiers verifiers;
  verifiers.add(std::make_unique<Hs256Verifier>("secret"));
  verifiers.add(std::make_unique<FirebaseVerifier>(project, keys));
  const auto hs256 = sign_hs256("secret", "alice@example.com", noon + 1h);
  CHECK(verifiers.verify(hs256, noon)->email == "alice@example.com");
  CHECK(verifiers.verify(token(), noon)->email == "bob@example.com");
  CHECK_FALSE(verifiers.verify(unsigned_token(), noon));
  CHECK_FALSE(verifiers.awaits_keys(hs256, [] {}));
  CHECK(verifiers.awaits_keys(token(), [] {}));
}

}  // namespace hansom::net
