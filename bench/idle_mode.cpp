#include "bench/idle_mode.hpp"

#include "bench/process_usage.hpp"
#include "bench/server_api.hpp"
#include "bench/server_process.hpp"

#include <cerrno>
#include <functional>
#include <sys/resource.h>
#include <system_error>

namespace hansom::bench {
namespace {

constexpr std::size_t accounts_of_room = 10;  // which share its sockets
constexpr std::size_t own_descriptors = 64;   // that are no sockets

/// Descriptors that the server leaves to its log (ARCHITECTURE.md, Durability and failure).
constexpr std::size_t servers_own_descriptors = 1'024;

struct IdleSettings {
  std::vector<std::size_t> sockets;
  int runs = 0;
  std::filesystem::path server;
  std::filesystem::path folder;
};

/// So many sockets a process may have open here, server and bench alike.
std::size_t sockets_max() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) {
    throw std::system_error(errno, std::generic_category(), "getrlimit");
  }
  return limit.rlim_max - servers_own_descriptors - own_descriptors;
}

/// Opens a socket; they are numbered from 0.
using Open = std::function<void(WireSockets& sockets, std::size_t number)>;

/// Memory of a server by socket, in KiB, when so many are open and each has done something: what
/// that needed should have been given back.
double kib_by_socket(const ServerProcess& server, std::size_t sockets, const Open& open) {
  const auto before = resident_bytes(server.process());
  WireSockets clients(server.port());
  for (std::size_t i = 0; i < sockets; ++i) {
    open(clients, i);
    clients.ping(static_cast<WireSockets::Number>(i));
  }
  const auto after = resident_bytes(server.process());
  return (static_cast<double>(after) - static_cast<double>(before)) / 1024 /
         static_cast<double>(sockets);
}

double kib_of_echo(const IdleSettings& settings, std::size_t sockets) {
  const auto server = ServerProcess::start_echo(settings.folder);
  return kib_by_socket(*server, sockets,
                       [](WireSockets& clients, std::size_t) { clients.open_websocket("/"); });
}

std::vector<std::string> create_accounts(const Caller& caller, const std::string& kind,
                                         std::size_t count, const std::string& roles) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < count; ++i) {
    create_account(caller, names.emplace_back(kind + std::to_string(i)), roles);
  }
  return names;
}

/// Each has an account, which is there before.
double kib_of_drivers(const IdleSettings& settings, std::size_t sockets) {
  const auto server = ServerProcess::start(settings.server, settings.folder);
  WireSockets calls(server->port());
  const Caller caller{calls, calls.open()};
  const auto names = create_accounts(caller, "driver", sockets, R"(["driver"])");
  return kib_by_socket(*server, sockets, [&](WireSockets& clients, std::size_t i) {
    clients.open_websocket("/ws/driver?token=" + token_of(names[i]));
  });
}

double kib_of_participants(const IdleSettings& settings, std::size_t sockets) {
  const auto server = ServerProcess::start(settings.server, settings.folder);
  WireSockets calls(server->port());
  const Caller caller{calls, calls.open()};
  const auto names = create_accounts(caller, "member", accounts_of_room, R"(["student"])");
  const auto path = create_room(caller, names);
  return kib_by_socket(*server, sockets, [&](WireSockets& clients, std::size_t i) {
    clients.open_websocket(path + "?token=" + token_of(names[i % accounts_of_room]));
  });
}

/// All kinds with so many sockets each, the baseline beside them in each run.
void measure(const IdleSettings& settings, std::size_t sockets, Report& report) {
  Sample of_driver, of_participant, of_echo, driver_above, participant_above;
  for (int i = 0; i < settings.runs; ++i) {
    const auto bare = kib_of_echo(settings, sockets);
    of_echo.runs.push_back(bare);
    of_driver.runs.push_back(kib_of_drivers(settings, sockets));
    driver_above.runs.push_back(of_driver.runs.back() - bare);
    of_participant.runs.push_back(kib_of_participants(settings, sockets));
    participant_above.runs.push_back(of_participant.runs.back() - bare);
  }
  const auto row = [&](const char* of, const Sample& kib, const Sample& above) {
    report.rows.push_back({{{"sockets", std::to_string(sockets)}, {"of", of}},
                           {{"KiB a socket", kib}, {"above echo KiB", above}}});
  };
  row("echo", of_echo, {});
  row("driver", of_driver, driver_above);
  row("room", of_participant, participant_above);
}

std::string setup(const IdleSettings& settings) {
  return "resident memory that a process gains while so many WebSockets are opened and answered a "
         "ping, by socket: taxi drivers, each an account that was there before; participants of "
         "one "
         "room; a bare Beast server that echoes; at most " +
         std::to_string(sockets_max()) +
         " sockets, as that many descriptors are left to them here; " +
         std::to_string(settings.runs) + " runs, each with processes of its own; data in " +
         settings.folder.string();
}

Report run(const Arguments& given) {
  IdleSettings settings;
  settings.sockets = given.counts("sockets");
  for (const auto sockets : settings.sockets) {
    if (sockets > sockets_max()) {
      throw UsageError("--sockets: a process has descriptors for " + std::to_string(sockets_max()) +
                       " here");
    }
  }
  settings.runs = given.runs();
  settings.server = server_binary(given);
  settings.folder = given.folder() / "server-of-this-run";
  Report report{"idle", setup(settings), {}};
  for (const auto sockets : settings.sockets) measure(settings, sockets, report);
  return report;
}

}  // namespace

Mode idle_mode() {
  return {
      "idle",
      "the memory of an idle socket, beside that of a bare WebSocket",
      {{"sockets", "how many are opened, several with commas", "1000,5000,10000"}, server_option()},
      "3",
      {},
      {{"Memory of an idle socket", "sockets", {"KiB a socket"}, "KiB", {"of"}}},
      run};
}

}  // namespace hansom::bench
