#include "net/tokens/firebase.hpp"

#include "net/dialects/json_reader.hpp"
#include "net/tokens/jwt.hpp"

namespace hansom::net {
namespace {

constexpr std::size_t subject_characters_max = 128;

bool is_past(const Json& claims, const char* name, Instant now) {
  const auto moment = seconds_claim(claims, name);
  return moment && *moment <= seconds_of(now);
}

bool is_in_force(const Json& claims, Instant now) {
  const auto expires = seconds_claim(claims, "exp");
  return expires && *expires > seconds_of(now) && is_past(claims, "iat", now) &&
         is_past(claims, "auth_time", now);
}

bool is_of_project(const Json& claims, const std::string& project_id) {
  return string_member(claims, "aud") == project_id &&
         string_member(claims, "iss") == "https://securetoken.google.com/" + project_id;
}

bool has_subject(const Json& claims) {
  const auto subject = string_member(claims, "sub");
  return subject && !subject->empty() && count_code_points(*subject) <= subject_characters_max;
}

/// Accounts are found by email alone: Firebase's ids are not ours.
std::optional<Identity> identity_in(const Jwt& jwt, const std::string& project_id, Instant now) {
  const auto claims = read_claims(jwt);
  if (!claims || !is_of_project(*claims, project_id) || !has_subject(*claims) ||
      !is_in_force(*claims, now)) {
    return std::nullopt;
  }
  return Identity{string_member(*claims, "email"), std::nullopt, std::nullopt};
}

/// The `kid` of a header that promises a Firebase token.
std::optional<std::string> key_id(const Jwt& jwt) {
  if (string_member(jwt.header, "alg") != "RS256") return std::nullopt;
  return string_member(jwt.header, "kid");
}

}  // namespace

std::optional<Identity> FirebaseVerifier::verify(std::string_view token, Instant now) const {
  const auto jwt = split_jwt(token);
  if (!jwt) return std::nullopt;
  const auto kid = key_id(*jwt);
  if (!kid) return std::nullopt;
  const auto key = keys_.find(*kid);
  if (!key || !key->has_signed(jwt->signed_part, jwt->signature)) return std::nullopt;
  return identity_in(*jwt, project_id_, now);
}

bool FirebaseVerifier::awaits_keys(std::string_view token, std::function<void()> then) const {
  const auto jwt = split_jwt(token);
  if (!jwt) return false;
  const auto kid = key_id(*jwt);
  return kid && keys_.awaits(*kid, std::move(then));
}

std::optional<Identity> FirebaseEmulatorVerifier::verify(std::string_view token,
                                                         Instant now) const {
  const auto jwt = split_jwt(token);
  if (!jwt || string_member(jwt->header, "alg") != "none" || !jwt->signature.empty()) {
    return std::nullopt;
  }
  return identity_in(*jwt, project_id_, now);
}

}  // namespace hansom::net
