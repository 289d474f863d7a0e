#include "tests/simulation/world.hpp"

#include "net/dialects/parse.hpp"
#include "net/dialects/taxi/parse.hpp"
#include "projections/checkpoint.hpp"
#include "tests/simulation/violation.hpp"

#include <iostream>
#include <utility>

namespace hansom::simulation {
namespace {

Rules quick_rules() {
  Rules rules;
  rules.driver_response_time = 12s;
  rules.customer_waiting_time = 20s;
  rules.restart_grace = 3s;
  rules.scheduled_reject_window = 5s;
  return rules;
}

net::Api::Options api_options() {
  net::Api::Options options;
  options.admin_token = World::admin_token;
  return options;
}

constexpr const char* secret = "a secret of thirty-two characters";

std::string bearer(const std::string& token) { return token.empty() ? "" : "Bearer " + token; }

}  // namespace

World::World(std::uint64_t seed, bool traced)
    : chance(seed),
      truth(renderer_),
      traced_(traced),
      rules_(quick_rules()),
      verifier_(secret),
      api_(api_options(), verifier_,
           {[this] { return is_serving(); }, [] { return std::string(); }}),
      conduct_(truth) {
  for (const auto& [id, account] : cast()) {
    tokens_[id] = net::sign_hs256(secret, account.email, noon + 24h);
  }
  Story story;
  story.register_cast();
  DiskLog log(disk_, chance, faults);
  (void)log.reopen();
  (void)log.append({}, story.events());
  start();
}

World::~World() {
  if (log_) log_->abandon();
}

void World::after(std::chrono::microseconds delay, std::function<void()> what) {
  actions_.push({now_ + delay, ++last_order_, std::move(what)});
}

void World::run_until(Instant end) {
  while (!actions_.empty() && actions_.top().at <= end) {
    auto action = std::move(const_cast<Action&>(actions_.top()));
    actions_.pop();
    now_ = std::max(now_, action.at);
    action.what();
  }
  now_ = end;
}

std::chrono::microseconds World::between(std::chrono::microseconds low,
                                         std::chrono::microseconds high) {
  return low + std::chrono::microseconds(chance.below((high - low).count() + 1));
}

void World::note(std::string_view what, std::string_view more) {
  const auto mix = [this](std::string_view bytes) {
    for (const unsigned char byte : bytes) hash_ = (hash_ ^ byte) * 1099511628211ull;
  };
  const auto at = (now_ - noon).count();
  mix({reinterpret_cast<const char*>(&at), sizeof(at)});
  mix(what);
  mix(more);
  if (traced_) {
    std::cout << static_cast<double>(at) / 1e6 << " " << what << " " << more << std::endl;
  }
}

// The process.

void World::start() {
  log_ = std::make_unique<DiskLog>(disk_, chance, faults);
  if (const auto opened = log_->reopen(); !opened) {
    if (opened.error().kind == LogError::Kind::damaged) {
      throw Violation("a start is refused: " + opened.error().message);
    }
    log_.reset();
    return after(1s, [this, life = life_] {
      if (life == life_) start();
    });
  }
  note("start");
  started_at_ = serving_since_ = now_;
  queue_ = std::make_unique<net::CommandQueue>();
  Observer& observer = *this;
  Outlet& outlet = *this;
  loop_ = std::make_unique<Loop>(
      *log_, rules_, renderer_, observer, outlet, [this] { return uuid(++last_id_); },
      [this]() -> std::optional<Checkpoint> {
        if (!checkpoint_) return std::nullopt;
        auto decoded = decode_checkpoint(*checkpoint_);
        if (!decoded) throw Violation("a checkpoint can't be read: " + decoded.error());
        return std::move(*decoded);
      });
  if (const auto started = loop_->start(now_); !started) {
    throw Violation("a start is refused: " + started.error().message);
  }
  truth.catch_up(disk_);
  check_state();
  if (const auto due = loop_->next_due()) wake(*due);
}

void World::crash(bool power_is_cut) {
  if (!log_) return;
  note(power_is_cut ? "power cut" : "kill -9");
  ++crashes;
  ++life_;
  log_->abandon();
  loop_.reset();
  queue_.reset();
  log_.reset();
  turn_at_.reset();
  disk_will_work_ = false;
  conduct_.begin_anew();
  if (power_is_cut) disk_.lose_power(chance);
  for (auto& [number, line] : std::exchange(lines_, {})) {
    line->is_closing = true;
    if (!line->listener) continue;
    // What the system had taken may still arrive.
    const auto at = chance.in(0.5) ? std::max(line->server_said_at, now_) : now_;
    after(at - now_ + between(0ms, 500ms), [line = line] {
      if (auto* listener = std::exchange(line->listener, nullptr)) listener->ended();
    });
  }
  for (auto& [number, heard] : std::exchange(awaited_, {})) {
    after(between(0ms, 500ms), [heard = heard] { heard(std::nullopt); });
  }
  after(between(50ms, 4s), [this, life = life_] {
    if (life == life_) start();
  });
}

void World::live(const std::function<void()>& what) {
  try {
    what();
  } catch (const Killed&) {
    crash(chance.in(0.5));
  }
}

void World::submit(PeerId from, Command command) {
  Submitted submitted{from, std::move(command)};
  if (!queue_->push(std::move(submitted))) throw Violation("a queue of a few commands is full");
  wake(now_ + between(0us, 3ms));
}

/// As a net thread does where the queue takes no command.
bool World::refuses_next() {
  if (!chance.in(overloaded)) return false;
  ++refusals;
  return true;
}

void World::wake(Instant at) {
  if (turn_at_ && *turn_at_ <= at) return;
  turn_at_ = at;
  after(std::max(at - now_, std::chrono::microseconds(0)), [this, at, life = life_] {
    if (life != life_ || turn_at_ != at) return;
    turn_at_.reset();
    live([this] { turn(); });
  });
}

void World::turn() {
  std::vector<Submitted> batch;
  queue_->take(batch, 0us);
  note("turn", std::to_string(batch.size()));
  const auto failures_before = failures;
  check_timers();
  loop_->turn(std::move(batch), now_, chance.in(busy) ? turns_in_flight_max : 0);
  if (log_->is_busy()) let_disk_work();
  check_state();
  conduct_.check(now_);
  if (queue_->size() > 0) wake(now_ + between(0us, 1ms));
  if (const auto due = loop_->next_due()) {
    // (What was due when an append failed is due again.)
    if (loop_->serving() && *due <= now_ && failures == failures_before && log_->is_in_order())
      throw Violation("the loop runs hot");
    wake(std::max(*due, now_ + 1us));
  }
}

/// What falls due is seen to at once, but while the log is out of order, and where drivers have yet
/// to come back.
void World::check_timers() {
  truth.catch_up(disk_);
  if (!is_serving() || log_->is_busy() || !log_->is_in_order()) return;
  const auto since = std::max(serving_since_, started_at_ + rules_.restart_grace);
  const auto& deadlines = truth.state().deadlines;
  const auto due = deadlines.next();
  if (due && std::max(*due, since) + 1s < now_) {
    throw Violation("a deadline of " + to_string(deadlines.due(now_, 1).front().booking) +
                    " is seen to too late");
  }
}

void World::let_disk_work() {
  if (std::exchange(disk_will_work_, true)) return;
  after(between(100us, 20ms), [this, life = life_] {
    if (life != life_) return;
    disk_will_work_ = false;
    live([this] {
      if (log_->is_busy()) log_->work();
    });
    if (log_ && log_->is_busy()) let_disk_work();
  });
}

void World::check_state() {
  truth.catch_up(disk_);
  if (!is_serving() || log_->is_busy() || !log_->is_in_order()) return;
  if (loop_->projections().end != truth.mark().position ||
      encode_checkpoint(truth.mark(), loop_->projections()) !=
          encode_checkpoint(truth.mark(), truth.state())) {
    throw Violation("the live state is not what the log folds to");
  }
}

void World::store_checkpoint() {
  truth.catch_up(disk_);
  note("checkpoint");
  checkpoint_ = encode_checkpoint(truth.mark(), truth.state());
}

void World::append_from_elsewhere() {
  DiskFaults none;
  DiskLog other(disk_, chance, none);
  if (!other.reopen()) return;
  note("append from elsewhere");
  Story foreign(other.end());
  const auto number = 0xf000'0000u + static_cast<unsigned>(foreign.end().value);
  const AccountId id{uuid(number)};
  foreign.tell(StreamId(id),
               Event(AccountEvent(account("foreign" + std::to_string(number), {Role::student}))),
               std::max(now_, truth.state().last_at));
  (void)other.append(other.end(), foreign.events());
}

void World::log_failed(const LogError& error) {
  ++failures;
  note("log failed", error.message);
  if (error.kind == LogError::Kind::damaged)
    throw Violation("the log is damaged: " + error.message);
}

// The network.

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
  line->is_known = true;
  conduct_.entered(*line);
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
  if (!std::holds_alternative<UpdateLocation>(*command))
    conduct_.asked(*line, name_of(*command), now_);
  submit(line->peer, std::move(*command));
}

