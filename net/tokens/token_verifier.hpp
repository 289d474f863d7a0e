#pragma once

#include "engine/commands.hpp"
#include "events/instant.hpp"

#include <algorithm>
#include <functional>
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

  /// Whether a verdict should wait, as it may need keys that are being fetched. If so, `then` is
  /// called once they were fetched or can't be: once, on any thread, maybe before this returns,
  /// and never after the server's drain. Looks at no more than the token's header.
  virtual bool awaits_keys(std::string_view /*token*/, std::function<void()> /*then*/) const {
    return false;
  }
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

  bool awaits_keys(std::string_view token, std::function<void()> then) const override {
    return std::ranges::any_of(
        verifiers_, [&](const auto& verifier) { return verifier->awaits_keys(token, then); });
  }

 private:
  std::vector<std::unique_ptr<TokenVerifier>> verifiers_;
};

}  // namespace hansom::net
