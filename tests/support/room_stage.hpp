#pragma once

// A stage with a room.

#include "tests/support/stage.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <utility>
#include <vector>

namespace hansom {

inline const Words sent{"chat_message new"};
inline const Words updated{"chat_message update"};
inline const Words deleted{"chat_message delete"};
inline const Words thrown_out{"close 1008"};  // the document has no last word
inline const Words message_not_found{"error: Message not found."};
inline const std::string log_unavailable_words = "error: " + log_unavailable().message;

inline Caller caller_of(AccountId account) { return Stage::caller(Side::participant, account); }

inline OpenRoom open_room(AccountId host, std::string slug = "physics") {
  return {caller_of(host), "Physics", std::move(slug)};
}
inline AddParticipant add(std::string username, AccountId by = alice) {
  return {caller_of(by), "alice", "physics", std::move(username)};
}
inline RemoveParticipant removal(std::string username, AccountId by = alice) {
  return {caller_of(by), "alice", "physics", std::move(username)};
}

using Texts = std::vector<std::string>;

/// A page of a history as it was answered.
struct History {
  Words answer;
  Texts bodies;
  Texts ids;
  std::optional<std::string> next_before;
};

/// Alice's room, in which Carol and Dana take part; Alice and Carol are there.
struct Physics : Stage {
  PeerId host, guest;

  Physics() {
    REQUIRE(ask(open_room(alice)) == Words{"201 CREATED"});
    REQUIRE(ask(add("carol")) == Words{"201 CREATED"});
    REQUIRE(ask(add("dana")) == Words{"201 CREATED"});
    host = enter(alice);
    guest = enter(carol);
  }

  /// The answer to an HTTP request.
  Words ask(Command command) { return act(new_peer(), std::move(command)); }
  PeerId enter(AccountId account) { return to_room(account, "alice", "physics"); }

  /// Says something that all hear; the message's id.
  std::string say(PeerId from, std::string text) {
    REQUIRE(act(from, SendRoomMessage{std::move(text)}) == sent);
    auto id = text_member(last_frame(from), "id");
    heard_by_all();
    return id;
  }

  History history(std::size_t limit = 50, std::optional<std::string> before = std::nullopt,
                  AccountId by = alice) {
    History page{ask(ListRoomMessages{caller_of(by), "alice", "physics", limit, std::move(before)}),
                 {},
                 {},
                 std::nullopt};
    const auto json = last_answer();
    if (!json["data"].IsObject()) return page;
    for (const auto& message : json["data"]["messages"].GetArray()) {
      page.bodies.push_back(text_member(message, "body"));
      page.ids.push_back(text_member(message, "id"));
    }
    page.next_before = net::string_member(json["data"], "next_before");
    return page;
  }
};

/// What a socket that is asked for comes to, where that is a refusal.
inline Words refusal_of(Stage& stage, EnterRoom command) {
  const auto peer = stage.new_peer();
  auto words = stage.act(peer, std::move(command));
  CHECK_FALSE(stage.was_admitted(peer));
  return words;
}
inline Words refusal_of(Stage& stage, AccountId account, std::string host = "alice",
                        std::string slug = "physics") {
  return refusal_of(stage, {caller_of(account), std::move(host), std::move(slug)});
}

}  // namespace hansom
