#include "net/config.hpp"

#include <catch2/catch.hpp>

#include <cstdlib>
#include <functional>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace hansom::net {
namespace {

/// A setting by both its names, a value that is not its default, and how the configuration shows
/// it.
struct Setting {
  std::string flag;
  std::string environment;
  std::string value;
  std::string shown;
  std::function<std::string(const Config&)> show;
};

std::string text_of(auto duration) { return std::to_string(duration.count()); }

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const auto& text : texts) all += text + " ";
  return all;
}

const std::vector<Setting>& settings() {
  static const std::vector<Setting> all = {
      {"listen", "HANSOM_LISTEN", "0.0.0.0:9", "0.0.0.0 9",
       [](const Config& c) { return c.listen_address + " " + std::to_string(c.listen_port); }},
      {"data-dir", "HANSOM_DATA_DIR", "/tmp/x", "/tmp/x",
       [](const Config& c) { return c.data_dir.string(); }},
      {"public-url", "HANSOM_PUBLIC_URL", "https://rides.example/app", "https://rides.example/app",
       [](const Config& c) { return c.public_url.value_or(""); }},
      {"threads", "HANSOM_THREADS", "7", "7",
       [](const Config& c) { return std::to_string(c.threads); }},
      {"admin-token", "HANSOM_ADMIN_TOKEN", "t0ken", "t0ken",
       [](const Config& c) { return c.admin_token.value_or(""); }},
      {"jwt-secret", "HANSOM_JWT_SECRET", "s3cret", "s3cret",
       [](const Config& c) { return c.jwt_secret.value_or(""); }},
      {"firebase-project-id", "FIREBASE_PROJECT_ID", "hansom-1", "hansom-1",
       [](const Config& c) { return c.firebase_project_id.value_or(""); }},
      {"firebase-keys-url", "FIREBASE_KEYS_URL", "file:///keys", "file:///keys",
       [](const Config& c) { return c.firebase_keys_url; }},
      {"firebase-auth-emulator-host", "FIREBASE_AUTH_EMULATOR_HOST", "localhost:9099",
       "localhost:9099", [](const Config& c) { return c.firebase_emulator_host.value_or(""); }},
      {"driver-response-time", "DRIVER_RESPONSE_TIME", "2.5", "2500000",
       [](const Config& c) { return text_of(c.rules.driver_response_time); }},
      {"customer-waiting-time", "CUSTOMER_WAITING_TIME", "0", "0",
       [](const Config& c) { return text_of(c.rules.customer_waiting_time); }},
      {"max-attempts", "MAX_ATTEMPTS", "1", "1",
       [](const Config& c) { return std::to_string(c.rules.max_attempts); }},
      {"restart-grace", "RESTART_GRACE", "0.000001", "1",
       [](const Config& c) { return text_of(c.rules.restart_grace); }},
      {"scheduled-reject-window", "SCHEDULED_REJECT_WINDOW", "90.5", "90500000",
       [](const Config& c) { return text_of(c.rules.scheduled_reject_window); }},
      {"ws-ping-interval", "WS_PING_INTERVAL", "0.05", "50",
       [](const Config& c) { return text_of(c.ws_ping_interval); }},
      {"ws-rate-limit", "WS_RATE_LIMIT", "12.5", "12.500000",
       [](const Config& c) { return std::to_string(c.ws_rate_limit); }},
      {"max-sockets-per-address", "MAX_SOCKETS_PER_ADDRESS", "0", "0",
       [](const Config& c) { return std::to_string(c.max_sockets_per_address); }},
      {"max-sockets-per-account", "MAX_SOCKETS_PER_ACCOUNT", "12", "12",
       [](const Config& c) { return std::to_string(c.rules.sockets_of_account_max); }},
      {"trusted-proxies", "HANSOM_TRUSTED_PROXIES", "10.0.0.1, ::ffff:10.0.0.2",
       "10.0.0.1 10.0.0.2 ", [](const Config& c) { return joined(c.trusted_proxies); }},
      {"allowed-origins", "HANSOM_ALLOWED_ORIGINS", "https://app.example, HTTP://LocalHost:80",
       "https://app.example http://localhost ",
       [](const Config& c) { return joined(c.allowed_origins); }},
  };
  return all;
}

