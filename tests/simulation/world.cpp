#include "tests/simulation/world.hpp"

#include "events/record.hpp"
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

}  // namespace

World::World(std::uint64_t seed, bool traced)
    : chance(seed),
      truth(renderer_),
      traced_(traced),
      rules_(quick_rules()),
      verifier_(secret),
      api_(api_options(), verifier_,
           {[this] { return is_serving(); }, [] { return std::string(); }}) {
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
  live([this] { open_log(); });
}

void World::start_later() {
  loop_.reset();
  queue_.reset();
  log_.reset();
  after(1s, [this, life = life_] {
    if (life == life_) start();
  });
}

void World::open_log() {
  if (const auto opened = log_->reopen(); !opened) {
    if (opened.error().kind == LogError::Kind::damaged) {
      throw Violation("a start is refused: " + opened.error().message);
    }
    return start_later();
  }
  note("start");
  queue_ = std::make_unique<net::CommandQueue>();
  Observer& observer = *this;
  Outlet& outlet = *this;
  loop_ = std::make_unique<Loop>(
      *log_, rules_, renderer_, observer, outlet, [this] { return new_id(); },
      [this]() -> std::optional<Checkpoint> {
        if (!checkpoint_) return std::nullopt;
        auto decoded = decode_checkpoint(*checkpoint_);
        if (!decoded) throw Violation("a checkpoint can't be read: " + decoded.error());
        return std::move(*decoded);
      });
  if (const auto started = loop_->start(now_); !started) {
    if (started.error().kind != LogError::Kind::damaged) return start_later();
    throw Violation("a start is refused: " + started.error().message);
  }
  settled_since_ = started_at_ = now_;
  truth.catch_up(disk_);
  truth.begin_grace(now_ + rules_.restart_grace);
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
  undecided_.clear();
  senders_.clear();
  if (power_is_cut) disk_.lose_power(chance);
  for (auto& [number, line] : std::exchange(lines_, {})) {
    end(*line);
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
  for (const auto& [from, command] : batch) {
    // (What asks for a socket is answered by that.)
    undecided_.emplace_back(asks_for_socket(command) ? PeerId{} : from, name_of(command));
  }
  const auto failures_before = failures;
  loop_->turn(std::move(batch), now_, chance.in(busy) ? turns_in_flight_max : 0);
  undecided_.clear();
  if (log_->is_busy()) let_disk_work();
  check_state();
  check_all();
  if (queue_->size() > 0) wake(now_ + between(0us, 1ms));
  if (const auto due = loop_->next_due()) {
    // (What was due when an append failed is due again.)
    if (loop_->serving() && *due <= now_ && failures == failures_before && log_->is_in_order())
      throw Violation("the loop runs hot");
    wake(std::max(*due, now_ + 1us));
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
  check_deadlines();
  if (loop_->projections().end != truth.mark().position ||
      encode_checkpoint(truth.mark(), loop_->projections()) !=
          encode_checkpoint(truth.mark(), truth.state())) {
    throw Violation("the live state is not what the log folds to");
  }
}

/// As the server does: from the checkpoint before on, by what is on the disk for good.
void World::store_checkpoint() {
  truth.catch_up(disk_);
  note("checkpoint");
  Checkpoint next;
  if (checkpoint_) next = std::move(*decode_checkpoint(*checkpoint_));
  const auto from = next.at.position;
  next.at = {};
  const std::string_view durable(disk_.bytes.data(), disk_.synced);
  for (std::size_t at = 0; const auto record = record_at(durable, at);) {
    (void)decode_record(*record, next.at.hash, next.at.position, [&](Envelope&& each) {
      if (each.position > from) next.state.fold(each);
      return true;
    });
    at += size_on_disk(*record);
  }
  checkpoint_ = encode_checkpoint(next.at, next.state);
  if (*checkpoint_ != encode_checkpoint(truth.mark(), truth.state())) {
    throw Violation("a checkpoint is not what the log folds to");
  }
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
  settled_since_ = now_;
  note("log failed", error.message);
  if (error.kind == LogError::Kind::damaged)
    throw Violation("the log is damaged: " + error.message);
}

}  // namespace hansom::simulation
