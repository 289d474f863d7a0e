#pragma once

#include "engine/commands.hpp"
#include "events/instant.hpp"

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace hansom::net {

/// Checks tokens of one kind. Safe to use from any thread at once.
class TokenVerifier {
 public:
  virtual ~TokenVerifier() = default;

  /// Who bears the token; nothing when it is not a good token of this kind at this moment.
  virtual std::optional<Identity> verify(std::string_view token, Instant now) const = 0;
};

/// Accepts what any of several kinds accepts.
class TokenVerifiers final : public TokenVerifier {
 public:
  void add(std::unique_ptr<TokenVerifier> verifier) { verifiers_.push_back(std::move(verifier)); }

  std::optional<Identity> verify(std::string_view token, Instant now) const override {
    for (const auto& verifier : verifiers_) {
      if (auto identity = verifier->verify(token, now)) return identity;
    }
    return std::nullopt;
  }

 private:
  std::vector<std::unique_ptr<TokenVerifier>> verifiers_;
};

}  // namespace hansom::net
