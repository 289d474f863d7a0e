#pragma once

#include "tests/simulation/many_sockets.hpp"

#include <deque>
#include <string>

namespace hansom::simulation {

class CampusApp final : public ManySockets {
 public:
  using ManySockets::heard;
  using ManySockets::ManySockets;
  void check_all_is_told() const override;

 private:
  bool was_shown(const Socket& socket, const Frame& frame) const;
  bool must_be_shown(const Socket& socket) const;
  void check_pending(const Socket& socket, const std::string& ride, const Frame& frame) const;
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
