#include "bench/wire_city.hpp"

#include "bench/load_parts.hpp"
#include "bench/server_process.hpp"
#include "bench/wire_format.hpp"
#include "events/instant.hpp"
#include "net/tokens/hs256.hpp"

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

std::string email(const std::string& role, std::size_t number) {
  return role + std::to_string(number) + "@bench.invalid";
}

std::string token(const std::string& role, std::size_t number) {
  return net::sign_hs256(server_jwt_secret, email(role, number), in(std::chrono::hours(24)));
}

/// All that goes before the length of the body.
std::string post_head(const std::string& target, const std::string& token) {
  return "POST " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer " + token +
         "\r\nContent-Type: application/json\r\nContent-Length: ";
}

std::string with_length(const std::string& body) {
  return std::to_string(body.size()) + "\r\n\r\n" + body;
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
  const Admin admin{admin_sockets, admin_sockets.open()};
  drivers_.reserve(drivers);
  for (std::size_t i = 0; i < drivers; ++i) {
    requests_.push_back(with_length(request_body(place_of(i, drivers), "null")));
  }
  for (std::size_t i = 0; i < drivers; ++i) add_driver(admin, i);
  for (std::size_t i = 0; i < customers; ++i) add_customer(admin, i);
}

std::string WireCity::registered(const Admin& admin, const std::string& role, std::size_t number) {
  const auto body = R"({"email":")" + email(role, number) + R"(","name":"Somebody","roles":[")" +
                    role + R"("],"phone":"211234567","phone_code":"NZ"})";
  const auto answer = admin.sockets.call(
      admin.socket, post_head("/api/admin/accounts", server_admin_token) + with_length(body), 201);
  return std::string(string_member(answer, "id"));
}

void WireCity::add_driver(const Admin& admin, std::size_t number) {
  auto id = registered(admin, "driver", number);
  const auto socket = sockets_.open_websocket("/ws/driver?token=" + token("driver", number));
  booking_in(sockets_.next_text(socket), "connected");
  sockets_.say(socket, R"({"type":"location_update",)" +
                           position("", place_of(number, requests_.size())) + "}");
  sockets_.say(socket, R"({"type":"ping"})");
  booking_in(sockets_.next_text(socket), "pong");
  drivers_.push_back({socket, std::move(id)});
}

void WireCity::add_customer(const Admin& admin, std::size_t number) {
  registered(admin, "customer", number);
  const auto bearer = token("customer", number);
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
