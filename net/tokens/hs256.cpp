#include "net/tokens/hs256.hpp"

#include "net/dialects/json_reader.hpp"
#include "net/tokens/base64url.hpp"
#include "net/tokens/jwt.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

namespace hansom::net {
namespace {

std::string hmac_sha256(std::string_view secret, std::string_view text) {
  std::string digest(EVP_MAX_MD_SIZE, '\0');
  unsigned length = 0;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(),
       reinterpret_cast<unsigned char*>(digest.data()), &length);
  digest.resize(length);
  return digest;
}

bool is_in_force(const Json& claims, Instant now) {
  const auto expires = seconds_claim(claims, "exp");
  if (!expires || *expires <= seconds_of(now)) return false;
  if (is_absent(claims, "nbf")) return true;
  const auto not_before = seconds_claim(claims, "nbf");
  return not_before && *not_before <= seconds_of(now);
}

}  // namespace

std::optional<Identity> Hs256Verifier::verify(std::string_view token, Instant now) const {
  const auto jwt = split_jwt(token);
  if (!jwt || string_member(jwt->header, "alg") != "HS256") return std::nullopt;

  const auto expected = hmac_sha256(secret_, jwt->signed_part);
  if (jwt->signature.size() != expected.size() ||
      CRYPTO_memcmp(jwt->signature.data(), expected.data(), expected.size()) != 0) {
    return std::nullopt;
  }

  const auto claims = read_claims(*jwt);
  if (!claims || !is_in_force(*claims, now)) return std::nullopt;
  return Identity{string_member(*claims, "email"), string_member(*claims, "user_id"),
                  string_member(*claims, "sub")};
}

std::string sign_hs256(std::string_view secret, std::string_view email, Instant expires) {
  rapidjson::StringBuffer claims;
  rapidjson::Writer<rapidjson::StringBuffer> writer(claims);
  writer.StartObject();
  writer.Key("email");
  writer.String(email.data(), static_cast<rapidjson::SizeType>(email.size()));
  writer.Key("exp");
  writer.Int64(std::chrono::floor<std::chrono::seconds>(expires).time_since_epoch().count());
  writer.EndObject();
  const std::string signed_part = encode_base64url(R"({"alg":"HS256","typ":"JWT"})") + "." +
                                  encode_base64url({claims.GetString(), claims.GetSize()});
  return signed_part + "." + encode_base64url(hmac_sha256(secret, signed_part));
}

}  // namespace hansom::net
