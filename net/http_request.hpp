#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hansom::net {

/// What the API needs to know of an HTTP request. The views live as long as the request; a header
/// that is not there is empty.
struct HttpRequest {
  std::string_view method;
  std::string_view target;  ///< path and query
  std::string_view authorization;
  std::string_view body;
  std::string_view device_id{};     ///< `X-Device-ID`
  std::string_view device_model{};  ///< `X-Device-Model`
  std::optional<std::string_view> idempotency_key{};
  std::string_view host{};
  std::string_view origin{};
  std::string cookie{};                 ///< of several headers what they say together
  std::string_view requested_method{};  ///< `Access-Control-Request-Method`
  bool is_upgrade = false;              ///< to a WebSocket
};

/// The path of a target, without its query.
std::string_view path_of(std::string_view target);

/// The first parameter of this name, decoded; nothing where it is missing, empty or badly encoded.
/// Parameters are taken one by one, so that a character too many in one does not cost the others.
std::optional<std::string> query_parameter(std::string_view target, std::string_view name);

/// Whether a path fits a pattern, in which `{..}` stands for any one segment that is not empty;
/// what stands there, in order.
std::optional<std::vector<std::string>> match(std::string_view pattern, std::string_view path);

/// The token of an `Authorization: Bearer`; empty for all else.
std::string_view bearer_of(std::string_view authorization);

/// The value of the first cookie of this name that has one, in a `Cookie` header; empty without
/// one.
std::string_view cookie_named(std::string_view name, std::string_view header);

/// The token that a request comes with; empty without one. They count in this order: header,
/// `?token=`, and, where cookies count, the cookie `access_token` (PROTOCOL.md, Tokens and
/// accounts; Rooms).
struct RequestToken {
  std::string text;
  bool is_of_cookie = false;
};
RequestToken token_of(const HttpRequest& request, bool takes_cookie);

}  // namespace hansom::net
