#pragma once

#include "tests/simulation/many_sockets.hpp"

#include <deque>
#include <string>

namespace hansom::simulation {

class RoomApp final : public ManySockets {
 public:
  RoomApp(World& world, const Manners& manners, AccountId account, const RoomId& room)
      : ManySockets(world, manners, account, Side::participant), room_(room) {}
  using ManySockets::heard;

 private:
  void heard(Socket& socket, const Frame& frame, bool in_burst) override;
  void use(Socket& socket) override;
  const Truth::Stream& told() const override { return world_.truth.told_in(room_); }
  std::string target() const override { return "/ws/chat/alice/general"; }
  void look_back();

  const RoomId room_;
  std::deque<std::string> messages_;
};

}  // namespace hansom::simulation
