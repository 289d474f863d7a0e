#pragma once

#include <expected>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct evp_pkey_st;  // OpenSSL's EVP_PKEY

namespace hansom::net {

/// A public RSA key, parsed once. Safe to use from any thread at once.
class RsaKey {
 public:
  /// The key in an X.509 certificate; nothing when it is no RSA key of 2,048 bits or more (RFC
  /// 7518, 3.3). The certificate's dates and issuer don't matter: it is trusted for where it is
  /// published, as long as it is.
  static std::optional<RsaKey> from_certificate(std::string_view pem);

  /// Whether `signature` is this key's over `text`: RS256 (RFC 7518, 3.3), PKCS #1 v1.5 and
  /// SHA-256.
  bool has_signed(std::string_view text, std::string_view signature) const;

 private:
  explicit RsaKey(std::shared_ptr<evp_pkey_st> key) : key_(std::move(key)) {}

  std::shared_ptr<evp_pkey_st> key_;
};

/// Keys by their `kid`.
using SigningKeys = std::map<std::string, RsaKey, std::less<>>;

/// Reads keys as Google publishes them: a JSON object of PEM certificates by `kid`. A member that
/// holds no usable key is left out; the error, when none is left, is one line.
std::expected<SigningKeys, std::string> read_signing_keys(std::string_view json);

}  // namespace hansom::net
