#include "net/config.hpp"

#include "net/tokens/key_download.hpp"

#include <boost/algorithm/string/trim.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/url/parse.hpp>
#include <cxxopts.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <functional>
#include <thread>
#include <vector>

namespace hansom::net {
namespace {

/// What a value ought to be; nothing when it is fine.
using Complaint = std::optional<std::string>;

struct Setting {
  const char* flag;
  const char* environment;
  const char* help;
  std::function<Complaint(Config&, const std::string&)> set;
};

template <typename Number>
std::optional<Number> parse_number(const std::string& text, Number min, Number max) {
  Number number{};
  const auto* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stopped != end || !(number >= min && number <= max)) {
    return std::nullopt;
  }
  return number;
}

constexpr double seconds_max = 30.0 * 24 * 3600;

/// A setter for a duration in seconds, decimals allowed.
template <typename Duration>
auto seconds(std::function<Duration&(Config&)> member, double min = 0) {
  return [member = std::move(member), min](Config& config, const std::string& text) -> Complaint {
    const auto value = parse_number<double>(text, min, seconds_max);
    if (!value)
      return "a number of seconds from " + (min == 0 ? "0" : std::string("0.05")) + " to 2592000";
    member(config) = std::chrono::round<Duration>(std::chrono::duration<double>(*value));
    return std::nullopt;
  };
}

Complaint set_listen(Config& config, const std::string& text) {
  const auto colon = text.rfind(':');
  const auto port = colon == std::string::npos
                        ? std::nullopt
                        : parse_number<std::uint16_t>(text.substr(colon + 1), 0, 65535);
  if (!port || colon == 0) return "ADDRESS:PORT, as 127.0.0.1:8080";
  config.listen_address = text.substr(0, colon);
  config.listen_port = *port;
  if (config.listen_address.starts_with('[') && config.listen_address.ends_with(']')) {
    config.listen_address = config.listen_address.substr(1, config.listen_address.size() - 2);
  }
  return std::nullopt;
}

/// A scheme and a server, and a path at most: others are added to it.
Complaint set_public_url(Config& config, const std::string& text) {
  const auto url = boost::urls::parse_uri(text);
  const bool is_base = url && (url->scheme() == "http" || url->scheme() == "https") &&
                       !url->host().empty() && !url->has_query() && !url->has_fragment();
  if (!is_base || text.ends_with('/'))
    return "a URL without a slash at its end, as https://x.example";
  config.public_url = text;
  return std::nullopt;
}

/// Goes through what stands between commas. `take` is false for what it can't read.
template <typename Take>
bool for_each_listed(const std::string& text, Take take) {
  for (std::size_t begin = 0; begin < text.size();) {
    const auto end = std::min(text.find(',', begin), text.size());
    if (!take(text.substr(begin, end - begin))) return false;
    begin = end + 1;
  }
  return true;
}

Complaint set_allowed_origins(Config& config, const std::string& text) {
  config.allowed_origins.clear();
  const bool all_read = for_each_listed(text, [&](std::string each) {
    boost::algorithm::trim(each);
    const auto origin = read_origin(each);
    if (origin) config.allowed_origins.push_back(*origin);
    return origin.has_value();
  });
  if (!all_read) return "origins with commas between them, as https://app.example";
  return std::nullopt;
}

Complaint set_trusted_proxies(Config& config, const std::string& text) {
  config.trusted_proxies.clear();
  const bool all_read = for_each_listed(text, [&](const std::string& each) {
    const auto address = read_address(each);
    if (address) config.trusted_proxies.push_back(*address);
    return address.has_value();
  });
  if (!all_read) return "IP addresses with commas between them";
  return std::nullopt;
}

Complaint set_text(std::optional<std::string>& member, const std::string& text) {
  if (text.empty()) return "not empty";
  member = text;
  return std::nullopt;
}

const std::vector<Setting>& settings() {
  using Us = std::chrono::microseconds;
  static const std::vector<Setting> all = {
      {"listen", "HANSOM_LISTEN",
       "address:port to serve on; port 0: the system picks (127.0.0.1:8080)", set_listen},
      {"data-dir", "HANSOM_DATA_DIR", "folder of the log (./data)",
       [](Config& c, const std::string& text) -> Complaint {
         if (text.empty()) return "a folder";
         c.data_dir = text;
         return std::nullopt;
       }},
      {"checkpoint-events", "HANSOM_CHECKPOINT_EVENTS",
       "events after which the state is written beside the log, so that a start reads only what "
       "came since; 0: never (250000)",
       [](Config& c, const std::string& text) -> Complaint {
         const auto value = parse_number<std::uint64_t>(text, 0, 1'000'000'000);
         if (!value) return "a whole number from 0 to 1000000000";
         c.checkpoint_events = *value;
         return std::nullopt;
       }},
      {"public-url", "HANSOM_PUBLIC_URL",
       "where apps reach the server, for links (http:// and the address that it listens on)",
       set_public_url},
      {"threads", "HANSOM_THREADS", "net threads, 1 to 256 (one less than there are cores)",
       [](Config& c, const std::string& text) -> Complaint {
         const auto value = parse_number<std::size_t>(text, 1, 256);
         if (!value) return "a whole number from 1 to 256";
         c.threads = *value;
         return std::nullopt;
       }},
      {"admin-token", "HANSOM_ADMIN_TOKEN",
       "bearer token of /api/admin; without one that API is off",
       [](Config& c, const std::string& text) { return set_text(c.admin_token, text); }},
      {"jwt-secret", "HANSOM_JWT_SECRET", "secret of the HS256 tokens to accept",
       [](Config& c, const std::string& text) { return set_text(c.jwt_secret, text); }},
      {"firebase-project-id", "FIREBASE_PROJECT_ID",
       "Firebase project whose ID tokens are accepted",
       [](Config& c, const std::string& text) { return set_text(c.firebase_project_id, text); }},
      {"firebase-keys-url", "FIREBASE_KEYS_URL",
       "where the certificates of Firebase's tokens are (Google's published address)",
       [](Config& c, const std::string& text) {
         c.firebase_keys_url = text;
         return objection_to_keys_url(text);
       }},
      {"firebase-auth-emulator-host", "FIREBASE_AUTH_EMULATOR_HOST",
       "for development only: accept the unsigned tokens of Firebase's emulator instead of signed "
       "ones",
       [](Config& c, const std::string& text) { return set_text(c.firebase_emulator_host, text); }},
      {"driver-response-time", "DRIVER_RESPONSE_TIME", "seconds a driver has to answer (30)",
       seconds<Us>([](Config& c) -> Us& { return c.rules.driver_response_time; })},
      {"customer-waiting-time", "CUSTOMER_WAITING_TIME",
       "seconds a customer has to answer, then the offer is accepted (120)",
       seconds<Us>([](Config& c) -> Us& { return c.rules.customer_waiting_time; })},
      {"max-attempts", "MAX_ATTEMPTS", "drivers asked for one booking, 1 to 100 (3)",
       [](Config& c, const std::string& text) -> Complaint {
         const auto value = parse_number<int>(text, 1, 100);
         if (!value) return "a whole number from 1 to 100";
         c.rules.max_attempts = *value;
         return std::nullopt;
       }},
      {"restart-grace", "RESTART_GRACE",
       "seconds after a start in which drivers may come back before their time runs out (10)",
       seconds<Us>([](Config& c) -> Us& { return c.rules.restart_grace; })},
      {"scheduled-reject-window", "SCHEDULED_REJECT_WINDOW",
       "seconds before its pickup in which a scheduled booking can't be rejected (3600)",
       seconds<Us>([](Config& c) -> Us& { return c.rules.scheduled_reject_window; })},
      {"ws-ping-interval", "WS_PING_INTERVAL", "seconds between WebSocket pings (30)",
       seconds<std::chrono::milliseconds>(
           [](Config& c) -> std::chrono::milliseconds& { return c.ws_ping_interval; }, 0.05)},
      {"ws-rate-limit", "WS_RATE_LIMIT",
       "messages per second and socket, in bursts of twice that; 0: no limit (50)",
       [](Config& c, const std::string& text) -> Complaint {
         const auto value = parse_number<double>(text, 0, 1e6);
         if (!value) return "a number from 0 to 1000000";
         c.ws_rate_limit = *value;
         return std::nullopt;
       }},
      {"trusted-proxies", "HANSOM_TRUSTED_PROXIES",
       "addresses, with commas, whose X-Forwarded-For counts (none)", set_trusted_proxies},
      {"allowed-origins", "HANSOM_ALLOWED_ORIGINS",
       "origins, with commas, whose pages may act with a cookie, besides the server's own (none)",
       set_allowed_origins},
      {"max-sockets-per-address", "MAX_SOCKETS_PER_ADDRESS",
       "WebSockets from one address; 0: no limit (1000)",
       [](Config& c, const std::string& text) -> Complaint {
         const auto value = parse_number<std::size_t>(text, 0, 1'000'000);
         if (!value) return "a whole number from 0 to 1000000";
         c.max_sockets_per_address = *value;
         return std::nullopt;
       }},
      {"max-sockets-per-account", "MAX_SOCKETS_PER_ACCOUNT",
       "WebSockets of one account before it gets no other on campus or in a room; 0: no limit "
       "(1000)",
       [](Config& c, const std::string& text) -> Complaint {
         const auto value = parse_number<std::size_t>(text, 0, 1'000'000);
         if (!value) return "a whole number from 0 to 1000000";
         c.rules.sockets_of_account_max = *value;
         return std::nullopt;
       }},
  };
  return all;
}

NoConfig wrong(const std::string& name, const std::string& value, const std::string& ought) {
  return {"hansom: " + name + " is '" + value + "', but must be " + ought + "\n"};
}

/// What is missing for there to be tokens to accept.
Complaint objection_to_tokens(const Config& config) {
  if (config.firebase_emulator_host && !config.firebase_project_id) {
    return "FIREBASE_AUTH_EMULATOR_HOST is set, so set FIREBASE_PROJECT_ID, too";
  }
  if (config.jwt_secret || config.firebase_project_id || config.demo) return std::nullopt;
  return "no tokens could be accepted: set HANSOM_JWT_SECRET or FIREBASE_PROJECT_ID, or start with "
         "--demo";
}

cxxopts::Options options() {
  cxxopts::Options options("hansom", "An event-sourced booking engine for ride fleets.\n");
  auto add = options.add_options();
  for (const auto& setting : settings()) {
    add(setting.flag, std::string(setting.help) + " [" + setting.environment + "]",
        cxxopts::value<std::string>());
  }
  add("demo", "make a secret and demo accounts in the data folder, to try things out");
  add("h,help", "say this");
  add("version", "say the version");
  return options;
}

}  // namespace

std::optional<std::string> read_address(std::string text) {
  std::erase_if(text, [](char c) { return c == ' ' || c == '\t'; });
  boost::system::error_code error;
  auto address = boost::asio::ip::make_address(text, error);
  if (error) return std::nullopt;
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    address = boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, address.to_v6());
  }
  return address.to_string();
}

