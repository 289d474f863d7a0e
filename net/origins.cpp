#include "net/origins.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url.hpp>

#include <algorithm>

namespace hansom::net {

std::optional<std::string> read_origin(std::string_view text) {
  const auto parsed = boost::urls::parse_uri({text.data(), text.size()});
  if (!parsed || parsed->has_userinfo() || parsed->encoded_host().empty() ||
      !parsed->encoded_path().empty() || parsed->has_query() || parsed->has_fragment()) {
    return std::nullopt;
  }
  boost::urls::url url(*parsed);
  url.normalize();
  const bool is_http = url.scheme() == "http";
  if (!is_http && url.scheme() != "https") return std::nullopt;
  if (url.has_port() && (url.port().empty() || url.port() == (is_http ? "80" : "443"))) {
    url.remove_port();
  }
  return std::string(url.buffer());
}

bool Origins::allow(std::string_view origin, std::string_view host) const {
  const auto asked = read_origin(origin);
  if (!asked) return false;
  const auto own = own_ ? own_ : read_origin("http://" + std::string(host));
  return asked == own || std::ranges::find(allowed_, *asked) != allowed_.end();
}

bool Origins::name(std::string_view origin) const {
  const auto asked = read_origin(origin);
  return asked && std::ranges::find(allowed_, *asked) != allowed_.end();
}

}  // namespace hansom::net
