// What must hold after each turn.

#include "tests/simulation/violation.hpp"
#include "tests/simulation/world.hpp"

#include <algorithm>
#include <set>

namespace hansom::simulation {
namespace {

/// What was decided in one turn is shown with it or with one soon after.
constexpr auto soon = 1s;

/// A turn that is called for comes within this time.
constexpr auto turn_delay = 5ms;

/// All that run.
std::set<std::pair<BookingId, DeadlineKind>> running(const Deadlines& deadlines) {
  std::set<std::pair<BookingId, DeadlineKind>> all;
  for (const auto& each : deadlines.due(Instant::max(), deadlines.size())) {
    all.emplace(each.booking, each.kind);
  }
  return all;
}

}  // namespace

/// The loop takes one command of a turn after the other; what follows by itself has other names.
void World::command(std::string_view name) {
  deciding_for_.reset();
  if (undecided_.empty() || undecided_.front().second != name) return;
  deciding_for_ = undecided_.front().first;
  undecided_.pop_front();
}

/// A command's id is asked for first; others may be asked for while it is decided.
Uuid World::new_id() {
  const auto id = uuid(++last_id_);
  if (deciding_for_) senders_[id] = *std::exchange(deciding_for_, std::nullopt);
  return id;
}

/// What a command has led to is its answer.
void World::appended(std::span<const Envelope> events) {
  for (const auto& event : events) {
    const auto sender = senders_.extract(event.cause.value);
    if (sender.empty()) continue;
    if (const auto line = lines_.find(sender.mapped().value); line != lines_.end()) {
      --line->second->owed;
    }
  }
}

void World::check_all() {
  check_overdue();
  if (log_->is_busy()) return;
  check_answers();
  check_lines();
  check_choices();
}

/// Whoever sent something has an answer, once nothing is under way.
void World::check_answers() {
  if (queue_->size() > 0) return;
  if (!awaited_.empty()) throw Violation("a request was not answered");
  for (const auto& [peer, line] : lines_) {
    if (!line->is_open || line->is_closing || line->reports_drained) continue;
    if (line->owed > 0) throw Violation("a command on a socket was not answered");
    if (line->owed < 0) throw Violation("a command on a socket was answered twice");
  }
}

/// Nobody is connected who may not be, nor on more sockets than they may have.
void World::check_lines() {
  std::set<std::pair<AccountId, Side>> connected;
  for (const auto& [peer, line] : lines_) {
    if (!line->is_open || line->is_closing) continue;
    const auto barred = truth.barred_since(line->account, line->side);
    const auto ended = truth.put_out_at(line->account, line->side);
    if ((barred && now_ > *barred + soon) ||
        (ended && line->opened_at < *ended && now_ > *ended + soon)) {
      throw Violation("who was put out is still connected");
    }
    const bool has_one = line->side == Side::driver || line->side == Side::customer;
    if (has_one && !connected.emplace(line->account, line->side).second) {
      throw Violation("an account has two sockets on one side");
    }
  }
}

/// The live ones are those that the bookings carry, and none is put off but by the grace after a
/// start.
void World::check_deadlines() {
  const auto& live = loop_->projections().deadlines;
  const auto& folded = truth.state().deadlines;
  if (running(live) != running(folded)) throw Violation("other deadlines run than should");
  const auto grace_until = started_at_ + rules_.restart_grace;
  if (live.next() &&
      (*live.next() < *folded.next() || *live.next() > std::max(*folded.next(), grace_until))) {
    throw Violation("the next deadline is at another time than it should be");
  }
}

void World::check_overdue() const {
  for (const auto* booking : truth.state().bookings.all()) {
    for (const auto& [kind, due] : running_deadlines(*booking)) {
      const bool has_grace = kind == DeadlineKind::driver_response;
      const auto earliest = settled_since_ + (has_grace ? rules_.restart_grace : 0us);
      if (now_ > std::max(due, earliest) + soon) {
        throw Violation("a deadline of " + to_string(booking->id) + " passed without a word");
      }
    }
  }
}

/// Judged once it is known who was there all the time.
void World::check_choices() {
  auto& choices = truth.choices();
  for (; !choices.empty() && choices.front().at + 2 * soon < now_; choices.pop_front()) {
    const auto& [at, customer, chosen, asked] = choices.front();
    if (chosen && !had_socket(*chosen, at)) throw Violation("a driver was asked who is not there");
    if (chosen || static_cast<int>(asked.size()) >= rules_.max_attempts) continue;
    for (const auto& [account, registered] : cast()) {
      const bool was_asked = std::ranges::find(asked, account) != asked.end();
      if (account != customer && !was_asked && kept_socket(account, at)) {
        throw Violation("a driver was there, and not asked");
      }
    }
  }
}

/// Whether the engine can have known a socket of the driver.
bool World::had_socket(AccountId driver, Instant at) const {
  return std::ranges::any_of(lines_of_drivers_, [&](const auto& line) {
    return line->account == driver && line->came_at <= at &&
           (!line->gone_at || *line->gone_at + turn_delay >= at);
  });
}

/// Whether the engine must have known one.
bool World::kept_socket(AccountId driver, Instant at) const {
  return std::ranges::any_of(lines_of_drivers_, [&](const auto& line) {
    return line->account == driver && line->is_open && line->opened_at < at &&
           (!line->gone_at || *line->gone_at > at + soon);
  });
}

/// Nobody is sent away for nothing.
void World::check_close(const Line& line, const Output& output) {
  const auto expect = [](bool holds) {
    if (!holds) throw Violation("a socket is ended for nothing, or with the wrong code");
  };
  const auto put_out = truth.put_out_at(line.account, line.side);
  const bool log_failed = !is_serving() || settled_since_ == now_;
  if (const auto* answer = std::get_if<Answer>(&output.what)) {
    return expect(answer->status == 503 ? log_failed : answer->status == 403 && put_out);
  }
  const auto code = std::get<Close>(output.what).code;
  if (code == CloseCode::try_again_later) return expect(log_failed);
  if (code == CloseCode::normal) {
    const auto& history = truth.history();
    return expect(line.side == Side::customer &&
                  !history.current(line.account, line.side, truth.mark().position));
  }
  expect(code == CloseCode::policy_violation);
  const auto said = [&](std::string_view what) {
    return line.last_said && line.last_said->find(what) != std::string::npos;
  };
  if (line.side == Side::participant || said("force_disconnect")) {
    return expect(put_out && *put_out >= line.came_at);
  }
  if (said("SESSION_REPLACED")) return expect(newest_[{line.account, line.side}] != line.peer);
  if (said("ACCOUNT_BLOCKED")) return expect(put_out.has_value());
  expect(said("ONGOING_RIDE_ELSEWHERE") && line.side == Side::driver);
}

}  // namespace hansom::simulation
