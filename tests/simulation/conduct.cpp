#include "tests/simulation/conduct.hpp"

#include "tests/simulation/violation.hpp"
#include "tests/simulation/world.hpp"

namespace hansom::simulation {

void Conduct::begin_anew() {
  owed_.clear();
  drivers_.clear();
  drivers_left_.clear();
}

void Conduct::entered(const Line& line) {
  if (line.side == Side::driver) drivers_[line.account].insert(line.peer.value);
}

void Conduct::left(const Line& line, Instant now) {
  owed_.erase(line.peer.value);
  if (line.side != Side::driver) return;
  drivers_[line.account].erase(line.peer.value);
  drivers_left_[line.account] = now;
}

void Conduct::asked(const Line& line, std::string_view command, Instant now) {
  owed_[line.peer.value].push_back({now, command});
}

/// Who is blocked, or was removed from a room, hears of that at once, and nothing from then on; nor
/// does who comes later, but why not.
void Conduct::said(const Line& line, std::string_view frame, Instant now) {
  if (auto& owed = owed_[line.peer.value]; !owed.empty()) owed.pop_front();
  auto since = truth_.barred_since(line.account);
  if (line.side == Side::participant && !since) since = truth_.absent_since(line.account);
  if (!since || line.is_closing) return;
  if (line.opened_at < *since && now > *since + 1s) {
    throw Violation("who may not be there is still connected");
  }
  const bool is_refused = frame.find("error") != frame.npos;
  if (line.opened_at > *since + 5s && !is_refused) {
    throw Violation("who may not be there was let in, and told " + std::string(frame));
  }
}

/// What a network notices later than that somebody has gone is not held against the engine.
void Conduct::appended(std::span<const Envelope> events, Instant now) const {
  for (const auto& envelope : events) {
    const auto* event = std::get_if<BookingEvent>(&envelope.event);
    const auto* assigned = event ? std::get_if<DriverAssigned>(event) : nullptr;
    if (!assigned) continue;
    const auto account = assigned->driver.account;
    const auto there = drivers_.find(account);
    if (there != drivers_.end() && !there->second.empty()) continue;
    const auto gone = drivers_left_.find(account);
    if (gone == drivers_left_.end() || gone->second + 1s < now) {
      throw Violation("a driver was asked who is not connected");
    }
  }
}

void Conduct::check(Instant now) const {
  for (const auto& [peer, owed] : owed_) {
    if (!owed.empty() && owed.front().since + 5s < now) {
      throw Violation("not answered: " + std::string(owed.front().command));
    }
  }
}

}  // namespace hansom::simulation
