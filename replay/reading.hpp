#pragma once

#include "events/rocksdb_log.hpp"
#include "projections/booking.hpp"
#include "replay/command.hpp"

#include <memory>
#include <string_view>
#include <vector>

namespace hansom::replay {

/// What a failure of the log is to the user.
std::unexpected<Failure> fail(const LogError& error);

/// Opens the folder's log, live or not, for reading.
std::expected<std::unique_ptr<RocksDbLog>, Failure> open_log(const Invocation& invocation);

/// Visits all events from `from` on, with progress as `what`; an interruption is a failure.
Outcome walk(const EventLog& log, Position from, Console& console, const std::string& what,
             const EventLog::Visit& visit);

/// The position of the first event at `time` or later; the one after the last where there is none.
/// Time never runs backwards in a log, so few events are read.
std::expected<Position, Failure> first_at(const EventLog& log, Instant time);

/// All events of a stream; a failure where there are none.
std::expected<std::vector<Envelope>, Failure> events_of(const EventLog& log,
                                                        const StreamId& stream);

/// The stream that the command's argument names: `booking-<id>`, `room-<id>` and so on; an id alone
/// is a booking's.
std::expected<StreamId, Failure> stream_argument(const Invocation& invocation);

/// The events of the booking that the command's argument names.
std::expected<std::vector<Envelope>, Failure> booking_events(const EventLog& log,
                                                             const Invocation& invocation);

/// What the links in frames begin with.
std::string public_url(const Invocation& invocation);

/// The account that an option names.
std::expected<std::optional<AccountId>, Failure> account_option(const Invocation& invocation,
                                                                const std::string& option);

/// The number that an option gives; nothing where it was not given.
std::expected<std::optional<std::uint64_t>, Failure> number_option(const Invocation& invocation,
                                                                   const std::string& option);

}  // namespace hansom::replay
