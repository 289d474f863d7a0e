#include "bench/load_parts.hpp"

#include <cstring>
#include <stdexcept>

namespace hansom::bench {

std::uint64_t mixed(std::uint64_t value) {
  value += 0x9e3779b97f4a7c15;
  value = (value ^ value >> 30) * 0xbf58476d1ce4e5b9;
  value = (value ^ value >> 27) * 0x94d049bb133111eb;
  return value ^ value >> 31;
}

Uuid uuid_of(std::uint64_t number) {
  const std::uint64_t halves[2] = {mixed(2 * number), mixed(2 * number + 1)};
  Uuid uuid;
  std::memcpy(uuid.data, halves, sizeof halves);
  return uuid;
}

Place place(std::string title, Coordinates at) {
  return {std::move(title), "12 King St, Sydney", "ChIJxxxxxxxxxxx", at};
}

void StrictObserver::log_failed(const LogError& error) { throw std::runtime_error(error.message); }

void expect(const LogResult& result) {
  if (!result) throw std::runtime_error(result.error().message);
}

}  // namespace hansom::bench
