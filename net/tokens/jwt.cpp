#include "net/tokens/jwt.hpp"

#include "net/dialects/json_reader.hpp"
#include "net/tokens/base64url.hpp"

namespace hansom::net {
namespace {

/// A part of a token, base64url over a JSON object.
std::optional<JsonDocument> read_part(std::string_view part) {
  const auto text = decode_base64url(part);
  if (!text) return std::nullopt;
  auto json = read_json(*text);
  if (!json || !json->IsObject()) return std::nullopt;
  return json;
}

}  // namespace

std::optional<Jwt> split_jwt(std::string_view token) {
  const auto first_dot = token.find('.');
  if (first_dot == std::string_view::npos) return std::nullopt;
  const auto second_dot = token.find('.', first_dot + 1);
  if (second_dot == std::string_view::npos) return std::nullopt;

  auto header = read_part(token.substr(0, first_dot));
  if (!header || header->HasMember("crit")) return std::nullopt;
  // A third dot is no character of base64url, so there are no more than three parts.
  auto signature = decode_base64url(token.substr(second_dot + 1));
  if (!signature) return std::nullopt;
  return Jwt{std::move(*header), token.substr(0, second_dot),
             token.substr(first_dot + 1, second_dot - first_dot - 1), std::move(*signature)};
}

std::optional<JsonDocument> read_claims(const Jwt& jwt) { return read_part(jwt.claims_part); }

std::optional<double> seconds_claim(const Json& claims, const char* name) {
  constexpr double far = 1e15;
  return number_member(claims, name, -far, far);
}

double seconds_of(Instant instant) {
  return std::chrono::duration<double>(instant.time_since_epoch()).count();
}

}  // namespace hansom::net
