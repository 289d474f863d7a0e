#pragma once

// What of an HTTP message counts, as Beast has read it. Inline, as a file that includes Beast takes
// long to compile.

#include "engine/refusal.hpp"
#include "net/http_request.hpp"

#include <boost/beast/http.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace hansom::net {

namespace http = boost::beast::http;

using RequestParser = http::request_parser<http::string_body>;
using Request = http::request<http::string_body>;

inline std::string_view view(boost::beast::string_view text) { return {text.data(), text.size()}; }

/// What several headers of one name say together.
inline std::string joined(const http::fields& fields, boost::beast::string_view name,
                          const char* separator) {
  std::string all;
  const auto [first, last] = fields.equal_range(name);
  for (auto field = first; field != last; ++field) {
    if (field != first) all += separator;
    all += std::string(field->value());
  }
  return all;
}

/// What is wrong with a head that Beast could read: what may be understood in two ways is not
/// understood at all.
inline std::optional<Refusal> objection_to_head(const RequestParser& parser) {
  const auto& head = parser.get();
  const auto bad = [](const char* message) { return Refusal{RefusalCode::bad_request, message}; };
  if (head.count(http::field::authorization) > 1 || head.count(http::field::origin) > 1) {
    return bad("Who asks, and from where, is said once.");
  }
  if (head.version() == 11 && head.count(http::field::host) != 1) {
    return bad("A request has one 'Host' (RFC 9112).");
  }
  if (head.count(http::field::transfer_encoding) > 0 && !parser.chunked()) {
    // Where such a body ends nobody can say, and a proxy may think otherwise (RFC 9112, 6.3).
    return bad("Only 'chunked' can be read here.");
  }
  return std::nullopt;
}

inline bool is_upgrade(const http::request_header<>& request) {
  return http::token_list(request[http::field::upgrade]).exists("websocket");
}

/// The path and query of a target that may name the server, too (RFC 9112, 3.2.2).
inline std::string_view origin_form(std::string_view target) {
  constexpr std::string_view scheme = "http://";
  if (!target.starts_with(scheme)) return target;
  const auto path = target.find('/', scheme.size());
  return path == std::string_view::npos ? "/" : target.substr(path);
}

inline HttpRequest view_of(const Request& request) {
  return {view(request.method_string()),
          origin_form(view(request.target())),
          view(request[http::field::authorization]),
          request.body(),
          view(request["X-Device-ID"]),
          view(request["X-Device-Model"]),
          request.count("Idempotency-Key") ? std::optional(view(request["Idempotency-Key"]))
                                           : std::nullopt,
          view(request[http::field::host]),
          view(request[http::field::origin]),
          joined(request, "Cookie", "; "),
          view(request[http::field::access_control_request_method]),
          is_upgrade(request)};
}

/// What RFC 6455 (4.2.1) asks of a handshake; the text says what is missing. `is_followed`: more
/// bytes have come behind it.
inline std::optional<Refusal> objection_to_handshake(const Request& request, bool is_followed) {
  const auto bad = [](const char* message) { return Refusal{RefusalCode::bad_request, message}; };
  if (request.method() != http::verb::get || request.version() < 11) {
    return bad("A WebSocket is asked for with GET and HTTP/1.1.");
  }
  if (!http::token_list(request[http::field::connection]).exists("upgrade")) {
    return bad("The header 'Connection: Upgrade' is missing.");
  }
  if (request.count(http::field::sec_websocket_key) > 1 ||
      request.count(http::field::sec_websocket_version) > 1) {
    return bad("A key and a version are said once.");
  }
  const auto length = request[http::field::content_length];
  if (request.count(http::field::transfer_encoding) > 0 || !(length.empty() || length == "0") ||
      is_followed) {
    // It would be lost, or taken for frames.
    return bad("Nothing follows the head of a handshake until it is answered.");
  }
  constexpr std::string_view base64 =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const auto key = view(request[http::field::sec_websocket_key]);
  if (key.size() != 24 || !key.ends_with("==") || key.find_first_not_of(base64) != 22) {
    return bad("'Sec-WebSocket-Key' is not 16 bytes in base64.");
  }
  if (request[http::field::sec_websocket_version] != "13") {
    return Refusal{RefusalCode::upgrade_required, "Only version 13 of WebSocket is spoken."};
  }
  return std::nullopt;
}

}  // namespace hansom::net
