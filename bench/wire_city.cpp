#include "bench/wire_city.hpp"

#include "bench/load_parts.hpp"
#include "bench/server_api.hpp"
#include "bench/wire_format.hpp"
#include "events/instant.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <stdexcept>

namespace hansom::bench {
namespace {

constexpr double degrees_apart = 0.01;  // about a kilometre
constexpr int scheduled_days_ahead = 30;

Instant in(std::chrono::hours time) {
  return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now()) + time;
}

std::string name_of(const char* role, std::size_t number) { return role + std::to_string(number); }

std::string registered(const Caller& admin, const char* role, std::size_t number) {
  return create_account(admin, name_of(role, number), R"([")" + std::string(role) + R"("])");
}

/// Where a driver stands: a square of them, so that each is nearest to the same place of its own.
Coordinates place_of(std::size_t number, std::size_t drivers) {
  const auto side = static_cast<std::size_t>(std::ceil(std::sqrt(static_cast<double>(drivers))));
  return {sydney.latitude + degrees_apart * static_cast<double>(number / side),
          sydney.longitude + degrees_apart * static_cast<double>(number % side)};
}

std::string position(const char* prefix, const Coordinates& at) {
  std::array<char, 120> text;
  std::snprintf(text.data(), text.size(), R"("%slatitude":%.6f,"%slongitude":%.6f)", prefix,
                at.latitude, prefix, at.longitude);
  return text.data();
}

std::string request_body(const Coordinates& pickup, const std::string& scheduled_date) {
  return R"({"pickup_location_title":"Home","pickup_location_address":"12 King St, Sydney",)"
         R"("pickup_map_id":"ChIJxxxxxxxxxxx",)" +
         position("pickup_", pickup) + R"(,"no_of_passengers":2,"note":null,"scheduled_date":)" +
         scheduled_date +
         R"(,"drop_offs":[{"drop_off_location_title":"Airport",)"
         R"("drop_off_location_address":"Sydney Airport","drop_off_map_id":"ChIJxxxxxxxxxxx",)" +
         position("drop_off_", {-33.9399, 151.1753}) + "}]}";
}

/// Checks the type of a frame, and gives its booking's id.
std::string booking_in(const std::string& frame, std::string_view type) {
  if (string_member(frame, "type") != type) {
    throw std::runtime_error("instead of " + std::string(type) + " came " + frame);
  }
  return std::string(string_member(frame, "booking_id"));
}

}  // namespace

WireCity::WireCity(std::uint16_t port, WireSockets& sockets, std::size_t drivers,
                   std::size_t customers)
    : sockets_(sockets) {
  WireSockets admin_sockets(port);
  const Caller admin{admin_sockets, admin_sockets.open()};
  drivers_.reserve(drivers);
  for (std::size_t i = 0; i < drivers; ++i) {
    requests_.push_back(with_length(request_body(place_of(i, drivers), "null")));
  }
  for (std::size_t i = 0; i < drivers; ++i) add_driver(admin, i);
  for (std::size_t i = 0; i < customers; ++i) add_customer(admin, i);
}

void WireCity::add_driver(const Caller& admin, std::size_t number) {
  auto id = registered(admin, "driver", number);
  const auto socket =
      sockets_.open_websocket("/ws/driver?token=" + token_of(name_of("driver", number)));
  booking_in(sockets_.next_text(socket), "connected");
  sockets_.say(socket, R"({"type":"location_update",)" +
                           position("", place_of(number, requests_.size())) + "}");
  sockets_.say(socket, R"({"type":"ping"})");
  booking_in(sockets_.next_text(socket), "pong");
  drivers_.push_back({socket, std::move(id)});
}

void WireCity::add_customer(const Caller& admin, std::size_t number) {
  registered(admin, "customer", number);
  const auto bearer = token_of(name_of("customer", number));
  const Customer customer{sockets_.open_websocket("/ws/customer?token=" + bearer), sockets_.open(),
                          post_head("/api/mobile/customer/booking/request", bearer)};
  booking_in(sockets_.next_text(customer.socket), "connected");
  schedule(customer);
  customers_.push_back(customer);
}

/// Books for next month, and has the driver who is asked accept it.
void WireCity::schedule(const Customer& customer) {
  const auto at = place_of(customers_.size() % requests_.size(), requests_.size());
  const auto date = to_iso(in(std::chrono::days(scheduled_days_ahead)), Fraction::milliseconds);
  const auto answer =
      sockets_.call(customer.http,
                    customer.request_head + with_length(request_body(at, "\"" + date + "\"")), 201);
  const auto driver = std::ranges::find(drivers_, string_member(answer, "driver_id"), &Driver::id);
  if (driver == drivers_.end()) throw std::runtime_error("a request found no driver: " + answer);
  const auto booking = booking_in(sockets_.next_text(driver->socket), "booking_assigned");
  sockets_.say(driver->socket, R"({"type":"accept_booking","booking_id":")" + booking + R"("})");
  booking_in(sockets_.next_text(driver->socket), "accept_accepted");
  booking_in(sockets_.next_text(customer.socket), "booking_confirmed");
}

}  // namespace hansom::bench
