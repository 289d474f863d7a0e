#include "tests/simulation/room_app.hpp"

#include "tests/simulation/violation.hpp"

#include <algorithm>

namespace hansom::simulation {

void RoomApp::heard(Socket& socket, const Frame& frame, bool) {
  const auto json = parsed(*frame);
  if (json.HasMember("error")) return;
  if (!socket.cursor.take(frame)) fail("out of order, or not in the log", *frame);
  if (member(json, "action") == "new") remember(messages_, member(json, "id"));
}

/// The newest messages are all there, newest first, and none that was deleted before.
void RoomApp::look_back() {
  request("GET", "/api/rooms/alice/general/messages", "",
          [this, before = world_.truth.messages_in(room_)](const std::optional<Answer>& answer) {
            if (!answer || answer->status != 200) return;
            const auto json = parsed(*answer->body);
            const auto& now = world_.truth.messages_in(room_);
            auto oldest = beyond_all;
            std::set<std::string> page;
            for (const auto& entry : json["data"]["messages"].GetArray()) {
              const auto id = member(entry, "id");
              const auto is_it = [&](const auto& each) { return to_string(each.second) == id; };
              std::optional<Position> sent;
              for (const auto* known : {&before, &now}) {
                const auto found = std::ranges::find_if(*known, is_it);
                if (found != known->end()) sent = found->first;
              }
              if (!sent || *sent >= oldest) fail("the history is wrong", *answer->body);
              oldest = *sent;
              page.insert(id);
            }
            if (!json["data"]["next_before"].IsNull()) return;
            for (const auto& [sent, id] : before) {
              const auto still = now.find(sent);
              if (still != now.end() && !page.contains(to_string(id))) {
                fail("the history lacks " + to_string(id), *answer->body);
              }
            }
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
