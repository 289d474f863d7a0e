#include "engine/sessions.hpp"

namespace hansom {

std::optional<Session> Sessions::add(Session session) {
  std::optional<Session> replaced;
  if (const auto* before = find(session.account, session.side)) replaced = remove(before->peer);
  of(session.side)[session.account] = session.peer;
  by_peer_[session.peer.value] = std::move(session);
  return replaced;
}

std::optional<Session> Sessions::remove(PeerId peer) {
  const auto found = by_peer_.find(peer.value);
  if (found == by_peer_.end()) return std::nullopt;
  auto session = std::move(found->second);
  by_peer_.erase(found);
  of(session.side).erase(session.account);
  return session;
}

Session* Sessions::find(PeerId peer) {
  const auto found = by_peer_.find(peer.value);
  return found == by_peer_.end() ? nullptr : &found->second;
}

Session* Sessions::find(AccountId account, Side side) {
  const auto found = of(side).find(account);
  return found == of(side).end() ? nullptr : find(found->second);
}

}  // namespace hansom
