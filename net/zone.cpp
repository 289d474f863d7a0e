#include "net/zone.hpp"

#include <boost/uuid/random_generator.hpp>

namespace hansom::net {

Zone::Zone(EventLog& log, const Rules& rules, const Renderer& renderer, Observer& observer)
    : loop_(log, rules, renderer, observer,
            [generate = std::make_shared<boost::uuids::random_generator_mt19937>()] {
              return (*generate)();
            }) {}

LogResult Zone::start() {
  auto started = loop_.start(system_now());
  serving_ = started.has_value();
  return started;
}

void Zone::run(Outlet outlet) {
  thread_ = std::thread([this, outlet = std::move(outlet)] { work(outlet); });
}

void Zone::stop() {
  queue_.close();
  if (thread_.joinable()) thread_.join();
}

void Zone::work(const Outlet& outlet) {
  std::vector<Submitted> batch;
  while (queue_.take(batch, loop_.next_due())) {
    auto outbox = loop_.turn(batch, system_now());
    serving_ = loop_.serving();
    if (!outbox.empty()) outlet(std::move(outbox));
  }
}

Instant system_now() {
  return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
}

}  // namespace hansom::net
