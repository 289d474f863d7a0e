#pragma once

#include "events/instant.hpp"
#include "net/dialects/json_reader.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace hansom::net {

/// A JSON Web Token (RFC 7519) taken apart, as far as that is safe before its signature is checked.
struct Jwt {
  JsonDocument header;
  std::string_view signed_part;  ///< header and claims as they stand in the token
  std::string_view claims_part;
  std::string signature;  ///< decoded, empty where the token ends in a dot
};

/// Takes a token of three parts apart; the views live as long as `token`. Nothing for what is none,
/// or names extensions that must be understood (`crit`; RFC 7515, 4.1.11): none are.
std::optional<Jwt> split_jwt(std::string_view token);

/// The claims, which are to be believed only after the signature was checked.
std::optional<JsonDocument> read_claims(const Jwt& jwt);

/// A claim that is a NumericDate: seconds since 1970, decimals allowed.
std::optional<double> seconds_claim(const Json& claims, const char* name);

/// An instant as a NumericDate, to compare claims with.
double seconds_of(Instant instant);

}  // namespace hansom::net