/// The environment of a test: of our variables it has only those that the test sets.
class Environment {
 public:
  Environment() {
    for (const auto& setting : settings()) {
      const char* value = std::getenv(setting.environment.c_str());
      if (value) before_[setting.environment] = value;
      ::unsetenv(setting.environment.c_str());
    }
  }
  ~Environment() {
    for (const auto& setting : settings()) ::unsetenv(setting.environment.c_str());
    for (const auto& [name, value] : before_) set(name, value);
  }
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

  void set(const std::string& name, const std::string& value) {
    ::setenv(name.c_str(), value.c_str(), 1);
  }

 private:
  std::map<std::string, std::string> before_;
};

using Read = std::expected<Config, NoConfig>;

Read read(const std::vector<std::string>& flags) {
  std::vector<const char*> arguments{"hansom"};
  for (const auto& flag : flags) arguments.push_back(flag.c_str());
  return read_config(static_cast<int>(arguments.size()), arguments.data());
}

/// Reads with a secret, without which no server starts.
Read read_with_secret(std::vector<std::string> flags = {}) {
  flags.push_back("--jwt-secret=x");
  return read(flags);
}

/// What else has to be said for a server to start with this setting.
std::vector<std::string> company_of(const Setting& setting) {
  if (setting.flag == "jwt-secret") return {};
  if (setting.flag == "firebase-auth-emulator-host") return {"--firebase-project-id=x"};
  return {"--jwt-secret=x"};
}

/// Reads these flags and others.
Read read_with(std::vector<std::string> flags, const std::vector<std::string>& others) {
  flags.insert(flags.end(), others.begin(), others.end());
  return read(flags);
}

std::string complaint(const Read& config, int exit_code = 2) {
  REQUIRE_FALSE(config);
  CHECK(config.error().exit_code == exit_code);
  return config.error().text;
}

bool is_one_line(const std::string& text) {
  return !text.empty() && text.find('\n') == text.size() - 1;
}

}  // namespace

