#pragma once

#include "bench/arguments.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <sys/types.h>
#include <vector>

namespace hansom::bench {

/// What the server is started with, so that the bench can make accounts and tokens.
constexpr const char* server_jwt_secret = "bench-secret-bench-secret-bench-secret";
constexpr const char* server_admin_token = "bench-admin";

/// The modes, told in no help, in which this program is a baseline.
constexpr const char* echo_server_mode = "echo-server";
constexpr const char* raw_writer_mode = "raw-writer";

/// The option `--server`, and the binary that it names: the `hansom` beside the bench by default.
Option server_option();
std::filesystem::path server_binary(const Arguments& given);

/// A server as a child process, on a port that the system picks: the real one on an empty data
/// folder, or a baseline. The real one has no limits of rate and of sockets an address, and
/// timers and pings so far apart that none matters.
class ServerProcess {
 public:
  /// Returns once the server listens. `folder` is made anew. Throws `std::runtime_error` when there
  /// is no such binary or the server does not start.
  static std::unique_ptr<ServerProcess> start(const std::filesystem::path& binary,
                                              const std::filesystem::path& folder);
  /// The same on a data folder that is there, and stays, without making checkpoints; for a start
  /// that may take long. `folder` is made anew, for what the server says.
  static std::unique_ptr<ServerProcess> start_on(const std::filesystem::path& binary,
                                                 const std::filesystem::path& folder,
                                                 const std::filesystem::path& data_dir);
  /// The same for the baselines, which are this very program (`serve_echoes`, `write_raw`).
  static std::unique_ptr<ServerProcess> start_echo(const std::filesystem::path& folder);
  static std::unique_ptr<ServerProcess> start_raw_writer(const std::filesystem::path& folder);
  /// Ends the server and removes its folder.
  ~ServerProcess();

  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;

  /// On 127.0.0.1.
  std::uint16_t port() const { return port_; }
  pid_t process() const { return process_; }

 private:
  ServerProcess(std::vector<std::string> words, const std::filesystem::path& folder);
  static std::unique_ptr<ServerProcess> start_self(const char* mode,
                                                   const std::filesystem::path& folder);
  std::uint16_t await_port(std::chrono::seconds patience);

  std::filesystem::path folder_;
  pid_t process_ = -1;
  int output_ = -1;  // the end of a pipe from its standard output
  std::uint16_t port_ = 0;
};

}  // namespace hansom::bench
