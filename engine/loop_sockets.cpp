// Who is connected: sockets that come, go, and are ended.

#include "engine/loop.hpp"

namespace hansom {

void Loop::handle(PeerId from, const Connect& command) {
  say(from, Admitted{});
  const auto* account = account_of(command.identity);
  if (const auto objection = objection_to_socket(command, account)) {
    dismiss(from, command.side, *objection, CloseCode::policy_violation);
    return;
  }
  if (const auto replaced = sessions_.add({.peer = from,
                                           .account = account->id,
                                           .side = command.side,
                                           .device_id = command.device_id})) {
    turn_->replaced.emplace_back(replaced->peer, replaced->side);
    dismiss(replaced->peer, replaced->side, session_replaced(), CloseCode::policy_violation);
  }
  if (command.side == Side::driver) projections_.roster.arrive(account->id);
  if (command.device_id) {
    note_device(*account, actor_on(command.side, account->id), {*command.device_id, std::nullopt});
  }
  say(from, renderer_.connected(command.side, account->id));
}

void Loop::handle(PeerId from, const Disconnect&) {
  const auto session = sessions_.remove(from);
  if (session && session->side == Side::driver) projections_.roster.leave(session->account);
}

void Loop::handle(PeerId from, const Misspeak& command) {
  if (sessions_.find(from)) refuse(from, command, command.refusal);
}

void Loop::handle(PeerId from, const UpdateLocation& command) {
  if (const auto* session = sessions_.find(from)) {
    projections_.roster.move(session->account, command.position);
  }
}

/// A driver on the way with a customer stays on the device that the ride began with.
std::optional<Refusal> Loop::objection_to_socket(const Connect& command, const Account* account) {
  if (auto objection = objection_to(command.side, account)) return objection;
  if (command.side == Side::customer) return std::nullopt;
  const auto* elsewhere = sessions_.find(account->id, Side::driver);
  const bool same_device =
      elsewhere && command.device_id && command.device_id == elsewhere->device_id;
  if (elsewhere && !same_device && projections_.bookings.driver_is_on_the_way(account->id)) {
    return Refusal{RefusalCode::ongoing_ride_elsewhere, "A ride is on the way on another device."};
  }
  return std::nullopt;
}

/// On the sides of which an account may have several.
std::optional<Refusal> Loop::objection_to_another_socket(AccountId account) const {
  const auto most = rules_.sockets_of_account_max;
  if (most == 0 || sessions_.count_of(account) < most) return std::nullopt;
  return Refusal{RefusalCode::too_many_sockets, "This account has too many sockets."};
}

/// Tells a socket why, and closes it.
void Loop::dismiss(PeerId peer, Side side, const Refusal& refusal, CloseCode code) {
  observer_.refused(refusal.code, side);
  say(peer, renderer_.error(side, refusal, std::nullopt));
  say(peer, Close{code});
}

/// Ends all sessions of the account on this side.
void Loop::force_disconnect(AccountId account, Side side, std::string_view reason) {
  const auto peers = sessions_.of(account, side);  // a copy, as they go one by one
  for (const auto peer : peers) force_disconnect(peer, reason);
}

void Loop::force_disconnect(PeerId peer, std::string_view reason) {
  const auto side = sessions_.find(peer)->side;
  if (auto last_word = renderer_.force_disconnect(side, reason)) say(peer, std::move(last_word));
  say(peer, Close{CloseCode::policy_violation});
  handle(peer, Disconnect{});
  turn_->forced_out.emplace_back(peer, side);
}

void Loop::note_device(const Account& account, const Actor& actor, const DeviceSeen& device) {
  commit(StreamId(account.id), actor, Event(AccountEvent(device)));
}

}  // namespace hansom
