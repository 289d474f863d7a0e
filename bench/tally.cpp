#include "bench/tally.hpp"

#include <stdexcept>
#include <string>
#include <utility>

namespace hansom::bench {
namespace {

double ms(Tally::Clock::duration duration) {
  return std::chrono::duration<double, std::milli>(duration).count();
}

}  // namespace

Tally::Tally(std::size_t receivers, double messages_per_s)
    : messages_per_s_(messages_per_s), next_(receivers) {}

void Tally::begin(Clock::time_point start) {
  first_ = sent_;
  start_ = last_received_ = start;
  receivers_.clear();
  round_ = {};
}

void Tally::received(std::size_t receiver, std::uint64_t number, Clock::time_point now) {
  if (number != next_[receiver] || number >= sent_) {
    throw std::runtime_error("socket " + std::to_string(receiver) + " got message " +
                             std::to_string(number) + " where " + std::to_string(next_[receiver]) +
                             " was next");
  }
  ++next_[receiver];
  last_received_ = now;
  round_.delivery_ms.push_back(ms(now - due(number)));
  if (number - first_ >= receivers_.size()) receivers_.resize(number - first_ + 1);
  if (++receivers_[number - first_] == next_.size()) {
    round_.last_receiver_ms.push_back(round_.delivery_ms.back());
  }
}

std::size_t Tally::missing() const { return messages() * next_.size() - round_.delivery_ms.size(); }

Round Tally::end() {
  round_.deliveries_per_s =
      static_cast<double>(round_.delivery_ms.size()) * 1000 / ms(last_received_ - start_);
  return std::move(round_);
}

Tally::Clock::time_point Tally::due(std::uint64_t number) const {
  const std::chrono::duration<double> after(static_cast<double>(number - first_) / messages_per_s_);
  return start_ + std::chrono::duration_cast<Clock::duration>(after);
}

}  // namespace hansom::bench
