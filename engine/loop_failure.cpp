#include "engine/loop.hpp"

#include <algorithm>
#include <variant>

namespace hansom {
namespace {

/// Nobody waits for an answer to these, and what they say holds whatever becomes of the batch.
bool is_mere_news(const Command& command) {
  return std::holds_alternative<Disconnect>(command) || std::holds_alternative<Drained>(command) ||
         std::holds_alternative<UpdateLocation>(command);
}

}  // namespace

/// While the log is out of order nothing is decided, but who leaves has left.
void Loop::turn_away(std::span<const Submitted> commands) {
  for (const auto& [from, command] : commands) {
    if (std::holds_alternative<Disconnect>(command)) handle(from, Disconnect{});
    if (std::holds_alternative<Drained>(command)) give_up_resyncs(from);
    if (const auto* update = std::get_if<UpdateLocation>(&command)) handle(from, *update);
    if (!is_mere_news(command)) say_unavailable(from, command);
  }
}

/// Nothing that rests on the lost batch may be shown, so nothing that was said in it is; its
/// senders hear that the log failed instead. Who was greeted on the strength of it has to come
/// again, and so has whoever was forced out.
void Loop::withdraw(std::span<const Submitted> commands) {
  outbox_.clear();
  parting_.clear();
  const auto before = batch_.before();
  unshown_after_ = std::min(unshown_after_.value_or(before), before);
  batch_.clear();
  // Who came in this batch is not in yet, whatever became of them since; they are told below.
  const auto has_just_come = [&](PeerId peer) {
    return std::ranges::any_of(commands, [&](const Submitted& submitted) {
      return submitted.from == peer && asks_for_socket(submitted.command);
    });
  };
  for (const auto& [peer, side] : replaced_) {
    if (has_just_come(peer)) continue;
    dismiss(peer, side, session_replaced(), CloseCode::policy_violation);
  }
  for (const auto& [peer, side] : forced_out_) {
    if (has_just_come(peer)) continue;
    dismiss(peer, side, log_unavailable(), CloseCode::try_again_later);
  }
  for (const auto& [peer, resync] : resynced_) refuse(peer, resync, log_unavailable());
  for (const auto& [from, command] : commands) {
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
    const bool over_http =
        std::visit([]<typename C>(const C&) { return comes_over_http<C>; }, command);
    refuse(to, over_http, booking_id_of(command), log_unavailable());
  }
}

/// Tries to get the log back in order, not more often than once a `log_retry_interval`.
bool Loop::recover(Instant clock) {
  if (clock < *retry_log_at_) return false;
  reopened_at_ = clock;
  auto recovered = log_.reopen();
  const auto said_before = outbox_.size();
  if (recovered) recovered = fold();
  if (!recovered) {
    outbox_.resize(said_before);
    parting_.clear();
    observer_.log_failed(recovered.error());
    retry_log_at_ = clock + log_retry_interval;
    return false;
  }
  retry_log_at_.reset();
  observer_.log_recovered(projections_.end);
  return true;
}

/// Folds all state from the log. What was withheld when an append failed, and turns out to be
/// there, is shown now.
LogResult Loop::fold() {
  projections_.start_anew();
  pending_frames_.clear();
  if (const auto restored = restore_checkpoint(); !restored) return restored;
  auto read = log_.read({projections_.end.value + 1}, [&](const Envelope& envelope) {
    projections_.apply(envelope);
    if (unshown_after_ && envelope.position > *unshown_after_) show(envelope);
    projections_.settle(envelope);
    return true;
  });
  projections_.deadlines.postpone(DeadlineKind::driver_response, grace_until_);
  return read;
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
