#pragma once

#include "events/rocksdb_log.hpp"
#include "replay/command.hpp"

#include <optional>
#include <string>
#include <vector>

namespace hansom::replay {

/// Which streams are wanted.
struct StreamFilter {
  std::optional<StreamKind> kind;
  std::optional<std::string> status;  ///< a booking's, as it is now
  std::optional<Instant> since;       ///< with an event then or later
  std::optional<AccountId> driver;    ///< who was asked, or has it
  std::optional<AccountId> customer;
};

/// One stream as it is now.
struct StreamEntry {
  StreamId stream;
  Revision events;
  Instant began;
  Instant last;
  Position last_position;
  std::string status;  ///< empty where there is none
  std::string about;
};

/// The streams, the one with the newest event first. A list of one account's bookings, and one
/// since a time, read no more of the log than they need; others read it all, with progress.
std::expected<std::vector<StreamEntry>, Failure> list_streams(const EventLog& log,
                                                              const StreamFilter& filter,
                                                              Console& console);

}  // namespace hansom::replay
