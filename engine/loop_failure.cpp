#include "engine/loop.hpp"

#include <algorithm>
#include <ranges>
#include <set>
#include <variant>

namespace hansom {
namespace {

/// Nobody waits for an answer to these, and what they say holds whatever becomes of the turn.
bool is_mere_news(const Command& command) {
  return std::holds_alternative<Disconnect>(command) || std::holds_alternative<Drained>(command) ||
         std::holds_alternative<UpdateLocation>(command);
}

}  // namespace

/// While the log is out of order nothing is decided, but who leaves has left.
void Loop::turn_away(const std::vector<Submitted>& commands) {
  for (const auto& [from, command] : commands) {
    if (std::holds_alternative<Disconnect>(command)) handle(from, Disconnect{});
    if (std::holds_alternative<Drained>(command)) give_up_resyncs(from);
    if (const auto* update = std::get_if<UpdateLocation>(&command)) handle(from, *update);
    if (!is_mere_news(command)) say_unavailable(from, command);
  }
}

/// Takes all turns back that are in flight, of which the first has failed: so have, or will, those
/// that rest on it. Then tries to go on from what the log has.
void Loop::take_back(Instant clock) {
  log_.finish_appends();
  auto& failed = *in_flight_.front();
  observer_.log_failed(failed.outcome.result().error());
  for (auto& later : in_flight_ | std::views::drop(1)) failed.add(std::move(*later));
  turn_ = new_turn();
  withdraw(failed);
  in_flight_.clear();
  retry_log_at_ = std::max(clock, reopened_at_ + log_retry_interval);
  recover(clock);
  release(turn_->outbox);
}

/// Nothing that rests on what was lost is shown; its senders hear that the log failed instead. Who
/// was greeted on the strength of it has to come again, and so has whoever was forced out.
void Loop::withdraw(const Turn& failed) {
  unshown_after_ = failed.before;
  // Who came in these turns is not in yet, whatever became of them since; they are told below.
  std::set<PeerId> newcomers;
  for (const auto& [from, command] : failed.commands) {
    if (asks_for_socket(command)) newcomers.insert(from);
  }
  for (const auto& [peer, side] : failed.replaced) {
    if (newcomers.contains(peer)) continue;
    dismiss(peer, side, session_replaced(), CloseCode::policy_violation);
  }
  for (const auto& [peer, side] : failed.forced_out) {
    if (newcomers.contains(peer)) continue;
    dismiss(peer, side, log_unavailable(), CloseCode::try_again_later);
  }
  for (const auto peer : failed.parting) {
    if (auto* session = sessions_.find(peer)) session->farewell_at.reset();
  }
  for (const auto& [peer, resync] : failed.resynced) refuse(peer, resync, log_unavailable());
  for (const auto& [from, command] : failed.commands) {
    if (asks_for_socket(command)) handle(from, Disconnect{});
    const bool is_resync = std::holds_alternative<Resync>(command);
    if (is_resync || std::holds_alternative<Drained>(command)) give_up_resyncs(from);
    if (is_resync) continue;
    if (!is_mere_news(command)) say_unavailable(from, command);
  }
}

void Loop::say_unavailable(PeerId to, const Command& command) {
  if (const auto* connect = std::get_if<Connect>(&command)) {
    say(to, Admitted{});
    dismiss(to, connect->side, log_unavailable(), CloseCode::try_again_later);
  } else {
    std::visit([&](const auto& each) { refuse(to, each, log_unavailable()); }, command);
  }
}

/// Tries to get the log back in order, not more often than once a `log_retry_interval`. What was
/// withheld and turns out to be in the log is released. REQUIRES: no turn is in flight.
bool Loop::recover(Instant clock) {
  if (clock < *retry_log_at_) return false;
  reopened_at_ = clock;
  auto recovered = log_.reopen();
  const auto said_before = turn_->outbox.size();
  if (recovered) recovered = fold();
  if (!recovered) {
    turn_->outbox.resize(said_before);
    turn_->parting.clear();
    observer_.log_failed(recovered.error());
    retry_log_at_ = clock + log_retry_interval;
    return false;
  }
  retry_log_at_.reset();
  observer_.log_recovered(projections_.end);
  unshown_after_.reset();
  at_ = std::max(clock, projections_.last_at);
  wait_for_drivers();
  folded_anew_ = true;
  plan_farewells();
  turn_->parting.clear();
  release(turn_->outbox);
  return true;
}

/// Folds all state from the log. What was withheld when an append failed, and turns out to be
/// there, is shown now.
LogResult Loop::fold() {
  projections_.start_anew();
  pending_frames_.clear();
  if (const auto restored = restore_checkpoint(); !restored) return restored;
  return log_.read({projections_.end.value + 1}, [&](const Envelope& envelope) {
    projections_.apply(envelope);
    if (unshown_after_ && envelope.position > *unshown_after_) show(envelope);
    projections_.settle(envelope);
    return true;
  });
}

/// What was offered before a start is answered once drivers had the time to come back.
void Loop::wait_for_drivers() {
  projections_.deadlines.postpone(DeadlineKind::driver_response, grace_until_);
}

/// Begins where the newest checkpoint stands, if there is one. One that was made since the log was
/// opened anew may hold what is still to be shown, and is passed over.
LogResult Loop::restore_checkpoint() {
  auto checkpoint = load_checkpoint_ ? load_checkpoint_() : std::nullopt;
  if (!checkpoint) return {};
  if (unshown_after_ && checkpoint->at.position > *unshown_after_) return {};
  const auto held = log_.holds(checkpoint->at);
  if (!held) return std::unexpected(held.error());
  if (!*held) {
    return std::unexpected(LogError{
        LogError::Kind::damaged,
        "a checkpoint was made at position " + std::to_string(checkpoint->at.position.value) +
            " of a record that the log does not have; look with: hansom-replay verify"});
  }
  projections_.restore(std::move(checkpoint->state));
  return {};
}

}  // namespace hansom