void World::drop(const std::shared_ptr<Line>& line) {
  if (!line->listener) return;
  line->listener = nullptr;
  after(between(1ms, chance.in(0.3) ? 8s : 20ms), [this, line] { sign_off(line); });
}

/// The engine hears once that a socket is gone.
void World::sign_off(const std::shared_ptr<Line>& line) {
  line->is_closing = true;
  if (lines_.erase(line->peer.value) == 0) return;
  conduct_.left(*line, now_);
  submit(line->peer, Disconnect{});
}

void World::say(const std::shared_ptr<Line>& line, Frame frame, bool in_burst) {
  if (line->is_closing) return;
  ++frames;
  ++line->under_way;
  note(">", *frame);
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
  if (std::exchange(line->is_closing, true)) return;
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
    if (answer->status >= 500 && answer->status != 503)
      throw Violation("answered: " + *answer->body);
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
    conduct_.said(*line, **frame, now_);
    say(line, std::move(*frame));
  } else if (auto* burst = std::get_if<Burst>(&output.what)) {
    if (burst->report_drained) line->reports_drained = true;
    for (auto& frame : burst->frames) {
      conduct_.said(*line, *frame, now_);
      say(line, std::move(frame), true);
    }
    report_if_drained(line);  // there may have been none
  } else if (std::holds_alternative<Admitted>(output.what)) {
    line->is_open = true;
    line->opened_at = now_;
    after(arrival(line->server_said_at) - now_, [line] {
      if (line->listener) line->listener->opened();
    });
  } else {
    // A Close, or an answer instead of the upgrade.
    close(line);
  }
}

}  // namespace hansom::simulation
