#include "tests/simulation/many_sockets.hpp"

#include "tests/simulation/violation.hpp"

#include <algorithm>

namespace hansom::simulation {
namespace {

constexpr std::size_t sockets_max = 2;

}  // namespace

bool Cursor::take(const Frame& frame) {
  for (auto at = next_.value_or(from_); at < told_.size(); ++at) {
    if (!next_ && opened_ && at > std::max(*opened_, may_be_next_.value_or(0))) return false;
    if (*told_[at].frame == *frame) {
      next_ = at + 1;
      return true;
    }
    if (next_) return false;
  }
  return false;
}

void Cursor::may_have_taken(const Frame& frame) {
  for (auto at = from_; at < told_.size() && !may_be_next_; ++at) {
    if (*told_[at].frame == *frame) may_be_next_ = at + 1;
  }
}

void ManySockets::do_something() {
  auto& chance = world_.chance;
  std::erase_if(sockets_, [](const auto& socket) { return !socket->line; });
  if (sockets_.empty() || (!manners_.is_idle && sockets_.size() < sockets_max && chance.in(0.1))) {
    auto& socket = *sockets_.emplace_back(std::make_unique<Socket>(*this, told()));
    socket.line = world_.open(socket, side_, account_, target());
    return;
  }
  if (manners_.is_idle) return;
  auto& socket = *sockets_[chance.below(sockets_.size())];
  if (!socket.is_open) return;
  if (chance.in(manners_.drops)) return world_.drop(std::exchange(socket.line, nullptr));
  if (chance.in(manners_.nonsense)) {
    static const std::vector<std::string> frames = {
        "", "{", "[]", R"({"action":7})", R"({"action":"fly"})", R"({"type":"fly"})", "\xff"};
    return world_.send(socket.line, chance.pick(frames), chance.in(0.8));
  }
  use(socket);
}

void ManySockets::check_all_is_told() const {
  if (sockets_.empty()) fail("is not connected");
  for (const auto& socket : sockets_) {
    if (!socket->line || !socket->is_open) fail("is not connected");
    if (!socket->cursor.is_at_end()) fail("was not told all", *told().back().frame);
  }
}

}  // namespace hansom::simulation
