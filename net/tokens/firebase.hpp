#pragma once

#include "net/tokens/signing_keys.hpp"
#include "net/tokens/token_verifier.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace hansom::net {

/// Gives out public keys that may still have to be fetched. Safe to use from any thread at once.
class KeySource {
 public:
  virtual ~KeySource() = default;

  /// The key of this id; nothing where it is unknown, or nothing is known for sure just now.
  virtual std::optional<RsaKey> find(std::string_view kid) const = 0;
  /// Whether a fetch, under way or begun by this, may bring the key; as `TokenVerifier`'s
  /// `awaits_keys`.
  virtual bool awaits(std::string_view kid, std::function<void()> then) = 0;
};

/// ID tokens of Firebase Authentication, with the checks that Firebase publishes ("Verify ID tokens
/// using a third-party JWT library") and no leeway for clocks that differ.
class FirebaseVerifier final : public TokenVerifier {
 public:
  /// `keys` must outlive the verifier.
  FirebaseVerifier(std::string project_id, KeySource& keys)
      : project_id_(std::move(project_id)), keys_(keys) {}

  std::optional<Identity> verify(std::string_view token, Instant now) const override;
  bool awaits_keys(std::string_view token, std::function<void()> then) const override;

 private:
  const std::string project_id_;
  KeySource& keys_;
};

/// The tokens of Firebase's emulator, which nobody has signed: anybody can make one. Their claims
/// are checked like those of real ones.
class FirebaseEmulatorVerifier final : public TokenVerifier {
 public:
  explicit FirebaseEmulatorVerifier(std::string project_id) : project_id_(std::move(project_id)) {}

  std::optional<Identity> verify(std::string_view token, Instant now) const override;

 private:
  const std::string project_id_;
};

}  // namespace hansom::net
