#pragma once

#include <chrono>
#include <cstddef>

// The fixed limits of connections and queues (PROTOCOL.md, The server). The ranges of fields stand
// where they are read.

namespace hansom::net {

// HTTP.
constexpr std::size_t request_head_bytes_max = 8 * 1024;   // beyond: 431
constexpr std::size_t request_body_bytes_max = 64 * 1024;  // beyond: 413
/// A request's head must be there within this time, then its body; so must a WebSocket handshake.
constexpr std::chrono::seconds handshake_timeout{5};
/// So does whoever takes an answer have this time, and more for a large one: one may be as slow as
/// this, in bytes a second.
constexpr std::size_t answer_rate_min = 64 * 1024;
/// A kept-alive connection without a request is closed after this time.
constexpr std::chrono::seconds keep_alive_timeout{60};
/// What a peer still sends after the last answer is read for so long, so that the answer arrives.
constexpr std::chrono::seconds hang_up_timeout{1};
/// File descriptors that connections leave to the log and the rest of the process.
constexpr std::size_t reserved_descriptors = 1'024;
/// How long to wait when the process has no file descriptor left for one more connection.
constexpr std::chrono::milliseconds accept_retry_interval{100};

// WebSocket.
constexpr std::size_t message_bytes_max = 16 * 1024;  // beyond: closed with 1009
/// So much may wait for one socket whose peer takes nothing for an `upkeep_interval_max`; beyond:
/// 1013, then cut.
constexpr std::size_t outgoing_bytes_max = 1024 * 1024;
/// So much may wait at most, also while the peer takes some: a turn can say a lot at once.
constexpr std::size_t outgoing_bytes_cap = 16 * 1024 * 1024;
/// And more than `outgoing_bytes_max` no longer than this, however much the peer takes.
constexpr std::chrono::seconds outgoing_excess_time_max{5};
/// Of those to whom something is said at once, so many are written to before others have a turn.
constexpr std::size_t peers_flushed_max = 32;
constexpr std::chrono::seconds close_timeout{5};           // from either side's Close to the end
constexpr std::chrono::seconds overflow_close_timeout{1};  // a peer that does not read: then cut
constexpr std::chrono::milliseconds upkeep_interval_max{1000};  // pings and timeouts are seen to

// Commands on their way to the engine.
constexpr std::size_t queued_commands_max = 65'536;  // beyond: SERVER_BUSY
/// In one turn of the engine; so much is also written to the log as one record, or few.
constexpr std::size_t commands_per_turn_max = 256;
/// After so many turns in a row that left commands behind this is no burst any more, but more than
/// the engine can do; until so many in a row were not full and left nothing. Then few may wait, and
/// few turns be in flight, so that who is served is served in time, and who is not is told at once.
constexpr std::size_t turns_behind_max = 64;
constexpr std::size_t turns_at_ease_min = 64;
constexpr std::size_t queued_commands_behind_max = 2 * commands_per_turn_max;
constexpr std::size_t turns_in_flight_behind_max = 2;

// The keys of Firebase's tokens.
constexpr std::chrono::milliseconds keys_fetch_timeout{5'000};
constexpr std::size_t keys_bytes_max = 1024 * 1024;
/// How long they are kept where their publisher does not say; at least; and at most.
constexpr std::chrono::minutes keys_kept_default{5};
constexpr std::chrono::seconds keys_kept_min{1};
constexpr std::chrono::hours keys_kept_max{24};
/// Who comes so shortly before they expire waits for newer ones: the verdict may fall after that.
constexpr std::chrono::milliseconds keys_renewal_margin{500};
/// At most so often they are fetched while there are none in force, and for an unknown id.
constexpr std::chrono::milliseconds keys_retry_interval{1'000};
constexpr std::chrono::milliseconds keys_search_interval{60'000};

// What the admin is told of the log and of what goes on.
constexpr std::size_t questions_waiting_max = 16;  // one is answered at a time; beyond: SERVER_BUSY
/// A booking's story is cut after so much, and goes on with the next request.
constexpr std::size_t story_bytes_max = 512 * 1024;
/// The log stays open for the next question for so long.
constexpr std::chrono::seconds follower_kept{60};
/// It is opened anew when so many events have come: it takes some 150 bytes for each.
constexpr std::uint64_t follower_events_max = 200'000;
/// The board has so many of the last times to accept, and of the last errors.
constexpr std::size_t board_samples_max = 200;
constexpr std::size_t board_errors_max = 20;
/// Who watches the board is told of changes at most so often.
constexpr std::chrono::milliseconds board_interval{1'000};
/// And, though nothing has changed, after so long: who hears nothing for twice that is cut off.
constexpr std::chrono::seconds board_silence_max{15};

/// What is accepted is finished and sockets are closed within this time of a SIGTERM.
constexpr std::chrono::seconds drain_timeout{5};

}  // namespace hansom::net