TEST_CASE("without anything said the defaults hold", "[config]") {
  const Environment environment;
  const auto config = read_with_secret();
  REQUIRE(config);
  CHECK(config->listen_address == "127.0.0.1");
  CHECK(config->listen_port == 8080);
  CHECK(config->data_dir == "./data");
  CHECK(config->threads >= 1);
  CHECK_FALSE(config->admin_token);
  CHECK_FALSE(config->demo);
  CHECK(config->rules.driver_response_time == std::chrono::seconds(30));
  CHECK(config->rules.customer_waiting_time == std::chrono::seconds(120));
  CHECK(config->rules.max_attempts == 3);
  CHECK(config->rules.restart_grace == std::chrono::seconds(10));
  CHECK(config->rules.scheduled_reject_window == std::chrono::hours(1));
  CHECK_FALSE(config->public_url);
  CHECK(config->ws_ping_interval == std::chrono::seconds(30));
  CHECK(config->ws_rate_limit == 50);
  CHECK(config->max_sockets_per_address == 1'000);
  CHECK(config->rules.sockets_of_account_max == 1'000);
  CHECK_FALSE(config->firebase_project_id);
  CHECK_FALSE(config->firebase_emulator_host);
  CHECK(config->trusted_proxies.empty());
  CHECK(config->allowed_origins.empty());
}

TEST_CASE("every setting is read from its flag and from its variable", "[config]") {
  for (const auto& setting : settings()) {
    INFO(setting.flag);
    Environment environment;
    const auto shown = [&](const Read& config) {
      REQUIRE(config);
      return setting.show(*config);
    };
    const auto company = company_of(setting);
    CHECK(shown(read_with({"--" + setting.flag + "=" + setting.value}, company)) == setting.shown);
    CHECK(shown(read_with({"--" + setting.flag, setting.value}, company)) == setting.shown);
    environment.set(setting.environment, setting.value);
    CHECK(shown(read(company)) == setting.shown);
  }
}

TEST_CASE("a flag wins over its variable, and a bad variable behind it is no matter", "[config]") {
  for (const auto& setting : settings()) {
    INFO(setting.flag);
    Environment environment;
    environment.set(setting.environment, "");
    const auto config = read_with({"--" + setting.flag + "=" + setting.value}, company_of(setting));
    REQUIRE(config);
    CHECK(setting.show(*config) == setting.shown);
  }
}

TEST_CASE("a bad value is one line that names flag or variable, and the value", "[config]") {
  const auto [flag, variable, value] = GENERATE(table<std::string, std::string, std::string>({
      {"listen", "HANSOM_LISTEN", "8080"},
      {"listen", "HANSOM_LISTEN", ":8080"},
      {"listen", "HANSOM_LISTEN", "localhost"},
      {"listen", "HANSOM_LISTEN", "localhost:"},
      {"listen", "HANSOM_LISTEN", "localhost:65536"},
      {"listen", "HANSOM_LISTEN", "localhost:-1"},
      {"listen", "HANSOM_LISTEN", "localhost:80x"},
      {"data-dir", "HANSOM_DATA_DIR", ""},
      {"public-url", "HANSOM_PUBLIC_URL", ""},
      {"public-url", "HANSOM_PUBLIC_URL", "rides.example"},
      {"public-url", "HANSOM_PUBLIC_URL", "https://rides.example/"},
      {"public-url", "HANSOM_PUBLIC_URL", "https://rides.example?x=1"},
      {"public-url", "HANSOM_PUBLIC_URL", "https://rides.example#x"},
      {"public-url", "HANSOM_PUBLIC_URL", "ftp://rides.example"},
      {"public-url", "HANSOM_PUBLIC_URL", "https:///path"},
      {"public-url", "HANSOM_PUBLIC_URL", "https://rides example"},
      {"threads", "HANSOM_THREADS", "0"},
      {"threads", "HANSOM_THREADS", "257"},
      {"threads", "HANSOM_THREADS", "-1"},
      {"threads", "HANSOM_THREADS", "2.5"},
      {"admin-token", "HANSOM_ADMIN_TOKEN", ""},
      {"jwt-secret", "HANSOM_JWT_SECRET", ""},
      {"firebase-project-id", "FIREBASE_PROJECT_ID", ""},
      {"firebase-keys-url", "FIREBASE_KEYS_URL", ""},
      {"firebase-keys-url", "FIREBASE_KEYS_URL", "http://example.com/keys"},
      {"firebase-keys-url", "FIREBASE_KEYS_URL", "/etc/keys.json"},
      {"firebase-auth-emulator-host", "FIREBASE_AUTH_EMULATOR_HOST", ""},
      {"driver-response-time", "DRIVER_RESPONSE_TIME", ""},
      {"driver-response-time", "DRIVER_RESPONSE_TIME", "-1"},
      {"driver-response-time", "DRIVER_RESPONSE_TIME", "30s"},
      {"driver-response-time", "DRIVER_RESPONSE_TIME", " 30"},
      {"driver-response-time", "DRIVER_RESPONSE_TIME", "nan"},
      {"driver-response-time", "DRIVER_RESPONSE_TIME", "inf"},
      {"driver-response-time", "DRIVER_RESPONSE_TIME", "1e300"},
      {"customer-waiting-time", "CUSTOMER_WAITING_TIME", "2592000.1"},
      {"max-attempts", "MAX_ATTEMPTS", "0"},
      {"max-attempts", "MAX_ATTEMPTS", "101"},
      {"max-attempts", "MAX_ATTEMPTS", "three"},
      {"max-attempts", "MAX_ATTEMPTS", "99999999999"},
      {"restart-grace", "RESTART_GRACE", "ten"},
      {"scheduled-reject-window", "SCHEDULED_REJECT_WINDOW", "-1"},
      {"scheduled-reject-window", "SCHEDULED_REJECT_WINDOW", "1h"},
      {"scheduled-reject-window", "SCHEDULED_REJECT_WINDOW", "2592000.1"},
      {"ws-ping-interval", "WS_PING_INTERVAL", "0"},
      {"ws-ping-interval", "WS_PING_INTERVAL", "0.049"},
      {"ws-rate-limit", "WS_RATE_LIMIT", "-1"},
      {"ws-rate-limit", "WS_RATE_LIMIT", "1000001"},
      {"max-sockets-per-address", "MAX_SOCKETS_PER_ADDRESS", "-1"},
      {"max-sockets-per-address", "MAX_SOCKETS_PER_ADDRESS", "1000001"},
      {"max-sockets-per-account", "MAX_SOCKETS_PER_ACCOUNT", "-1"},
      {"max-sockets-per-account", "MAX_SOCKETS_PER_ACCOUNT", "1000001"},
      {"trusted-proxies", "HANSOM_TRUSTED_PROXIES", "localhost"},
      {"allowed-origins", "HANSOM_ALLOWED_ORIGINS", "*"},
      {"allowed-origins", "HANSOM_ALLOWED_ORIGINS", "null"},
      {"allowed-origins", "HANSOM_ALLOWED_ORIGINS", "app.example"},
      {"allowed-origins", "HANSOM_ALLOWED_ORIGINS", "https://app.example/"},
      {"allowed-origins", "HANSOM_ALLOWED_ORIGINS", "https://app.example/app"},
      {"allowed-origins", "HANSOM_ALLOWED_ORIGINS", "ftp://app.example"},
      {"allowed-origins", "HANSOM_ALLOWED_ORIGINS", "https://a.example;https://b.example"},
      {"allowed-origins", "HANSOM_ALLOWED_ORIGINS", "https://a.example,,https://b.example"},
      {"allowed-origins", "HANSOM_ALLOWED_ORIGINS", "https://a.example,b.example"},
  }));
  Environment environment;
  const auto by_flag = complaint(read({"--" + flag + "=" + value, "--demo"}));
  environment.set(variable, value);
  const auto by_variable = complaint(read({"--demo"}));
  for (const auto& [name, text] :
       {std::pair("--" + flag, by_flag), std::pair(variable, by_variable)}) {
    INFO(text);
    CHECK(is_one_line(text));
    CHECK(text.find(name + " is '" + value + "'") != std::string::npos);
  }
}

TEST_CASE("an address may be IPv6, in brackets", "[config]") {
  const Environment environment;
  const auto config = read_with_secret({"--listen=[::1]:0"});
  REQUIRE(config);
  CHECK(config->listen_address == "::1");
  CHECK(config->listen_port == 0);
}

TEST_CASE("the public address may have a port and a path", "[config]") {
  const Environment environment;
  const auto url = GENERATE(as<std::string>{}, "http://10.0.0.1:8080", "https://rides.example",
                            "https://rides.example/a/b", "http://[::1]:80");
  const auto config = read_with_secret({"--public-url=" + url});
  REQUIRE(config);
  CHECK(config->public_url == url);
}

TEST_CASE("a window of no time lets a scheduled booking be rejected to the last", "[config]") {
  const Environment environment;
  const auto config = read_with_secret({"--scheduled-reject-window=0"});
  REQUIRE(config);
  CHECK(config->rules.scheduled_reject_window == std::chrono::seconds(0));
}

TEST_CASE("without a way to check tokens there is no start, and it says what to set", "[config]") {
  const Environment environment;
  const auto text = complaint(read({}));
  CHECK(is_one_line(text));
  CHECK(text.find("HANSOM_JWT_SECRET") != std::string::npos);
  CHECK(text.find("FIREBASE_PROJECT_ID") != std::string::npos);
  CHECK(text.find("--demo") != std::string::npos);
}

TEST_CASE("Firebase's tokens are enough to start with", "[config]") {
  const Environment environment;
  const auto config = read({"--firebase-project-id=hansom-1"});
  REQUIRE(config);
  CHECK(config->firebase_keys_url.starts_with("https://www.googleapis.com/"));
  CHECK_FALSE(config->firebase_emulator_host);
  CHECK_FALSE(config->jwt_secret);
}

TEST_CASE("Firebase's emulator needs a project", "[config]") {
  const Environment environment;
  const std::string secret = GENERATE("--jwt-secret=x", "--demo");
  const auto text = complaint(read({"--firebase-auth-emulator-host=localhost:9099", secret}));
  CHECK(is_one_line(text));
  CHECK(text.find("FIREBASE_PROJECT_ID") != std::string::npos);
  CHECK(read({"--firebase-auth-emulator-host=localhost:9099", "--firebase-project-id=x"}));
}

TEST_CASE("a demo needs nothing else", "[config]") {
  const Environment environment;
  const auto config = read({"--demo"});
  REQUIRE(config);
  CHECK(config->demo);
  CHECK_FALSE(config->jwt_secret);
}

TEST_CASE("a demo that is switched off is off", "[config]") {
  const Environment environment;
  const auto config = read_with_secret({"--demo=false"});
  REQUIRE(config);
  CHECK_FALSE(config->demo);
}

TEST_CASE("what is no flag is refused in one line", "[config]") {
  const Environment environment;
  const auto flag = GENERATE(as<std::string>{}, "--nonsense", "-x", "nonsense", "--listen");
  const auto text = complaint(read({"--jwt-secret=x", flag}));
  INFO(text);
  CHECK(is_one_line(text));
  CHECK(text.find("--help") != std::string::npos);
}

TEST_CASE("help names every flag and its variable, and is no failure", "[config]") {
  const Environment environment;
  const auto help = complaint(read({GENERATE("--help", "-h")}), 0);
  for (const auto& setting : settings()) {
    INFO(setting.flag);
    CHECK(help.find("--" + setting.flag) != std::string::npos);
    CHECK(help.find("[" + setting.environment + "]") != std::string::npos);
  }
}

TEST_CASE("the version is said and is no failure", "[config]") {
  const Environment environment;
  const auto text = complaint(read({"--version"}), 0);
  CHECK(is_one_line(text));
  CHECK(text.starts_with("hansom "));
}

TEST_CASE("no origins are allowed where none is named", "[config]") {
  const Environment environment;
  const auto config = read_with_secret({"--allowed-origins="});
  REQUIRE(config);
  CHECK(config->allowed_origins.empty());
}

TEST_CASE("the server's own origin is that of its public address, whatever its path", "[config]") {
  const Environment environment;
  const auto [url, origin] = GENERATE(table<std::string, std::string>({
      {"https://rides.example", "https://rides.example"},
      {"https://Rides.example:443/app", "https://rides.example"},
      {"http://[::1]:8080/a/b", "http://[::1]:8080"},
  }));
  const auto config =
      read_with_secret({"--public-url=" + url, "--allowed-origins=https://app.example"});
  REQUIRE(config);
  const auto allowed = origins(*config);
  CHECK(allowed.allow(origin, "10.0.0.1"));
  CHECK(allowed.allow("https://app.example", "10.0.0.1"));
  CHECK_FALSE(allowed.allow("http://10.0.0.1", "10.0.0.1"));
}

TEST_CASE("without a public address the own origin is what requests are sent to", "[config]") {
  const Environment environment;
  const auto config = read_with_secret();
  REQUIRE(config);
  CHECK(origins(*config).allow("http://10.0.0.1:8080", "10.0.0.1:8080"));
  CHECK_FALSE(origins(*config).allow("http://evil.example", "10.0.0.1:8080"));
}

}  // namespace hansom::net
