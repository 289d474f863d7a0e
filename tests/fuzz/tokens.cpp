// Tokens of every kind, and the keys that Firebase publishes. The first byte says what the rest is:
//
//   h  a header, a newline, and claims, signed by HS256    r  likewise, by RS256
//   e  likewise, and not signed                            k  published keys
//   anything else: a token as it stands

#include "net/tokens/firebase.hpp"
#include "net/tokens/hs256.hpp"
#include "tests/fuzz/property.hpp"
#include "tests/support/signing.hpp"
#include "tests/support/story.hpp"

#include <openssl/hmac.h>
#include <rapidjson/document.h>

#include <array>
#include <string>

namespace hansom::net {
namespace {

using fuzz::must;
using fuzz::must_be_text;

const std::string secret = "the secret of these tokens, thirty-two bytes or more";
const std::string project = "hansom-test";
const double noon_s = std::chrono::duration<double>(noon.time_since_epoch()).count();

/// One key pair, made once for each run: what is done does not depend on which it is.
struct OneKey final : KeySource {
  std::optional<RsaKey> key = RsaKey::from_certificate(first_key().certificate());

  std::optional<RsaKey> find(std::string_view kid) const override {
    return kid == "first" ? key : std::nullopt;
  }
  bool awaits(std::string_view, std::function<void()>) override { return false; }
};

struct Verifiers {
  OneKey keys;
  Hs256Verifier hs256{secret};
  FirebaseVerifier firebase{project, keys};
  FirebaseEmulatorVerifier emulator{project};
};

const Verifiers& verifiers() {
  static const Verifiers all;
  return all;
}

std::string hmac(std::string_view text) {
  std::string digest(32, '\0');
  unsigned length = 0;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(),
       reinterpret_cast<unsigned char*>(digest.data()), &length);
  return digest;
}

rapidjson::Document parsed(std::string_view text) {
  rapidjson::Document json;
  json.Parse<rapidjson::kParseIterativeFlag>(text.data(), text.size());
  return json;
}

bool says(const rapidjson::Value& object, const char* name, std::string_view value) {
  const auto member = object.FindMember(name);
  return member != object.MemberEnd() && member->value.IsString() &&
         std::string_view(member->value.GetString(), member->value.GetStringLength()) == value;
}

/// A claim that is a moment, on this side of noon or the other; as exact as RapidJSON safely is.
bool is_moment(const rapidjson::Value& claims, const char* name, bool after_noon) {
  const auto member = claims.FindMember(name);
  return member != claims.MemberEnd() && member->value.IsNumber() &&
         (after_noon ? member->value.GetDouble() > noon_s - 0.001
                     : member->value.GetDouble() < noon_s + 0.001);
}

void must_be_texts(const Identity& identity) {
  for (const auto& text : {identity.email, identity.user_id, identity.subject}) {
    if (text) must_be_text(*text, "who bears a token is a text");
  }
}

/// What a token says, seen once more.
struct Said {
  rapidjson::Document header, claims;

