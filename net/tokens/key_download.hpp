#pragma once

#include "net/tokens/key_fetcher.hpp"

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace hansom::net {

/// What the address of published keys must be, where `url` is not that: `https:` anywhere, `http:`
/// on this machine alone, as nothing protects it on its way, or `file:`.
std::optional<std::string> objection_to_keys_url(const std::string& url);

/// How long an answer may be believed: its `Cache-Control: max-age` less its `Age` (RFC 9111, 4.2),
/// at most `keys_kept_max`; `keys_kept_default` without one. Empty texts are missing headers.
std::chrono::seconds freshness(std::string_view cache_control, std::string_view age);

/// Gets published keys with libcurl. Follows no redirects, checks certificates, and bounds time and
/// size (net/limits.hpp).
class KeyDownload final : public KeyFetcher {
 public:
  /// REQUIRES: no objection to `url`.
  explicit KeyDownload(std::string url);
  ~KeyDownload() override;

  std::expected<PublishedKeys, std::string> fetch() override;
  void stop() override;

 private:
  struct Transfer;
  struct Transfers;  // libcurl's multi handle, which another thread can wake

  const std::string url_;
  const std::unique_ptr<Transfers> transfers_;
  std::atomic<bool> stopping_ = false;
};

}  // namespace hansom::net
