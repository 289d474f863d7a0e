// Sockets and requests: what people send, and what the engine says.

#include "net/dialects/parse.hpp"
#include "net/dialects/taxi/parse.hpp"
#include "tests/simulation/violation.hpp"
#include "tests/simulation/world.hpp"

#include <utility>

namespace hansom::simulation {

namespace {

std::string bearer(const std::string& token) { return token.empty() ? "" : "Bearer " + token; }

/// A refusal, of whichever dialect.
bool is_error(std::string_view frame) {
  return frame.starts_with(R"({"type":"error")") || frame.starts_with(R"({"action":"error")") ||
         frame.starts_with(R"({"error")");
}

}  // namespace

/// Whatever is said comes after what was said before.
Instant World::arrival(Instant& last) {
  return last = std::max(last, now_ + between(50us, chance.in(0.05) ? 400ms : 5ms));
}

std::shared_ptr<Line> World::open(Listener& listener, Side side, AccountId account,
                                  const std::string& target) {
  auto line = std::make_shared<Line>();
  line->peer = new_peer();
  line->side = side;
  line->account = account;
  line->listener = &listener;
  after(arrival(line->client_said_at) - now_, [this, line, target] {
    if (!line->listener) return;
    if (!loop_) {
      line->is_closing = true;
      return std::exchange(line->listener, nullptr)->ended();
    }
    take_upgrade(line, target);
  });
  return line;
}

void World::take_upgrade(const std::shared_ptr<Line>& line, const std::string& target) {
  const auto authorization = bearer(token_of(line->account));
  net::HttpRequest request{"GET", target, authorization, ""};
  request.is_upgrade = true;
  auto upgrade = api_.upgrade(request, now_);
  if (!upgrade || !upgrade->connect) throw Violation("a good token was refused");
  if (upgrade->side != line->side) throw Violation("a socket is for another side than it was");
  lines_[line->peer.value] = line;
  line->came_at = now_;
  newest_[{line->account, line->side}] = line->peer;
  if (line->side == Side::driver) lines_of_drivers_.push_back(line);
  submit(line->peer, std::move(*upgrade->connect));
}

void World::send(const std::shared_ptr<Line>& line, std::string text, bool is_text) {
  if (!line->listener) return;
  after(arrival(line->client_said_at) - now_,
        [this, line, text = std::move(text), is_text] { take_message(line, text, is_text); });
}

void World::take_message(const std::shared_ptr<Line>& line, const std::string& text, bool is_text) {
  if (!line->is_open || line->is_closing) return;
  note("<", text);
  auto command = is_text ? net::parse_frame(line->side, text) : net::binary_frame();
  if (!command) return say(line, std::make_shared<const std::string>(net::taxi::pong));
  if (refuses_next()) {
    return say(line, renderer_.error(line->side, net::server_busy(), booking_id_of(*command)));
  }
  if (!std::holds_alternative<UpdateLocation>(*command)) ++line->owed;
  submit(line->peer, std::move(*command));
}

void World::drop(const std::shared_ptr<Line>& line) {
  if (!line->listener) return;
  line->listener = nullptr;
  after(between(1ms, chance.in(0.3) ? 8s : 20ms), [this, line] { sign_off(line); });
}

void World::end(Line& line) {
  line.is_closing = true;
  if (!line.gone_at) line.gone_at = now_;
}

/// The engine hears once that a socket is gone.
void World::sign_off(const std::shared_ptr<Line>& line) {
  end(*line);
  if (lines_.erase(line->peer.value) == 0) return;
  submit(line->peer, Disconnect{});
}

void World::say(const std::shared_ptr<Line>& line, Frame frame, bool in_burst) {
  if (line->is_closing) return;
  ++frames;
  ++line->under_way;
  note(">", *frame);
  line->last_said = frame;
  after(arrival(line->server_said_at) - now_, [this, line, frame = std::move(frame), in_burst] {
    --line->under_way;
    if (line->listener) line->listener->heard(frame, in_burst);
    report_if_drained(line);
  });
}

void World::report_if_drained(const std::shared_ptr<Line>& line) {
  if (line->under_way > 0 || line->is_closing) return;
  if (std::exchange(line->reports_drained, false)) submit(line->peer, Drained{});
}

void World::close(const std::shared_ptr<Line>& line) {
  if (line->is_closing) return;
  end(*line);
  after(arrival(line->server_said_at) - now_, [this, line, life = life_] {
    if (auto* listener = std::exchange(line->listener, nullptr)) listener->ended();
    if (life == life_) sign_off(line);
  });
}

void World::request(Request request, Heard heard) {
  after(between(50us, 5ms), [this, request = std::move(request), heard = std::move(heard)] {
    if (!loop_ || chance.in(0.02)) {
      note("request lost");
      return after(50ms, [heard] { heard(std::nullopt); });
    }
    take_request(request, heard);
  });
}

void World::take_request(const Request& request, const Heard& heard) {
  note(request.method, request.target + " " + request.body);
  const auto authorization = bearer(request.token);
  net::HttpRequest http{request.method, request.target, authorization, request.body};
  http.idempotency_key = request.idempotency_key;
  auto outcome = api_.handle(http, now_);
  if (std::holds_alternative<Command>(outcome) && refuses_next()) {
    outcome = net::refused(net::server_busy(), now_);
  }
  const auto peer = new_peer();
  if (const auto* response = std::get_if<net::HttpResponse>(&outcome)) {
    const auto* body = std::get_if<Frame>(&response->body);
    const Answer answer{response->status, body ? *body : nullptr};
    return after(between(50us, 5ms), [heard, answer] { heard(answer); });
  }
  awaited_[peer.value] = heard;
  submit(peer, std::get<Command>(std::move(outcome)));
}

// What the engine says.

void World::release(Outbox outbox) {
  truth.catch_up(disk_);
  for (auto& output : outbox) take_output(std::move(output));
}

void World::take_output(Output&& output) {
  if (const auto* answer = std::get_if<Answer>(&output.what)) {
    note("answer", std::to_string(answer->status) + " " + *answer->body);
    if (answer->status >= 500 && answer->status != 503) {
      throw Violation("an answer says that the server failed: " + *answer->body);
    }
    if (const auto awaited = awaited_.find(output.to.value); awaited != awaited_.end()) {
      auto heard = std::move(awaited->second);
      awaited_.erase(awaited);
      // The connection may go before the answer comes.
      if (chance.in(0.05)) return after(50ms, [heard] { heard(std::nullopt); });
      return after(between(50us, 5ms), [heard, answer = *answer] { heard(answer); });
    }
  }
  const auto found = lines_.find(output.to.value);
  if (found == lines_.end()) return;  // gone meanwhile
  const auto line = found->second;
  if (auto* frame = std::get_if<Frame>(&output.what)) {
    if (is_error(**frame)) --line->owed;
    say(line, std::move(*frame));
  } else if (auto* burst = std::get_if<Burst>(&output.what)) {
    if (burst->report_drained) line->reports_drained = true;
    for (auto& frame : burst->frames) {
      if (frame->starts_with(R"({"type":"snapshot")")) --line->owed;
      say(line, std::move(frame), true);
    }
    report_if_drained(line);  // there may have been none
  } else if (std::holds_alternative<Admitted>(output.what)) {
    line->is_open = true;
    line->opened_at = now_;
    after(arrival(line->server_said_at) - now_, [line, admitted = truth.mark().position] {
      if (line->listener) line->listener->opened(admitted);
    });
  } else {
    // A Close, or an answer instead of the upgrade.
    if (!line->is_closing) check_close(*line, output);
    close(line);
  }
}

}  // namespace hansom::simulation
