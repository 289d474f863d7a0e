#pragma once

#include "tests/simulation/many_sockets.hpp"

namespace hansom::simulation {

class CampusApp final : public ManySockets {
 public:
  using ManySockets::heard;
  using ManySockets::ManySockets;

 private:
  void heard(Socket& socket, const Frame& frame, bool in_burst) override;
  void use(Socket& socket) override;
  const Truth::Stream& told() const override { return world_.truth.told(account_, side_); }
  std::string target() const override {
    return (side_ == Side::passenger ? "/passenger/" : "/driver/") + to_string(account_);
  }
  std::string ride() const;

  std::deque<std::string> rides_;  // the latest that it knows of
};

}  // namespace hansom::simulation
