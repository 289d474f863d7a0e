#include "replay/names.hpp"

#include "replay/describe.hpp"

namespace hansom::replay {

Names::Names(const EventLog& log, std::span<const Envelope> events) {
  for (const auto& envelope : events) {
    if (envelope.actor.account != AccountId{}) look_up(log, envelope.actor.account);
    for (const auto& subject : mentions_in(envelope)) {
      if (subject.kind == SubjectKind::account) look_up(log, AccountId{subject.id});
    }
    const auto* of_booking = std::get_if<BookingEvent>(&envelope.event);
    const auto* assigned = of_booking ? std::get_if<DriverAssigned>(of_booking) : nullptr;
    const auto* cancelled = of_booking ? std::get_if<BookingCancelled>(of_booking) : nullptr;
    const auto look_up_all = [&](const std::vector<Candidate>& candidates) {
      for (const auto& candidate : candidates) look_up(log, candidate.driver);
    };
    if (assigned) look_up_all(assigned->candidates);
    if (cancelled) look_up_all(cancelled->candidates);
  }
}

void Names::look_up(const EventLog& log, AccountId account) {
  const auto [entry, is_new] = names_.try_emplace(account, to_string(account));
  if (!is_new) return;
  auto& name = entry->second;
  // What can't be read leaves the id.
  (void)log.read_stream(StreamId(account), [&](const Envelope& envelope) {
    const auto& event = std::get<AccountEvent>(envelope.event);
    if (const auto* registered = std::get_if<AccountRegistered>(&event)) {
      name = plain(registered->name);
    }
    if (const auto* changed = std::get_if<ProfileChanged>(&event)) name = plain(changed->name);
    return true;
  });
}

std::string Names::of(AccountId account) const {
  const auto found = names_.find(account);
  return found == names_.end() ? to_string(account) : found->second;
}

std::string Names::of(const Actor& actor) const {
  if (actor.account == AccountId{}) return to_string(actor);
  const auto text = to_string(actor);
  return text.substr(0, text.find(':')) + " " + of(actor.account);
}

}  // namespace hansom::replay
