#include "tests/simulation/room_app.hpp"

#include <optional>

namespace hansom::simulation {

void RoomApp::heard(Socket& socket, const Frame& frame, bool) {
  const auto json = parsed(*frame);
  if (json.HasMember("error")) return;
  if (!socket.cursor.take(frame)) fail("out of order, or not in the log", *frame);
  if (member(json, "action") == "new") remember(messages_, member(json, "id"));
}

/// A page of the history is what it was at some point since it was asked for.
void RoomApp::look_back() {
  request("GET", "/api/rooms/alice/general/messages?limit=20", "",
          [this, from = now_at()](const std::optional<Answer>& answer) {
            if (!answer || answer->status != 200) return;
            const auto& history = world_.truth.history();
            const bool was_so = history.once(from, [&](Position at) {
              const auto page = history.messages(room_, 20, at);
              return same_data(*answer->body, world_.renderer().room_messages(page, noon));
            });
            if (!was_so) fail("the history is wrong", *answer->body);
          });
}

void RoomApp::use(Socket& socket) {
  auto& chance = world_.chance;
  if (chance.in(0.1)) return look_back();
  const auto text = R"("message":"say )" + std::to_string(chance.below(1'000'000)) + R"("})";
  if (messages_.empty() || chance.in(0.6)) {
    return world_.send(socket.line, R"({"type":"text",)" + text);
  }
  const auto id = R"("messageId":)" + quoted(chance.pick(messages_));
  world_.send(socket.line, chance.in(0.6) ? R"({"type":"update",)" + id + ',' + text
                                          : R"({"type":"delete",)" + id + '}');
}

}  // namespace hansom::simulation
