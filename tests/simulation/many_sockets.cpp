#include "tests/simulation/many_sockets.hpp"

#include <utility>
#include <vector>

namespace hansom::simulation {

namespace {

constexpr std::size_t sockets_max = 2;

}  // namespace

std::optional<std::size_t> Cursor::find_first(const Frame& frame) const {
  for (auto at = from_; at <= opened_; ++at) {
    if (is(at, frame)) return at;
  }
  return std::nullopt;
}

bool Cursor::take(const Frame& frame) {
  auto found = next_;
  if (!found) found = may_be_next_ && is(*may_be_next_, frame) ? may_be_next_ : find_first(frame);
  if (!found || !is(*found, frame)) return false;
  next_ = *found + 1;
  return true;
}

void Cursor::may_have_taken(const Frame& frame) {
  if (const auto found = find_first(frame)) may_be_next_ = *found + 1;
}

void ManySockets::do_something() {
  auto& chance = world_.chance;
  std::erase_if(sockets_, [](const auto& socket) { return !socket->line; });
  if (sockets_.empty() || (!manners_.is_idle && sockets_.size() < sockets_max && chance.in(0.1))) {
    auto& socket = *sockets_.emplace_back(std::make_unique<Socket>(*this, told(), now_at()));
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
