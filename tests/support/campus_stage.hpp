#pragma once

// A stage with students on campus.

#include "tests/support/stage.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <utility>
#include <vector>

namespace hansom {

inline const Words offered{"sending_pending_ride_request"};
inline const Words closed{"ride_request_closed"};
inline const Words accepted{"ride_request_accepted"};
inline const Words cancelled{"ride_request_cancelled"};
inline const Words unavailable{"error LOG_UNAVAILABLE"};
inline const Words forced_out{"force_disconnect", "close 1008"};

/// Alice is there to ask for rides, Dana and Frank to drive.
struct Campus : Stage {
  PeerId passenger = to_campus(Side::passenger, alice);
  PeerId driver = to_campus(Side::campus_driver, dana);
  PeerId other = to_campus(Side::campus_driver, frank);
};

/// A request of Alice's, which all have heard of.
struct Pending : Campus {
  BookingId ride = request_ride(passenger);
  std::string id = to_string(ride);

  Pending() { heard_by_all(); }

  void accept() {
    REQUIRE(act(driver, AcceptOpenOffer{id}) == accepted);
    heard_by_all();
  }
};

/// Dana drives Alice.
struct Accepted : Pending {
  Accepted() { accept(); }
};

/// Ways to take a student's right to ride and drive, and what they are told.
struct Ban {
  ChangeAccount command;
  std::string reason;
};
inline std::vector<Ban> bans_of(AccountId account) {
  return {{set_status(account, AccountStatus::blocked), "Account blocked."},
          {set_status(account, AccountStatus::deleted), "Account deleted."},
          {set_roles(account, {Role::driver, Role::customer}), "Role removed."}};
}

inline Words ask(Stage& stage, Command command) {
  return stage.act(stage.new_peer(), std::move(command));
}

/// What a socket that is asked for comes to, where that is a refusal.
inline Words refusal_of(Stage& stage, Side side, Identity identity, std::string user_id) {
  const auto peer = stage.new_peer();
  auto words = stage.act(peer, ConnectToCampus{{side, std::move(identity)}, std::move(user_id)});
  CHECK_FALSE(stage.was_admitted(peer));
  return words;
}

inline std::string ride_of(const net::JsonDocument& frame) {
  return frame.HasMember("data") ? text_member(frame["data"], "id")
                                 : text_member(frame, "ride_request_id");
}

}  // namespace hansom
