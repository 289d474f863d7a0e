#include "bench/overload_mode.hpp"

#include "bench/process_usage.hpp"
#include "bench/server_process.hpp"
#include "bench/talk_load.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>
#include <unistd.h>

namespace hansom::bench {
namespace {

using std::chrono::milliseconds;

struct OverloadSettings {
  std::size_t sockets = 0;
  std::size_t in_flight = 0;  ///< of the closed loop that finds the highest rate
  double normal = 0;          ///< the normal rate, as a share of the highest
  double times = 0;           ///< the overload, in highest rates
  int runs = 0;
  milliseconds overloaded{};
  std::filesystem::path server;
  std::filesystem::path folder;
};

constexpr milliseconds warm_up{1'000};
constexpr milliseconds probed_max{5'000};      // the highest rate
constexpr milliseconds normal_max{10'000};     // the normal one
constexpr milliseconds afterwards_max{5'000};  // the normal one again
constexpr milliseconds window{100};  // memory is looked at so often, and whether all is well again
/// What is accepted under overload may take so many times as long as usual; so it counts as usual
/// again below this.
constexpr double usual_times = 3;

double ms(Latencies::Duration duration) {
  return std::chrono::duration<double, std::milli>(duration).count();
}

double mib(std::uint64_t bytes) { return static_cast<double>(bytes) / (1024 * 1024); }

/// Traffic of some length, and what it took.
struct Stretch {
  Talk talk;
  double server_cores = 0, bench_cores = 0;
  double rss_mib_max = 0;
  double p99_unusual_until_s = 0;  ///< the end of the last window with one
};

/// In windows. `usual_p99_ms` is infinite where it is not known yet.
Stretch run_for(TalkLoad& load, pid_t server, milliseconds time, double usual_p99_ms) {
  Stretch stretch;
  const double server_s = cpu_s(server), bench_s = cpu_s(getpid());
  for (milliseconds gone{0}; gone < time; gone += window) {
    const auto talk = load.run_for(std::min(window, time - gone));
    stretch.talk.seconds += talk.seconds;
    stretch.talk.offered += talk.offered;
    stretch.talk.accepted.add(talk.accepted);
    stretch.talk.refused.add(talk.refused);
    stretch.rss_mib_max = std::max(stretch.rss_mib_max, mib(resident_bytes(server)));
    const bool is_usual = talk.accepted.count() > 0 && talk.refused.count() == 0 &&
                          ms(talk.accepted.quantile(0.99)) <= usual_p99_ms;
    if (!is_usual) stretch.p99_unusual_until_s = stretch.talk.seconds;
  }
  stretch.server_cores = (cpu_s(server) - server_s) / stretch.talk.seconds;
  stretch.bench_cores = (cpu_s(getpid()) - bench_s) / stretch.talk.seconds;
  return stretch;
}

Stretch run_for(TalkLoad& load, pid_t server, milliseconds time) {
  return run_for(load, server, time, INFINITY);
}

/// The samples of one row.
struct Samples {
  Sample offered_per_s, accepted_per_s, p50, p99, of_usual, refused_per_s, refused_p50, refused_p99,
      rss_mib, usual_after_s, server_cores, bench_cores;

  void add(const Stretch& stretch, double usual_p99_ms) {
    const auto& [seconds, offered, accepted, refused] = stretch.talk;
    const auto a_second = [&](std::uint64_t count) { return static_cast<double>(count) / seconds; };
    offered_per_s.runs.push_back(a_second(offered));
    accepted_per_s.runs.push_back(a_second(accepted.count()));
    p50.runs.push_back(ms(accepted.quantile(0.5)));
    p99.runs.push_back(ms(accepted.quantile(0.99)));
    of_usual.runs.push_back(p99.runs.back() / usual_p99_ms);
    refused_per_s.runs.push_back(a_second(refused.count()));
    refused_p50.runs.push_back(ms(refused.quantile(0.5)));
    refused_p99.runs.push_back(ms(refused.quantile(0.99)));
    rss_mib.runs.push_back(stretch.rss_mib_max);
    server_cores.runs.push_back(stretch.server_cores);
    bench_cores.runs.push_back(stretch.bench_cores);
  }

  Row row(const char* load) const {
    return {{{"load", load}},
            {{"offered/s", offered_per_s},
             {"accepted/s", accepted_per_s},
             {"p50 ms", p50},
             {"p99 ms", p99},
             {"x normal", of_usual},
             {"refused/s", refused_per_s},
             {"refused p50 ms", refused_p50},
             {"refused p99 ms", refused_p99},
             {"usual after s", usual_after_s},
             {"RSS MiB", rss_mib},
             {"server cores", server_cores},
             {"bench cores", bench_cores}}};
  }
};

std::string shortest(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%g", value);
  return text;
}

std::string setup(const OverloadSettings& settings) {
  return "messages in " + std::to_string(settings.sockets) +
         " rooms of the real server with one socket each, " +
         std::to_string(TalkLoad::commands_at_once) +
         " in a row to a socket; highest: a closed loop, " + std::to_string(settings.in_flight) +
         " in flight; normal: an open one at " + shortest(settings.normal) +
         " of that rate; overload: at " + shortest(settings.times) + " times the rate for " +
         std::to_string(settings.overloaded.count()) +
         " ms; afterwards: as normal, at once. Latency counts from when a command was due. 'usual "
         "after': until nothing is refused any more and a " +
         std::to_string(window.count()) + " ms window's p99 is below " + shortest(usual_times) +
         " times the normal one, for good; RSS at its highest. " + std::to_string(settings.runs) +
         " runs, each on a new server; all clients on one thread, on the same cores as the server; "
         "data in " +
         settings.folder.string();
}

Report measure(const OverloadSettings& settings) {
  Samples highest, normal, overload, afterwards;
  for (int i = 0; i < settings.runs; ++i) {
    const auto server =
        ServerProcess::start(settings.server, settings.folder / "server-of-this-run");
    const auto process = server->process();
    TalkLoad load(server->port(), settings.sockets);
    const auto time = [&](milliseconds most) { return std::min(most, settings.overloaded); };

    load.keep_in_flight(settings.in_flight);
    load.run_for(time(warm_up));
    const auto closed = run_for(load, process, time(probed_max));
    load.finish();
    const double best = static_cast<double>(closed.talk.accepted.count()) / closed.talk.seconds;

    load.keep_at_rate(settings.normal * best);
    load.run_for(time(warm_up));
    const auto before = run_for(load, process, time(normal_max));
    const double normal_p99_ms = ms(before.talk.accepted.quantile(0.99));
    const double usual_p99_ms = usual_times * normal_p99_ms;

    load.keep_at_rate(settings.times * best);
    const auto amid = run_for(load, process, settings.overloaded);
    // What is still open counts as of afterwards: it is answered then.
    load.keep_at_rate(settings.normal * best);
    const auto after = run_for(load, process, time(afterwards_max), usual_p99_ms);
    load.finish();

    highest.add(closed, normal_p99_ms);
    normal.add(before, normal_p99_ms);
    overload.add(amid, normal_p99_ms);
    afterwards.add(after, normal_p99_ms);
    afterwards.usual_after_s.runs.push_back(after.p99_unusual_until_s);
  }
  return {"overload",
          setup(settings),
          {highest.row("highest"), normal.row("normal"), overload.row("overload"),
           afterwards.row("afterwards")}};
}

Report run(const Arguments& given) {
  OverloadSettings settings;
  settings.sockets = given.count("sockets");
  settings.in_flight = given.count("in-flight");
  settings.normal = given.amount("normal");
  settings.times = given.amount("times");
  if (settings.normal >= 1) throw UsageError("--normal takes a share below 1");
  settings.runs = given.runs();
  settings.overloaded = given.measured();
  settings.server = server_binary(given);
  settings.folder = given.folder();
  return measure(settings);
}

}  // namespace

Mode overload_mode() {
  return {"overload",
          "more commands than the server can decide: what is accepted, what is refused, and after",
          {{"sockets", "how many there are", "100"},
           {"in-flight", "commands in flight where the highest rate is looked for", "512"},
           {"normal", "the normal rate, as a share of the highest", "0.5"},
           {"times", "the overload's rate, in highest ones", "3"},
           server_option()},
          "3",
          "60",
          {{"What a command's answer takes",
            "load",
            {"p50 ms", "p99 ms", "refused p50 ms", "refused p99 ms"},
            "ms",
            {},
            Scale::categories,
            Scale::logarithmic}},
          run};
}

}  // namespace hansom::bench
