#pragma once

#include "engine/commands.hpp"
#include "engine/replay.hpp"
#include "projections/flat_map.hpp"

#include <boost/container/small_vector.hpp>

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace hansom {

/// A live socket of an account.
struct Session {
  PeerId peer;
  AccountId account;
  Side side = Side::driver;
  RoomId room{};  ///< of a participant's

  /// A campus driver's, while what was pending at the connecting is shown in parts: from which
  /// position on, and up to which.
  struct PendingShow {
    Position from;
    Position until;
  };
  std::optional<PendingShow> pending_show{};

  // Of the taxi protocol.
  std::optional<std::string> device_id{};
  std::optional<Instant> farewell_at{};  ///< when it is closed, unless a booking is made meanwhile

  std::vector<Resync> resyncs{};  ///< asked for and not answered in full; the first one comes next
  /// While the first is answered in parts. Not in here, as few have one and it is large.
  std::unique_ptr<Replay> replay{};
  bool draining = false;    ///< the next part, or answer, waits for `Drained`
  bool parts_then = false;  ///< a final push was among what is brought again

  /// Whether pushes reach it as part of what is brought again, and not at once.
  bool is_catching_up() const { return replay != nullptr; }
};

/// Who is connected. On the sides of the taxi protocol an account has one live socket (PROTOCOL.md,
/// Sockets and accounts), on the others any number.
class Sessions {
 public:
  using Peers = boost::container::small_vector<PeerId, 1>;  // most have one socket
  using ByAccount = FlatMap<AccountId, Peers>;

  /// Adds the session; the one that it replaces, if any, is taken out and returned.
  std::optional<Session> add(Session session);
  /// Takes the peer's session out, if it (still) has one.
  std::optional<Session> remove(PeerId peer);

  /// Null where there is none. The pointer holds until the next `add` or `remove`.
  Session* find(PeerId peer);
  /// The only one of an account on a side of the taxi protocol.
  Session* find(AccountId account, Side side);

  // The peers of several sessions, in no particular order. References hold until the next `add` or
  // `remove`.
  const Peers& of(AccountId account, Side side) const;
  const Peers& in(RoomId room) const;
  /// How many an account has, on all sides.
  std::size_t count_of(AccountId account) const;
  /// All accounts with sessions on a side, and their peers.
  const ByAccount& on(Side side) const { return by_account_[static_cast<std::size_t>(side)]; }

 private:
  // Every push looks into both, and where there are many neither is in a cache: so they are flat.
  boost::unordered_flat_map<std::uint64_t, Session> by_peer_;
  std::array<ByAccount, side_count> by_account_;
  std::unordered_map<RoomId, Peers> by_room_;
};

}  // namespace hansom
