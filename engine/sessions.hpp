#pragma once

#include "engine/commands.hpp"
#include "engine/replay.hpp"

#include <deque>
#include <optional>
#include <string>
#include <unordered_map>

namespace hansom {

/// A live socket of an account.
struct Session {
  PeerId peer;
  AccountId account;
  Side side = Side::driver;
  std::optional<std::string> device_id;
  std::optional<Instant> farewell_at{};  ///< when it is closed, unless a booking is made meanwhile

  std::deque<Resync> resyncs{};    ///< asked for and not answered in full; the first one comes next
  std::optional<Replay> replay{};  ///< while the first is answered in parts
  bool draining = false;           ///< the next part, or answer, waits for `Drained`
  bool parts_then = false;         ///< a final push was among what is brought again

  /// Whether pushes reach it as part of what is brought again, and not at once.
  bool is_catching_up() const { return replay.has_value(); }
};

/// Who is connected: one live socket per account and side (PROTOCOL.md, Sockets and accounts).
class Sessions {
 public:
  /// Adds the session; the one that it replaces, if any, is taken out and returned.
  std::optional<Session> add(Session session);
  /// Takes the peer's session out, if it (still) has one.
  std::optional<Session> remove(PeerId peer);

  /// Null where there is none. The pointer holds until the next `add` or `remove`.
  Session* find(PeerId peer);
  Session* find(AccountId account, Side side);

 private:
  std::unordered_map<AccountId, PeerId>& of(Side side) {
    return by_account_[static_cast<std::size_t>(side)];
  }

  std::unordered_map<std::uint64_t, Session> by_peer_;
  std::unordered_map<AccountId, PeerId> by_account_[2];  // by side
};

}  // namespace hansom
