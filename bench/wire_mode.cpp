#include "bench/wire_mode.hpp"

#include "bench/echo_load.hpp"
#include "bench/process_usage.hpp"
#include "bench/server_process.hpp"
#include "bench/wire_load.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>
#include <string>
#include <unistd.h>

namespace hansom::bench {
namespace {

/// Traffic, and what it took.
struct Window {
  Traffic traffic;
  double server_s = 0, bench_s = 0;  // of processors
  double mib_before = 0, mib_after = 0;

  double server_us_per_frame() const {
    return server_s * 1e6 / static_cast<double>(traffic.frames);
  }
};

double resident_mib(pid_t process) {
  return static_cast<double>(resident_bytes(process)) / (1024 * 1024);
}

template <typename Load>
Window measured(Load& load, const ServerProcess& server, std::chrono::milliseconds time) {
  Window window;
  window.mib_before = resident_mib(server.process());
  const double server_s = cpu_s(server.process()), bench_s = cpu_s(getpid());
  window.traffic = load.run_for(time);
  window.server_s = cpu_s(server.process()) - server_s;
  window.bench_s = cpu_s(getpid()) - bench_s;
  window.mib_after = resident_mib(server.process());
  return window;
}

/// The samples of one row.
struct Samples {
  Sample commands_per_s, frames_per_s, p50, p90, p99, p999, max, frames_per_command,
      server_per_command, server_per_frame, of_echo, bench_per_command, mib_before, mib_after;

  void add(const Window& window) {
    const auto& traffic = window.traffic;
    const auto commands = static_cast<double>(traffic.commands);
    const auto ms = [](Latencies::Duration duration) {
      return std::chrono::duration<double, std::milli>(duration).count();
    };
    commands_per_s.runs.push_back(commands / traffic.seconds);
    frames_per_s.runs.push_back(static_cast<double>(traffic.frames) / traffic.seconds);
    p50.runs.push_back(ms(traffic.latencies.quantile(0.5)));
    p90.runs.push_back(ms(traffic.latencies.quantile(0.9)));
    p99.runs.push_back(ms(traffic.latencies.quantile(0.99)));
    p999.runs.push_back(ms(traffic.latencies.quantile(0.999)));
    max.runs.push_back(ms(traffic.latencies.highest()));
    frames_per_command.runs.push_back(static_cast<double>(traffic.frames) / commands);
    server_per_command.runs.push_back(window.server_s * 1e6 / commands);
    server_per_frame.runs.push_back(window.server_us_per_frame());
    bench_per_command.runs.push_back(window.bench_s * 1e6 / commands);
    mib_before.runs.push_back(window.mib_before);
    mib_after.runs.push_back(window.mib_after);
  }

  Row row(std::vector<std::pair<std::string, std::string>> settings) const {
    return {std::move(settings),
            {{"commands/s", commands_per_s},
             {"p50 ms", p50},
             {"p90 ms", p90},
             {"p99 ms", p99},
             {"p99.9 ms", p999},
             {"max ms", max},
             {"frames/s", frames_per_s},
             {"frames/command", frames_per_command},
             {"server us/command", server_per_command},
             {"server us/frame", server_per_frame},
             {"x echo", of_echo},
             {"bench us/command", bench_per_command},
             {"RSS MiB before", mib_before},
             {"after", mib_after}}};
  }
};

std::unique_ptr<ServerProcess> start_server(const WireSettings& settings) {
  return ServerProcess::start(settings.server, settings.folder / "server-of-this-run");
}

/// The echo server and its load, as a comparison to the first window.
struct Baseline {
  Baseline(const WireSettings& settings, const WireLoad& compared, const Traffic& traffic)
      : server(ServerProcess::start_echo(settings.folder / "echo-server-of-this-run")),
        load(server->port(), compared.sockets(),
             static_cast<std::size_t>(std::lround(traffic.mean_payload_bytes()))) {}

