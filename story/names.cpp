#include "story/names.hpp"

#include "story/describe.hpp"
#include "story/driver_choice.hpp"

namespace hansom::story {

Names::Names(const EventLog& log, std::span<const Envelope> events, Position end) {
  for (const auto& envelope : events) {
    if (envelope.actor.account != AccountId{}) look_up(log, envelope.actor.account, end);
    for (const auto& subject : mentions_in(envelope)) {
      if (subject.kind == SubjectKind::account) look_up(log, AccountId{subject.id}, end);
    }
    if (const auto* candidates = candidates_in(envelope.event)) {
      for (const auto& candidate : *candidates) look_up(log, candidate.driver, end);
    }
  }
}

void Names::look_up(const EventLog& log, AccountId account, Position end) {
  const auto [entry, is_new] = names_.try_emplace(account, to_string(account));
  if (!is_new) return;
  auto& name = entry->second;
  // What can't be read leaves the id.
  (void)log.read_stream(StreamId(account), [&](const Envelope& envelope) {
    if (envelope.position > end) return false;
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

}  // namespace hansom::story
