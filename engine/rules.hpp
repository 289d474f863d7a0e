#pragma once

#include <chrono>
#include <cstddef>

namespace hansom {

/// What an operator may set about how rides go (PROTOCOL.md, The server).
struct Rules {
  std::chrono::microseconds driver_response_time = std::chrono::seconds(30);
  std::chrono::microseconds customer_waiting_time = std::chrono::seconds(120);
  int max_attempts = 3;
  /// After a start, the drivers who were asked before it have this long to come back.
  std::chrono::microseconds restart_grace = std::chrono::seconds(10);
  /// So long before its pickup a scheduled booking can't be rejected any more.
  std::chrono::microseconds scheduled_reject_window = std::chrono::hours(1);
  /// An account that has so many sockets gets no other on campus or in a room; 0: any number.
  std::size_t sockets_of_account_max = 1'000;
};

/// A page of a booking list ends early once its chats have so many bytes, or so much of what
/// happened to the account was looked at: to a driver, say, who was asked and never answered.
constexpr std::size_t list_chat_bytes_max = 256 * 1024;
constexpr std::size_t list_looked_at_max = 500;

/// A driver keeps so many cancellation templates of their own at most.
constexpr std::size_t templates_of_driver_max = 100;

/// A host has so many rooms at most, and in a room take part so many.
constexpr std::size_t rooms_of_host_max = 1'000;
constexpr std::size_t participants_max = 10'000;

/// A page of a room's history ends early once so many messages were looked at, most of them
/// deleted.
constexpr std::size_t messages_looked_at_max = 300;

/// A customer's socket is closed so long after the push that ended their last booking.
constexpr std::chrono::milliseconds farewell_delay{200};

/// How often a log that failed is tried again.
constexpr std::chrono::seconds log_retry_interval{1};

/// What `resync` with `since` brings again is sent in parts of this size (in bytes; a single frame
/// may be larger), the next one when the one before is sent: so one message makes little work at
/// once, and little waits for a peer that reads slowly.
constexpr std::size_t replay_part_bytes = 256 * 1024;
/// For a part so much of what happened to the account is looked at, which may all be of another
/// side.
constexpr std::size_t replay_looked_at_max = 500;

/// An answer to `resync` of more bytes than this is sent before the next one is begun.
constexpr std::size_t resync_unwatched_bytes = 64 * 1024;

/// So many can be asked for before the first is answered; beyond: SERVER_BUSY.
constexpr std::size_t resyncs_waiting_max = 16;

/// What so many commands are about is fetched at once.
constexpr std::size_t commands_ahead = 16;

/// So many turns may be decided and not durable yet, at most.
constexpr std::size_t turns_in_flight_max = 64;

/// At most so many due deadlines are expired in one turn; the rest in the next, which follows at
/// once.
constexpr std::size_t expiries_per_turn_max = 4096;

}  // namespace hansom