  const std::unique_ptr<ServerProcess> server;
  EchoLoad load;
};

template <typename Load>
Window one_run(Load& load, const ServerProcess& server, std::size_t in_flight,
               const WireSettings& settings) {
  load.keep_in_flight(in_flight);
  load.run_for(settings.warm_up);
  auto window = measured(load, server, settings.measured);
  load.finish();
  return window;
}

/// Adds two rows; the result is the median of commands/s.
double measure_closed(const WireSettings& settings, std::size_t in_flight, Report& report) {
  const auto server = start_server(settings);
  WireLoad load(server->port(), settings.drivers, settings.customers);
  std::unique_ptr<Baseline> baseline;
  Samples rides, echoes;
  for (int i = 0; i < settings.runs; ++i) {
    const auto window = one_run(load, *server, in_flight, settings);
    if (!baseline) baseline = std::make_unique<Baseline>(settings, load, window.traffic);
    const auto echo = one_run(baseline->load, *baseline->server, in_flight, settings);
    rides.add(window);
    rides.of_echo.runs.push_back(window.server_us_per_frame() / echo.server_us_per_frame());
    echoes.add(echo);
  }
  const auto in_flight_text = std::to_string(in_flight);
  for (const auto& [name, samples] : {std::pair("hansom", &rides), std::pair("echo", &echoes)}) {
    report.rows.push_back(samples->row(
        {{"server", name}, {"loop", "closed"}, {"in flight", in_flight_text}, {"rate", "-"}}));
  }
  return rides.commands_per_s.median();
}

void measure_open(const WireSettings& settings, double commands_per_s, Report& report) {
  const auto server = start_server(settings);
  WireLoad load(server->port(), settings.drivers, settings.customers);
  Samples rides;
  for (int i = 0; i < settings.runs; ++i) {
    load.keep_at_rate(commands_per_s);
    load.run_for(settings.warm_up);
    rides.add(measured(load, *server, settings.measured));
    load.finish();
  }
  const auto rate = std::to_string(std::lround(commands_per_s));
  report.rows.push_back(
      rides.row({{"server", "hansom"}, {"loop", "open"}, {"in flight", "-"}, {"rate", rate}}));
}

std::string setup(const WireSettings& settings) {
  return "rides of the real server over the loopback, " + std::to_string(settings.drivers) +
         " drivers and " + std::to_string(settings.customers) +
         " customers, five commands each; all clients on one thread; closed loop: so many rides in "
         "flight, latency from a command's sending to its answer; open loop: so many commands/s, "
         "latency from when a command was due; " +
         std::to_string(settings.runs) + " runs of " + std::to_string(settings.measured.count()) +
         " ms, each after " + std::to_string(settings.warm_up.count()) +
         " ms of warm-up; echo: a plain Beast server, messages of the frames' mean size, each "
         "counted as a command; data in " +
         settings.folder.string();
}

Report run(const Arguments& given) {
  WireSettings settings;
  settings.drivers = given.count("drivers");
  settings.customers = given.count("customers");
  settings.rides_in_flight = given.counts("in-flight");
  if (given.has("rate")) settings.commands_per_s = given.amounts("rate");
  settings.runs = given.runs();
  settings.measured = given.measured();
  settings.server = server_binary(given);
  settings.folder = given.folder();
  return measure_wire(settings);
}

}  // namespace

Report measure_wire(const WireSettings& settings) {
  Report report{"wire", setup(settings), {}, {}};
  double best = 0;
  for (const auto in_flight : settings.rides_in_flight) {
    best = std::max(best, measure_closed(settings, in_flight, report));
  }
  auto rates = settings.commands_per_s;
  if (rates.empty()) rates.push_back(best / 2);
  for (const double rate : rates) measure_open(settings, rate, report);
  return report;
}

Mode wire_mode() {
  return {
      "wire",
      "whole rides of the real server over real sockets, beside a plain echo server",
      {{"drivers", "how many there are", "100"},
       {"customers", "how many there are", "100"},
       {"in-flight", "closed loop: rides in flight, several with commas", "1,16,64,256"},
       {"rate",
        "open loop: commands a second, several with commas (half of the closed loop's best)",
        {}},
       server_option()},
      "5",
      "5",
      {{"Commands over real sockets, closed loop",
        "in flight",
        {"commands/s"},
        "commands/s",
        {"server"}},
       {"What a command's answer takes, closed loop",
        "in flight",
        {"p50 ms", "p99 ms", "p99.9 ms"},
        "ms",
        {"server"},
        Scale::logarithmic,
        Scale::logarithmic},
       {"Processor time of the server", "in flight", {"server us/frame"}, "us a frame", {"server"}},
       {"What a command's answer takes, open loop",
        "rate",
        {"p50 ms", "p90 ms", "p99 ms", "p99.9 ms", "max ms"},
        "ms",
        {},
        Scale::logarithmic,
        Scale::logarithmic}},
      run};
}

}  // namespace hansom::bench