  Said(std::string_view header_text, std::string_view claims_text)
      : header(parsed(header_text)), claims(parsed(claims_text)) {
    must(header.IsObject() && claims.IsObject(), "a good token has a header and claims");
    must(!header.HasMember("crit"), "nothing that must be understood is passed over");
  }
  void must_be_of_firebase() const {
    must(says(claims, "aud", project), "a Firebase token is of the project");
    must(says(claims, "iss", "https://securetoken.google.com/" + project), "and from Firebase");
    must(is_moment(claims, "exp", true), "and in force");
    must(is_moment(claims, "iat", false) && is_moment(claims, "auth_time", false),
         "and of the past");
    const auto subject = claims.FindMember("sub");
    must(subject != claims.MemberEnd() && subject->value.IsString() &&
             subject->value.GetStringLength() > 0,
         "and of somebody");
  }
};

/// With its signature changed, or taken off, no token is good.
void must_not_survive(const TokenVerifier& verifier, std::string token) {
  const auto dot = token.rfind('.') + 1;
  auto changed = token;
  changed[dot] = changed[dot] == 'A' ? 'B' : 'A';
  must(!verifier.verify(changed, noon), "a changed signature opens nothing");
  must(!verifier.verify(token.substr(0, dot), noon), "no signature opens nothing");
  must(!verifier.verify(token + "A", noon), "a longer signature opens nothing");
}

void try_signed_by_secret(std::string_view header, std::string_view claims) {
  const auto part = signed_part(header, claims);
  const auto token = part + "." + encode_base64url(hmac(part));
  must(!verifiers().firebase.verify(token, noon), "a secret signs no Firebase token");
  must(!verifiers().emulator.verify(token, noon), "a signed token is none of the emulator's");
  const auto identity = verifiers().hs256.verify(token, noon);
  if (!identity) return;
  must_be_texts(*identity);
  const Said said(header, claims);
  must(says(said.header, "alg", "HS256"), "the algorithm is HS256");
  must(is_moment(said.claims, "exp", true), "a good token is in force");
  must_not_survive(verifiers().hs256, token);
}

void try_signed_by_key(std::string_view header, std::string_view claims) {
  const auto part = signed_part(header, claims);
  const auto token = part + "." + encode_base64url(first_key().sign(part));
  must(!verifiers().hs256.verify(token, noon), "a key signs no token of the secret's");
  must(!verifiers().emulator.verify(token, noon), "a signed token is none of the emulator's");
  const auto identity = verifiers().firebase.verify(token, noon);
  if (!identity) return;
  must_be_texts(*identity);
  must(!identity->user_id && !identity->subject, "Firebase's ids are not ours");
  const Said said(header, claims);
  must(says(said.header, "alg", "RS256"), "the algorithm is RS256");
  said.must_be_of_firebase();
  must_not_survive(verifiers().firebase, token);
}

void try_unsigned(std::string_view header, std::string_view claims) {
  const auto token = signed_part(header, claims) + ".";
  must(!verifiers().hs256.verify(token, noon) && !verifiers().firebase.verify(token, noon),
       "an unsigned token opens nothing");
  const auto identity = verifiers().emulator.verify(token, noon);
  if (!identity) return;
  must_be_texts(*identity);
  const Said said(header, claims);
  must(says(said.header, "alg", "none"), "the emulator's tokens say that nobody signed them");
  said.must_be_of_firebase();
}

void try_as_it_stands(std::string_view token) {
  must(!verifiers().hs256.verify(token, noon) && !verifiers().firebase.verify(token, noon),
       "what nobody signed opens nothing");
  if (const auto identity = verifiers().emulator.verify(token, noon)) must_be_texts(*identity);
  if (const auto bytes = decode_base64url(token)) {
    must(encode_base64url(*bytes) == token, "bytes have one spelling");
  }
}

void try_keys(std::string_view text) {
  const auto keys = read_signing_keys(text);
  if (keys) {
    must(!keys->empty(), "keys are some");
  } else {
    must_be_text(keys.error(), 1, 1'000, "an error has words");
    must(keys.error().find('\n') == std::string::npos, "an error is one line");
  }
}

}  // namespace
}  // namespace hansom::net

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hansom::net;
  const auto input = hansom::fuzz::text_of(data, size);
  if (input.empty()) return 0;
  const auto rest = input.substr(1);
  const auto header = rest.substr(0, rest.find('\n'));
  const auto claims = rest.substr(std::min(rest.size(), header.size() + 1));
  switch (input.front()) {
    case 'h':
      try_signed_by_secret(header, claims);
      break;
    case 'r':
      try_signed_by_key(header, claims);
      break;
    case 'e':
      try_unsigned(header, claims);
      break;
    case 'k':
      try_keys(rest);
      break;
    default:
      try_as_it_stands(input);
  }
  return 0;
}
