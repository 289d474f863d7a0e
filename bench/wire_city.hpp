#pragma once

#include "bench/server_api.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace hansom::bench {

/// Drivers and customers of an empty taxi server, connected. The drivers stand apart from each
/// other, each next to a place where somebody may ask for a ride, so that rides spread over them.
/// Every customer has a scheduled booking besides, a month ahead: without one the server would end
/// their socket after each ride.
class WireCity {
 public:
  using Number = WireSockets::Number;

  struct Driver {
    Number socket = 0;
    std::string id;
  };

  struct Customer {
    Number socket = 0;
    Number http = 0;           ///< a connection of their own, kept alive
    std::string request_head;  ///< of a request for a ride, to go before any of `requests`
  };

  /// Registers all as the admin does, and connects them by `sockets`, which has no others. Throws
  /// `std::runtime_error` when the server does not answer as documented.
  WireCity(std::uint16_t port, WireSockets& sockets, std::size_t drivers, std::size_t customers);

  const std::vector<Driver>& drivers() const { return drivers_; }
  const std::vector<Customer>& customers() const { return customers_; }
  /// Bodies of requests, one for each place.
  const std::vector<std::string>& requests() const { return requests_; }

 private:
  void add_driver(const Caller& admin, std::size_t number);
  void add_customer(const Caller& admin, std::size_t number);
  void schedule(const Customer& customer);

  WireSockets& sockets_;
  std::vector<Driver> drivers_;
  std::vector<Customer> customers_;
  std::vector<std::string> requests_;
};

}  // namespace hansom::bench
