#include "bench/server_process.hpp"

#include <cerrno>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <poll.h>
#include <stdexcept>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <system_error>
#include <thread>
#include <unistd.h>
#include <vector>

namespace hansom::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds start_timeout{30};
constexpr std::chrono::seconds long_start_timeout{3'600};  // folds a very long log
constexpr std::chrono::seconds end_timeout{10};

/// All that the server sees of an environment: ours may have settings of another server.
std::vector<std::string> environment() {
  std::vector<std::string> all{std::string("HANSOM_JWT_SECRET=") + server_jwt_secret,
                               std::string("HANSOM_ADMIN_TOKEN=") + server_admin_token,
                               "MAX_SOCKETS_PER_ADDRESS=0",
                               "MAX_SOCKETS_PER_ACCOUNT=0",
                               "WS_RATE_LIMIT=0",
                               "WS_PING_INTERVAL=3600",
                               "DRIVER_RESPONSE_TIME=3600",
                               "CUSTOMER_WAITING_TIME=3600"};
  for (const char* name : {"PATH", "HANSOM_THREADS"}) {
    if (const char* value = std::getenv(name)) all.push_back(std::string(name) + "=" + value);
  }
  return all;
}

/// The command line of the real server.
std::vector<std::string> words_for(const std::filesystem::path& binary,
                                   const std::filesystem::path& data_dir) {
  if (access(binary.c_str(), X_OK) != 0 || std::filesystem::is_directory(binary)) {
    throw std::runtime_error("there is no server to run at " + binary.string());
  }
  return {binary.string(), "--listen", "127.0.0.1:0", "--data-dir", data_dir.string()};
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (auto& text : texts) all.push_back(text.data());
  all.push_back(nullptr);
  return all;
}

int checked(int result, const char* what) {
  if (result < 0) throw std::system_error(errno, std::generic_category(), what);
  return result;
}

/// Lets us, and all that we start, have as many sockets as the system lets anybody.
void allow_many_files() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

std::filesystem::path complaints(const std::filesystem::path& folder) { return folder / "stderr"; }

std::string last_line(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::string last;
  for (std::string line; std::getline(in, line);) {
    if (!line.empty()) last = line;
  }
  return last;
}

}  // namespace

Option server_option() {
  return {"server", "the server's binary (the hansom beside this one)", {}};
}

std::filesystem::path server_binary(const Arguments& given) {
  if (given.has("server")) return given.text("server");
  return std::filesystem::read_symlink("/proc/self/exe").replace_filename("hansom");
}

std::unique_ptr<ServerProcess> ServerProcess::start(const std::filesystem::path& binary,
                                                    const std::filesystem::path& folder) {
  std::unique_ptr<ServerProcess> server(
      new ServerProcess(words_for(binary, folder / "data"), folder));
  server->port_ = server->await_port(start_timeout);
  return server;
}

std::unique_ptr<ServerProcess> ServerProcess::start_on(const std::filesystem::path& binary,
                                                       const std::filesystem::path& folder,
                                                       const std::filesystem::path& data_dir) {
  auto words = words_for(binary, data_dir);
  words.insert(words.end(), {"--checkpoint-events", "0"});
  std::unique_ptr<ServerProcess> server(new ServerProcess(std::move(words), folder));
  server->port_ = server->await_port(long_start_timeout);
  return server;
}

std::unique_ptr<ServerProcess> ServerProcess::start_echo(const std::filesystem::path& folder) {
  return start_self(echo_server_mode, folder);
}

std::unique_ptr<ServerProcess> ServerProcess::start_raw_writer(
    const std::filesystem::path& folder) {
  return start_self(raw_writer_mode, folder);
}

std::unique_ptr<ServerProcess> ServerProcess::start_self(const char* mode,
                                                         const std::filesystem::path& folder) {
  const auto self = std::filesystem::read_symlink("/proc/self/exe");
  std::unique_ptr<ServerProcess> server(new ServerProcess({self.string(), mode}, folder));
  server->port_ = server->await_port(start_timeout);
  return server;
}

ServerProcess::ServerProcess(std::vector<std::string> words, const std::filesystem::path& folder)
    : folder_(folder) {
  allow_many_files();
  std::filesystem::remove_all(folder_);  // one that was killed may have left it
  std::filesystem::create_directories(folder_);
  // All that allocates is done before the fork.
  auto settings = environment();
  const auto arguments = pointers(words);
  const auto variables = pointers(settings);
  const auto errors = complaints(folder_);
  int ends[2];
  checked(pipe2(ends, O_CLOEXEC), "pipe");
  output_ = ends[0];
  process_ = fork();
  if (process_ == 0) {
    prctl(PR_SET_PDEATHSIG, SIGTERM);  // it does not outlive a bench that is killed
    dup2(ends[1], STDOUT_FILENO);
    dup2(open(errors.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644), STDERR_FILENO);
    execve(arguments[0], arguments.data(), variables.data());
    _exit(127);
  }
  close(ends[1]);
  checked(process_, "fork");
}

ServerProcess::~ServerProcess() {
  if (output_ >= 0) close(output_);
  if (process_ > 0) {
    kill(process_, SIGTERM);
    const auto end = Clock::now() + end_timeout;
    while (waitpid(process_, nullptr, WNOHANG) == 0) {
      if (Clock::now() > end) kill(process_, SIGKILL);
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
  }
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

/// Reads the port from the server's first line, `listening on http://127.0.0.1:PORT`.
std::uint16_t ServerProcess::await_port(std::chrono::seconds patience) {
  const auto end = Clock::now() + patience;
  std::string line;
  char next = 0;
  while (next != '\n') {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now()).count();
    pollfd ready{output_, POLLIN, 0};
    if (left <= 0 || poll(&ready, 1, static_cast<int>(left)) <= 0) {
      throw std::runtime_error("the server did not start within " +
                               std::to_string(patience.count()) + " s");
    }
    if (read(output_, &next, 1) <= 0) {
      const auto reason = last_line(complaints(folder_));
      throw std::runtime_error("the server did not start: " +
                               (reason.empty() ? "it exited without a word" : reason));
    }
    line += next;
  }
  std::uint16_t port = 0;
  if (const auto colon = line.rfind(':'); line.starts_with("listening on http://127.0.0.1:")) {
    std::from_chars(line.data() + colon + 1, line.data() + line.size(), port);
  }
  if (port == 0) throw std::runtime_error("the server did not say where it listens: " + line);
  return port;
}

}  // namespace hansom::bench
