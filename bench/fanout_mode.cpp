#include "bench/fanout_mode.hpp"

#include "bench/fanout_stage.hpp"
#include "bench/process_usage.hpp"

namespace hansom::bench {
namespace {

using Clock = WireSockets::Clock;

constexpr std::size_t text_bytes_max = 500;
constexpr std::size_t bursts_min = 2 * FanoutStage::in_flight_max;

struct FanoutSettings {
  std::vector<std::size_t> sockets;
  std::size_t text_bytes = 0;
  int runs = 0;
  std::chrono::milliseconds measured{};
  RealServer server;
};

/// What one run says of one stage.
struct Figures {
  // From sending a message to the first receiver and to the last, the medians.
  double first_ms = 0;
  double last_ms = 0;
  double deliveries_per_s = 0;
  double cpu_us = 0;  ///< of the server's process, for each delivery
};

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// Messages on a stage, counted.
class Talk {
 public:
  explicit Talk(FanoutStage& stage) : stage_(stage) {}

  /// One message, until one has it.
  void say_until_first() {
    stage_.say();
    ++said_;
    stage_.crowd().receive_until(heard_ * stage_.crowd().size() + 1);
  }
  /// Until all have the next one.
  void wait_for_next() { stage_.crowd().receive_until(++heard_ * stage_.crowd().size()); }

  /// So many messages in flight, for a time, and until all have all. Returns how many there were.
  std::uint64_t go_on_for(std::chrono::milliseconds time) {
    const auto before = said_;
    const auto end = Clock::now() + time;
    while (Clock::now() < end) {
      for (; said_ < heard_ + FanoutStage::in_flight_max; ++said_) stage_.say();
      wait_for_next();
    }
    while (heard_ < said_) wait_for_next();
    return said_ - before;
  }

  void expect_all() { stage_.crowd().expect_each(said_); }

 private:
  FanoutStage& stage_;
  std::uint64_t said_ = 0;
  std::uint64_t heard_ = 0;  // by all
};

Figures measure(FanoutStage& stage, std::chrono::milliseconds time) {
  Talk talk(stage);
  Figures figures;
  std::vector<double> first_ms, last_ms;
  const auto begin = Clock::now();
  while (last_ms.size() < bursts_min || Clock::now() < begin + time / 2) {
    const auto start = Clock::now();
    talk.say_until_first();
    first_ms.push_back(seconds_since(start) * 1e3);
    talk.wait_for_next();
    last_ms.push_back(seconds_since(start) * 1e3);
  }
  figures.first_ms = quantile(std::move(first_ms), 0.5);
  figures.last_ms = quantile(std::move(last_ms), 0.5);
  const auto start = Clock::now();
  const auto cpu_before_s = cpu_s(stage.process());
  const auto deliveries = static_cast<double>(talk.go_on_for(time / 2) * stage.crowd().size());
  figures.deliveries_per_s = deliveries / seconds_since(start);
  figures.cpu_us = (cpu_s(stage.process()) - cpu_before_s) * 1e6 / deliveries;
  talk.expect_all();
  return figures;
}

/// The runs of one row.
struct Samples {
  Sample first_ms, last_ms, last_raw_ms, last_ratio, after_first_ratio;
  Sample deliveries, deliveries_raw, deliveries_ratio;
  Sample cpu_us, cpu_raw_us;

  void add(const Figures& server, const Figures& raw) {
    first_ms.runs.push_back(server.first_ms);
    last_ms.runs.push_back(server.last_ms);
    last_raw_ms.runs.push_back(raw.last_ms);
    last_ratio.runs.push_back(server.last_ms / raw.last_ms);
    after_first_ratio.runs.push_back((server.last_ms - server.first_ms) / raw.last_ms);
    deliveries.runs.push_back(server.deliveries_per_s);
    deliveries_raw.runs.push_back(raw.deliveries_per_s);
    deliveries_ratio.runs.push_back(raw.deliveries_per_s / server.deliveries_per_s);
    cpu_us.runs.push_back(server.cpu_us);
    cpu_raw_us.runs.push_back(raw.cpu_us);
  }

  Row row(const char* to, std::size_t sockets, std::size_t frame_bytes) const {
    return {{{"to", to},
             {"sockets", std::to_string(sockets)},
             {"frame bytes", std::to_string(frame_bytes)}},
            {{"first ms", first_ms},
             {"last ms", last_ms},
             {"raw last ms", last_raw_ms},
             {"last / raw", last_ratio},
             {"after first / raw", after_first_ratio},
             {"deliveries/s", deliveries},
             {"raw deliveries/s", deliveries_raw},
             {"raw / own", deliveries_ratio},
             {"CPU us", cpu_us},
             {"raw CPU us", cpu_raw_us}}};
  }
};

/// Each run has a server, and then a baseline, of its own.
template <typename MakeStage>
Row measure_row(const FanoutSettings& settings, const char* to, std::size_t sockets,
                MakeStage make_stage) {
  Samples samples;
  Frames heard;
  for (int i = 0; i < settings.runs; ++i) {
    const auto server = measure(*make_stage(sockets, heard), settings.measured);
    const auto raw = measure(*raw_stage(settings.server.folder, sockets, heard), settings.measured);
    samples.add(server, raw);
  }
  return samples.row(to, sockets, heard.front().size());
}

std::string setup(const FanoutSettings& settings) {
  return "'first' and 'last' are the median time from sending one message, while there is no "
         "other, "
         "to its first and its last receiver; deliveries/s with " +
         std::to_string(FanoutStage::in_flight_max) +
         " messages in flight; CPU is the server's for each delivery; raw: the same bytes, written "
         "to one socket after the other by a process that does nothing else, to the same number of "
         "sockets; ratios: of the same run; " +
         std::to_string(settings.runs) + " runs, each " +
         std::to_string(settings.measured.count()) +
         " ms; all receivers on one thread, on the same machine; data in " +
         settings.server.folder.string();
}

Report run(const Arguments& given) {
  FanoutSettings settings;
  settings.sockets = given.counts("sockets");
  settings.text_bytes = given.count("bytes");
  if (settings.text_bytes > text_bytes_max) {
    throw UsageError("--bytes takes 1 to " + std::to_string(text_bytes_max));
  }
  settings.runs = given.runs();
  settings.measured = given.measured();
  settings.server = {server_binary(given), given.folder() / "server-of-this-run"};

  Report report{"fanout", setup(settings), {}};
  for (const auto sockets : settings.sockets) {
    report.rows.push_back(
        measure_row(settings, "room", sockets, [&](std::size_t count, Frames& heard) {
          return room_stage(settings.server, count, settings.text_bytes, heard);
        }));
    report.rows.push_back(
        measure_row(settings, "drivers", sockets, [&](std::size_t count, Frames& heard) {
          return rides_stage(settings.server, count, heard);
        }));
  }
  return report;
}

}  // namespace

Mode fanout_mode() {
  return {"fanout",
          "one message to all sockets of a room, and a ride request to all drivers of campus, "
          "beside the same bytes written raw",
          {{"sockets", "receivers, several with commas", "10,100,1000,10000"},
           {"bytes", "size of a room's text, 1 to " + std::to_string(text_bytes_max), "100"},
           server_option()},
          "5",
          "4",
          {{"From sending a message to its last receiver",
            "sockets",
            {"last ms", "raw last ms"},
            "ms",
            {"to"},
            Scale::logarithmic,
            Scale::logarithmic},
           {"Deliveries with messages in flight",
            "sockets",
            {"deliveries/s", "raw deliveries/s"},
            "1/s",
            {"to"}}},
          run};
}

}  // namespace hansom::bench
