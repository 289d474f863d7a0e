#include "net/zone.hpp"

#include "net/limits.hpp"

#include <boost/uuid/random_generator.hpp>

#include <algorithm>

namespace hansom::net {
namespace {

constexpr std::chrono::hours longest_wait{1};

}  // namespace

Zone::Zone(EventLog& log, const Rules& rules, const Renderer& renderer, Observer& observer,
           Loop::LoadCheckpoint load_checkpoint)
    : loop_(
          log, rules, renderer, observer, *this,
          [generate = std::make_shared<boost::uuids::random_generator_mt19937>()] {
            return (*generate)();
          },
          std::move(load_checkpoint)) {}

LogResult Zone::start() {
  auto started = loop_.start(clock_.now());
  clock_.go_on_from(loop_.projections().last_at);
  serving_ = started.has_value();
  return started;
}

void Zone::run(Deliver deliver) {
  deliver_ = std::move(deliver);
  thread_ = std::thread([this] { work(); });
}

void Zone::stop() {
  queue_.close();
  if (thread_.joinable()) thread_.join();
}

void Zone::work() {
  std::vector<Submitted> batch;
  const auto until_next = [this]() -> std::optional<std::chrono::microseconds> {
    const auto due = loop_.next_due();
    // A wait of centuries is more than the system's clock can count.
    return due ? std::optional(
                     std::min<std::chrono::microseconds>(*due - clock_.now(), longest_wait))
               : std::nullopt;
  };
  while (queue_.take(batch, until_next())) {
    const auto in_flight_max = queue_.in_flight_max(batch);
    loop_.turn(std::exchange(batch, {}), clock_.now(), in_flight_max);
    serving_ = loop_.serving();
  }
  loop_.finish(clock_.now());
}

Instant system_now() {
  return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
}

Instant ZoneClock::now(Instant system, Steady steady) {
  constexpr std::chrono::milliseconds step{1};  // or the sixteenths would be less than the unit
  if (system >= now_) {
    now_ = system;
    moved_at_ = steady;
  } else if (const auto elapsed = steady - moved_at_; elapsed >= step) {
    now_ += std::chrono::floor<std::chrono::microseconds>(elapsed - elapsed / 16);
    moved_at_ = steady;
  }
  return now_;
}

}  // namespace hansom::net