std::string public_url(const Config& config) {
  if (config.public_url) return *config.public_url;
  const auto& address = config.listen_address;
  const bool is_v6 = address.find(':') != std::string::npos;
  return "http://" + (is_v6 ? "[" + address + "]" : address) +
         (config.listen_port ? ":" + std::to_string(config.listen_port) : "");
}

Origins origins(const Config& config) {
  std::optional<std::string> own;
  if (config.public_url) {
    const auto path = config.public_url->find('/', config.public_url->find("://") + 3);
    own = read_origin(config.public_url->substr(0, path));
  }
  return {std::move(own), config.allowed_origins};
}

std::expected<Config, NoConfig> read_config(int argc, const char* const* argv) {
  Config config;
  config.threads = std::max(2u, std::thread::hardware_concurrency()) - 1;
  auto known = options();
  try {
    const auto given = known.parse(argc, argv);
    if (given.count("help")) return std::unexpected(NoConfig{known.help(), 0});
    if (given.count("version")) return std::unexpected(NoConfig{"hansom " HANSOM_VERSION "\n", 0});
    if (!given.unmatched().empty()) {
      return std::unexpected(
          NoConfig{"hansom: '" + given.unmatched().front() + "' is no flag; see --help\n"});
    }
    for (const auto& setting : settings()) {
      if (given.count(setting.flag)) {
        const auto& value = given[setting.flag].as<std::string>();
        if (const auto ought = setting.set(config, value)) {
          return std::unexpected(wrong(std::string("--") + setting.flag, value, *ought));
        }
      } else if (const char* value = std::getenv(setting.environment)) {
        if (const auto ought = setting.set(config, value)) {
          return std::unexpected(wrong(setting.environment, value, *ought));
        }
      }
    }
    config.demo = given["demo"].as<bool>();
  } catch (const cxxopts::exceptions::exception& error) {
    return std::unexpected(NoConfig{"hansom: " + std::string(error.what()) + "; see --help\n"});
  }
  if (const auto objection = objection_to_tokens(config)) {
    return std::unexpected(NoConfig{"hansom: " + *objection + "\n"});
  }
  return config;
}

}  // namespace hansom::net
