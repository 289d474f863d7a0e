#pragma once

#include "events/event_log.hpp"

#include <limits>
#include <span>
#include <string>
#include <unordered_map>

namespace hansom::story {

/// What people are called who have to do with some events.
class Names {
 public:
  /// Looks up, in their accounts' streams, whoever the events are about: with the names they have
  /// by `end`. What can't be read is shown as its id.
  Names(const EventLog& log, std::span<const Envelope> events,
        Position end = {std::numeric_limits<std::uint64_t>::max()});

  /// As `Alice`; the id where no name is known.
  std::string of(AccountId account) const;
  /// As `driver Bob`, `timer`.
  std::string of(const Actor& actor) const;
  /// Of all who were looked up.
  const std::unordered_map<AccountId, std::string>& all() const { return names_; }

 private:
  void look_up(const EventLog& log, AccountId account, Position end);

  std::unordered_map<AccountId, std::string> names_;
};

}  // namespace hansom::story
