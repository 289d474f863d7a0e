#pragma once

#include "engine/observer.hpp"
#include "events/booking_events.hpp"

#include <cstdint>
#include <expected>
#include <string>
#include <utility>

namespace hansom::bench {

// What the loads on a loop are made of.

/// Bits well spread, so that what is made by counting looks random.
std::uint64_t mixed(std::uint64_t value);

/// The id with this number.
Uuid uuid_of(std::uint64_t number);

constexpr Coordinates sydney{-33.8688, 151.2093};

/// A place of which only title and position matter.
Place place(std::string title, Coordinates at);

/// Hears nothing but that the log fails, which it throws as `std::runtime_error`.
class StrictObserver : public Observer {
 public:
  void command(std::string_view) override {}
  void refused(RefusalCode, std::optional<Side>) override {}
  void drivers_connected(std::size_t, std::size_t) override {}
  void appended(std::span<const Envelope>) override {}
  void log_failed(const LogError& error) override;
  void log_recovered(Position) override {}
};

/// Throws an error of the log as `std::runtime_error`.
void expect(const LogResult& result);
template <typename T>
T expect(std::expected<T, LogError> result) {
  if (!result) expect(LogResult(std::unexpected(std::move(result.error()))));
  return std::move(*result);
}

}  // namespace hansom::bench
