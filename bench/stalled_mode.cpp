#include "bench/stalled_mode.hpp"

#include "bench/server_process.hpp"

#include <cstdio>
#include <string>

namespace hansom::bench {
namespace {

/// The samples of one row.
struct Samples {
  Sample deliveries_per_s, p50, p99, max, last_p50, last_p99, dropped_after_s, sent_mib;

  void add(Round round) {
    deliveries_per_s.runs.push_back(round.deliveries_per_s);
    p50.runs.push_back(quantile(round.delivery_ms, 0.5));
    p99.runs.push_back(quantile(round.delivery_ms, 0.99));
    max.runs.push_back(quantile(round.delivery_ms, 1));
    last_p50.runs.push_back(quantile(round.last_receiver_ms, 0.5));
    last_p99.runs.push_back(quantile(round.last_receiver_ms, 0.99));
  }

  void add(const Drop& drop) {
    dropped_after_s.runs.push_back(drop.after_s);
    sent_mib.runs.push_back(drop.sent_mib);
  }

  Row row(std::size_t sockets, const char* besides) const {
    return {{{"sockets", std::to_string(sockets)}, {"besides", besides}},
            {{"deliveries/s", deliveries_per_s},
             {"p50 ms", p50},
             {"p99 ms", p99},
             {"max ms", max},
             {"last p50 ms", last_p50},
             {"last p99 ms", last_p99},
             {"dropped after s", dropped_after_s},
             {"MiB by then", sent_mib}}};
  }
};

std::string shortest(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%g", value);
  return text;
}

std::string setup(const StalledSettings& settings, std::size_t frame_bytes) {
  return "one sender in a room of the real server, " + shortest(settings.speech.messages_per_s) +
         " messages/s of " + std::to_string(settings.speech.bytes) + " bytes (frames of " +
         std::to_string(frame_bytes) +
         "), open loop: latency counts from the moment a message was due; " +
         std::to_string(settings.runs) + " runs, each " +
         std::to_string(settings.measured.count()) +
         " ms with nobody besides, then one socket besides that reads nothing, until it is "
         "dropped, "
         "with the same sender; 'last' is the last receiver of a message; all clients on one "
         "thread; data in " +
         settings.folder.string();
}

Report run(const Arguments& given) {
  StalledSettings settings;
  settings.sockets = given.counts("sockets");
  settings.speech = {given.amount("rate"), given.count("bytes")};
  if (const auto bytes = settings.speech.bytes;
      bytes < spoken_number_digits || bytes > spoken_bytes_max) {
    throw UsageError("--bytes takes " + std::to_string(spoken_number_digits) + " to " +
                     std::to_string(spoken_bytes_max));
  }
  settings.runs = given.runs();
  settings.measured = given.measured();
  settings.server = server_binary(given);
  settings.folder = given.folder();
  return measure_stalled(settings);
}

}  // namespace

Mode stalled_mode() {
  return {
      "stalled",
      "messages to all sockets of a chat room, with all of them reading, and with one more that "
      "does not",
      {{"sockets", "sockets of the room, several with commas", "10,100,1000"},
       {"rate", "messages a second", "20"},
       {"bytes", "size of a text, 8 to " + std::to_string(spoken_bytes_max),
        std::to_string(spoken_bytes_max)},
       server_option()},
      "5",
      "10",
      {{"A message's way to all sockets of a room",
        "sockets",
        {"p50 ms", "p99 ms"},
        "ms",
        {"besides"},
        Scale::logarithmic,
        Scale::logarithmic}},
      run};
}

Report measure_stalled(const StalledSettings& settings) {
  Report report{"stalled", {}, {}};
  for (const auto sockets : settings.sockets) {
    const auto server =
        ServerProcess::start(settings.server, settings.folder / "server-of-this-run");
    RoomCrowd crowd(server->port(), sockets, settings.speech);
    crowd.speak_for(settings.warm_up);
    Samples all_read, one_does_not;
    for (int i = 0; i < settings.runs; ++i) {
      all_read.add(crowd.speak_for(settings.measured));
      Drop drop;
      one_does_not.add(crowd.speak_until_drop(drop));
      one_does_not.add(drop);
    }
    report.setup = setup(settings, crowd.frame_bytes());
    report.rows.push_back(all_read.row(sockets, "nobody"));
    report.rows.push_back(one_does_not.row(sockets, "one stalled"));
  }
  return report;
}

}  // namespace hansom::bench
