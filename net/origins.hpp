#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hansom::net {

/// An origin (RFC 6454) in its one canonical form: in lower case, without the port that its scheme
/// has anyway. Nothing for what is none, `null` among it.
std::optional<std::string> read_origin(std::string_view text);

/// Which origins' pages may act with a user's cookie (PROTOCOL.md, Tokens and accounts): the
/// server's own, and those that the operator names.
class Origins {
 public:
  Origins() = default;
  /// `own` is where pages reach the server, if that is known; both as `read_origin` gives them.
  Origins(std::optional<std::string> own, std::vector<std::string> allowed)
      : own_(std::move(own)), allowed_(std::move(allowed)) {}

  /// Whether a page of this origin may act. Where the own origin is not known it is what the
  /// request was sent to: plain HTTP, at `host`.
  bool allow(std::string_view origin, std::string_view host) const;

  /// Whether the operator named this origin.
  bool name(std::string_view origin) const;

 private:
  std::optional<std::string> own_;
  std::vector<std::string> allowed_;
};

}  // namespace hansom::net
