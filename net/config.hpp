#pragma once

#include "engine/rules.hpp"
#include "net/origins.hpp"

#include <chrono>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace hansom::net {

/// What the server is told at its start (PROTOCOL.md, The server). Every flag has an environment
/// twin; a flag wins.
struct Config {
  std::string listen_address = "127.0.0.1";
  std::uint16_t listen_port = 8080;  ///< 0: the system picks
  std::filesystem::path data_dir = "./data";
  std::uint64_t checkpoint_events = 250'000;  ///< from one checkpoint to the next; 0: none
  std::size_t threads = 1;                    ///< net threads
  std::optional<std::string> public_url;      ///< where apps reach the server
  std::optional<std::string> admin_token;
  std::optional<std::string> jwt_secret;
  std::optional<std::string> firebase_project_id;
  std::string firebase_keys_url =
      "https://www.googleapis.com/robot/v1/metadata/x509/securetoken@system.gserviceaccount.com";
  std::optional<std::string> firebase_emulator_host;  ///< set: development, nothing is signed
  bool demo = false;
  Rules rules;
  std::chrono::milliseconds ws_ping_interval{30'000};
  double ws_rate_limit = 50;                    ///< messages per second and socket; 0: none
  std::size_t max_sockets_per_address = 1'000;  ///< 0: no limit
  /// Whose `X-Forwarded-For` counts; as `read_address` writes addresses.
  std::vector<std::string> trusted_proxies;
  /// Origins besides the server's own; as `read_origin` writes them.
  std::vector<std::string> allowed_origins;
};

/// An IP address in its canonical form, IPv4 also where it stands in IPv6; nothing for other text.
/// Spaces around it are passed over.
std::optional<std::string> read_address(std::string text);

/// Why there is no configuration to start with: text to print, and the exit code.
struct NoConfig {
  std::string text;
  int exit_code = 2;  ///< 0 for `--help` and `--version`
};

/// What links to the server begin with: where it listens, if nothing else is set. A port that the
/// system picks is left out, so that what comes again after a restart is what was sent before.
std::string public_url(const Config& config);

/// Whose pages may act with a cookie. The server's own origin is that of the public URL, if one is
/// set.
Origins origins(const Config& config);

/// Reads flags and environment. A wrong value or an unknown flag is one line.
std::expected<Config, NoConfig> read_config(int argc, const char* const* argv);

}  // namespace hansom::net
