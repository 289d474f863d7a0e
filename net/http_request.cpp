#include "net/http_request.hpp"

#include <boost/url/decode_view.hpp>
#include <boost/url/pct_string_view.hpp>

#include <algorithm>

namespace hansom::net {
namespace {

constexpr std::string_view token_cookie = "access_token";

/// The text up to a separator, which is taken from `rest` together with it.
std::string_view take_until(char separator, std::string_view& rest) {
  const auto part = rest.substr(0, rest.find(separator));
  rest.remove_prefix(std::min(rest.size(), part.size() + 1));
  return part;
}

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

/// The first parameter of this name as it stands in the query; empty without one.
std::string_view written_parameter(std::string_view target, std::string_view name) {
  target.remove_prefix(std::min(target.size(), path_of(target).size() + 1));
  while (!target.empty()) {
    auto value = take_until('&', target);
    if (take_until('=', value) == name) return value;
  }
  return {};
}

}  // namespace

std::string_view path_of(std::string_view target) { return target.substr(0, target.find('?')); }

std::optional<std::string> query_parameter(std::string_view target, std::string_view name) {
  const auto value = written_parameter(target, name);
  const auto encoded = boost::urls::make_pct_string_view({value.data(), value.size()});
  if (!encoded || value.empty()) return std::nullopt;
  boost::urls::encoding_opts as_browsers_write_it;
  as_browsers_write_it.space_as_plus = true;
  const boost::urls::decode_view decoded(*encoded, as_browsers_write_it);
  return std::string(decoded.begin(), decoded.end());
}

std::optional<std::vector<std::string>> match(std::string_view pattern, std::string_view path) {
  std::vector<std::string> parts;
  while (!pattern.empty() && !path.empty()) {
    const bool last_of_pattern = pattern.find('/') == std::string_view::npos;
    const bool last_of_path = path.find('/') == std::string_view::npos;
    const auto expected = take_until('/', pattern);
    const auto segment = take_until('/', path);
    if (last_of_pattern != last_of_path) return std::nullopt;
    if (expected.starts_with('{')) {
      if (segment.empty()) return std::nullopt;
      parts.emplace_back(segment);
    } else if (segment != expected) {
      return std::nullopt;
    }
  }
  if (!pattern.empty() || !path.empty()) return std::nullopt;
  return parts;
}

std::string_view bearer_of(std::string_view authorization) {
  constexpr std::string_view scheme = "bearer ";
  if (authorization.size() <= scheme.size()) return {};
  for (std::size_t i = 0; i < scheme.size(); ++i) {
    const char c = authorization[i];
    if ((c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c) != scheme[i]) return {};
  }
  return authorization.substr(scheme.size());
}

std::string_view cookie_named(std::string_view name, std::string_view header) {
  while (!header.empty()) {
    auto pair = take_until(';', header);
    if (trimmed(take_until('=', pair)) != name) continue;
    auto value = trimmed(pair);
    if (value.size() >= 2 && value.starts_with('"') && value.ends_with('"')) {
      value = value.substr(1, value.size() - 2);
    }
    if (!value.empty()) return value;
  }
  return {};
}

RequestToken token_of(const HttpRequest& request, bool takes_cookie) {
  if (const auto bearer = bearer_of(request.authorization); !bearer.empty()) {
    return {std::string(bearer)};
  }
  // Browsers can't set a header for a WebSocket.
  if (const auto written = written_parameter(request.target, "token"); !written.empty()) {
    // One that can't be decoded is no good as it stands, but a token it is.
    return {query_parameter(request.target, "token").value_or(std::string(written))};
  }
  if (!takes_cookie) return {};
  const auto cookie = cookie_named(token_cookie, request.cookie);
  return {std::string(cookie), !cookie.empty()};
}

}  // namespace hansom::net
