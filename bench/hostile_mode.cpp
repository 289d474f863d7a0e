#include "bench/hostile_mode.hpp"

#include "bench/hostile_crowd.hpp"
#include "bench/process_usage.hpp"
#include "bench/server_process.hpp"
#include "bench/wire_load.hpp"

#include <cmath>
#include <string>

namespace hansom::bench {
namespace {

using std::chrono::milliseconds;

struct HostileSettings {
  std::size_t sockets = 0;  ///< in all
  Hostility hostility;
  double commands_per_s = 0;
  int runs = 0;
  milliseconds warm_up{2'000};
  milliseconds measured{};
  std::filesystem::path server;
  std::filesystem::path folder;
};

double ms(Latencies::Duration duration) {
  return std::chrono::duration<double, std::milli>(duration).count();
}

/// The samples of one row.
struct Samples {
  Sample commands_per_s, p50, p99, p999, max, of_behaved, told_per_s, pings_per_s, dropped,
      server_cores, rss_mib;

  double add(const Traffic& traffic) {
    commands_per_s.runs.push_back(static_cast<double>(traffic.commands) / traffic.seconds);
    p50.runs.push_back(ms(traffic.latencies.quantile(0.5)));
    p99.runs.push_back(ms(traffic.latencies.quantile(0.99)));
    p999.runs.push_back(ms(traffic.latencies.quantile(0.999)));
    max.runs.push_back(ms(traffic.latencies.highest()));
    return p99.runs.back();
  }

  void add(const Hostilities& seen, double seconds) {
    told_per_s.runs.push_back(static_cast<double>(seen.told) / seconds);
    pings_per_s.runs.push_back(static_cast<double>(seen.pings) / seconds);
    dropped.runs.push_back(static_cast<double>(seen.dropped));
  }

  Row row(const char* others) const {
    return {{{"the others", others}},
            {{"commands/s", commands_per_s},
             {"p50 ms", p50},
             {"p99 ms", p99},
             {"p99.9 ms", p999},
             {"max ms", max},
             {"p99 x behaved", of_behaved},
             {"told/s", told_per_s},
             {"pings/s", pings_per_s},
             {"dropped", dropped},
             {"server cores", server_cores},
             {"RSS MiB", rss_mib}}};
  }
};

std::size_t healthy(const HostileSettings& settings) {
  return settings.sockets - settings.hostility.silent - settings.hostility.dribbling;
}

std::string setup(const HostileSettings& settings) {
  const auto& [silent, told_per_s, dribbling, a_byte] = settings.hostility;
  return std::to_string(settings.sockets) +
         " sockets of the real server: " + std::to_string(healthy(settings)) +
         " of taxi drivers and customers, whose rides are measured (open loop, " +
         std::to_string(std::lround(settings.commands_per_s)) +
         " commands/s, latency from when a command was due), " + std::to_string(silent) +
         " in a chat room where the longest text is said " +
         std::to_string(std::lround(told_per_s)) + " times a second, and " +
         std::to_string(dribbling) + " of customers that send pings; " +
         std::to_string(settings.runs) + " runs of " + std::to_string(settings.measured.count()) +
         " ms with these quiet, as long with them behaving, and as long with them hostile: in the "
         "room they read nothing "
         "and come back at once when they are dropped, and pings come a byte every " +
         std::to_string(a_byte.count()) +
         " ms; two threads of clients, on the same cores as the server; data in " +
         settings.folder.string();
}

Report measure(const HostileSettings& settings) {
  const auto server = ServerProcess::start(settings.server, settings.folder / "server-of-this-run");
  const auto drivers = healthy(settings) / 2;
  WireLoad load(server->port(), drivers, healthy(settings) - drivers);
  HostileCrowd crowd(server->port(), settings.hostility);
  Samples quiet, behaved, hostile;
  const auto measure_one = [&](Samples& samples) {
    load.run_for(settings.warm_up);
    crowd.take_seen();
    const double server_s = cpu_s(server->process());
    const auto traffic = load.run_for(settings.measured);
    samples.server_cores.runs.push_back((cpu_s(server->process()) - server_s) / traffic.seconds);
    samples.rss_mib.runs.push_back(static_cast<double>(resident_bytes(server->process())) /
                                   (1024 * 1024));
    samples.add(crowd.take_seen(), traffic.seconds);
    return samples.add(traffic);
  };
  load.keep_at_rate(settings.commands_per_s);
  for (int i = 0; i < settings.runs; ++i) {
    const double quiet_p99_ms = measure_one(quiet);
    crowd.behave();
    const double behaved_p99_ms = measure_one(behaved);
    crowd.be_hostile();
    const double hostile_p99_ms = measure_one(hostile);
    crowd.be_quiet();
    quiet.of_behaved.runs.push_back(quiet_p99_ms / behaved_p99_ms);
    hostile.of_behaved.runs.push_back(hostile_p99_ms / behaved_p99_ms);
  }
  load.finish();
  return {"hostile",
          setup(settings),
          {quiet.row("quiet"), behaved.row("behaving"), hostile.row("hostile")}};
}

Report run(const Arguments& given) {
  HostileSettings settings;
  settings.sockets = given.count("sockets");
  settings.hostility = {given.count("silent"), given.amount("told"), given.count("dribbling"),
                        milliseconds(given.count("a-byte"))};
  if (settings.hostility.silent + settings.hostility.dribbling + 2 > settings.sockets) {
    throw UsageError("--sockets: too few for one driver and one customer besides the hostile ones");
  }
  settings.commands_per_s = given.amount("rate");
  settings.runs = given.runs();
  settings.measured = given.measured();
  settings.server = server_binary(given);
  settings.folder = given.folder();
  return measure(settings);
}

}  // namespace

Mode hostile_mode() {
  return {"hostile",
          "rides, with sockets beside them that do not read or send byte by byte",
          {{"sockets", "how many there are in all", "5000"},
           {"silent", "of these, sockets that read nothing", "500"},
           {"told", "messages a second that they are sent", "20"},
           {"dribbling", "of all, sockets that send byte by byte", "2000"},
           {"a-byte", "ms from one byte of such a socket to the next", "500"},
           {"rate", "commands a second of the others", "1000"},
           server_option()},
          "3",
          "50",
          {{"What a command's answer takes beside hostile sockets",
            "the others",
            {"p50 ms", "p99 ms", "p99.9 ms"},
            "ms",
            {},
            Scale::categories,
            Scale::logarithmic}},
          run};
}

}  // namespace hansom::bench
