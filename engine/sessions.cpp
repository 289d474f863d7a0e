#include "engine/sessions.hpp"

#include <algorithm>

namespace hansom {
namespace {

const Sessions::Peers nobody;

bool has_one_socket(Side side) { return side == Side::driver || side == Side::customer; }

template <typename Index>
const Sessions::Peers& peers_of(const Index& index, const typename Index::key_type& key) {
  const auto found = index.find(key);
  return found == index.end() ? nobody : found->second;
}

template <typename Index>
void take_out(Index& index, const typename Index::key_type& key, PeerId peer) {
  const auto found = index.find(key);
  auto& peers = found->second;
  *std::ranges::find(peers, peer) = peers.back();
  peers.pop_back();
  if (peers.empty()) index.erase(found);
}

}  // namespace

std::optional<Session> Sessions::add(Session session) {
  std::optional<Session> replaced;
  if (has_one_socket(session.side)) {
    if (const auto* before = find(session.account, session.side)) replaced = remove(before->peer);
  }
  by_account_[static_cast<std::size_t>(session.side)][session.account].push_back(session.peer);
  if (session.side == Side::participant) by_room_[session.room].push_back(session.peer);
  by_peer_[session.peer.value] = std::move(session);
  return replaced;
}

std::optional<Session> Sessions::remove(PeerId peer) {
  const auto found = by_peer_.find(peer.value);
  if (found == by_peer_.end()) return std::nullopt;
  auto session = std::move(found->second);
  by_peer_.erase(found);
  take_out(by_account_[static_cast<std::size_t>(session.side)], session.account, peer);
  if (session.side == Side::participant) take_out(by_room_, session.room, peer);
  return session;
}

Session* Sessions::find(PeerId peer) {
  const auto found = by_peer_.find(peer.value);
  return found == by_peer_.end() ? nullptr : &found->second;
}

Session* Sessions::find(AccountId account, Side side) {
  const auto& peers = of(account, side);
  return peers.empty() ? nullptr : find(peers.front());
}

const Sessions::Peers& Sessions::of(AccountId account, Side side) const {
  return peers_of(on(side), account);
}

std::size_t Sessions::count_of(AccountId account) const {
  std::size_t count = 0;
  for (const auto& on_side : by_account_) count += peers_of(on_side, account).size();
  return count;
}

const Sessions::Peers& Sessions::in(RoomId room) const { return peers_of(by_room_, room); }

}  // namespace hansom
