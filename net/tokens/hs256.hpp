#pragma once

#include "net/tokens/token_verifier.hpp"

#include <string>
#include <string_view>

namespace hansom::net {

/// JSON Web Tokens signed with HMAC-SHA-256 and a shared secret (RFC 7515, RFC 7519). The header's
/// `alg` must be exactly "HS256", `exp` is required, `nbf` counts where it is there.
class Hs256Verifier final : public TokenVerifier {
 public:
  explicit Hs256Verifier(std::string secret) : secret_(std::move(secret)) {}

  std::optional<Identity> verify(std::string_view token, Instant now) const override;

 private:
  const std::string secret_;
};

/// A token for this email, good until `expires`: for the demo's accounts.
std::string sign_hs256(std::string_view secret, std::string_view email, Instant expires);

}  // namespace hansom::net
