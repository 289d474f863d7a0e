// What the admin does with accounts and templates.

#include "engine/loop.hpp"

#include <set>

namespace hansom {
namespace {

constexpr Actor admin{ActorKind::admin};

Refusal no_such_account() { return {RefusalCode::not_found, "There is no account with this id."}; }

const Account* find_account(const Accounts& accounts, std::string_view id) {
  const auto parsed = AccountId::parse(id);
  return parsed ? accounts.find(*parsed) : nullptr;
}

}  // namespace

void Loop::handle(PeerId from, const RegisterAccount& command) {
  auto events = decide(command, now(admin));
  if (!events) return refuse(from, command, events.error());
  const AccountId account{cause_.value};
  commit(StreamId(account), admin, std::move(*events));
  say(from, renderer_.account_registered(account, at_));
}

void Loop::handle(PeerId from, const ShowAccount& command) {
  const auto* account = find_account(projections_.accounts, command.account_id);
  if (!account) return refuse(from, command, no_such_account());
  say(from, renderer_.account(*account, at_));
}

void Loop::handle(PeerId from, const ChangeAccount& command) {
  const auto* account = find_account(projections_.accounts, command.account_id);
  if (!account) return refuse(from, command, no_such_account());
  auto events = decide(*account, command, now(admin));
  if (!events) return refuse(from, command, events.error());
  commit(StreamId(account->id), admin, std::move(*events));
  end_unentitled(*account);
  say(from, renderer_.account(*account, at_));
}

void Loop::handle(PeerId from, const EndSessions& command) {
  const auto* account = find_account(projections_.accounts, command.account_id);
  if (!account) return refuse(from, command, no_such_account());
  commit(StreamId(account->id), admin, *decide(command, now(admin)));
  for (const auto side : all_sides) force_disconnect(account->id, side, "Session ended.");
  say(from, renderer_.done(at_));
}

void Loop::handle(PeerId from, const AddAdminTemplate& command) {
  const TemplateId added{cause_.value};
  commit(StreamId(added), admin, *decide(command, now(admin)));
  say(from, renderer_.template_added(added, at_));
}

void Loop::handle(PeerId from, const ListAdminTemplates&) {
  say(from, renderer_.templates(projections_.templates.of(std::nullopt), at_));
}

/// Ends the sessions that the account may not have any more. What a driver was only asked for goes
/// to the next one, and what nobody accepted yet is called off; what was confirmed stands
/// (PROTOCOL.md, Sockets and accounts).
void Loop::end_unentitled(const Account& account) {
  for (const auto side : all_sides) {
    const auto objection = objection_to(side, &account);
    if (!objection) continue;
    const bool lost_role = account.status == AccountStatus::active;
    force_disconnect(account.id, side, lost_role ? "Role removed." : objection->message);
    if (side == Side::driver) {
      for (const auto booking : projections_.bookings.offered_to(account.id)) {
        run(PeerId{}, WithdrawOffer{booking});
      }
    }
    if (side == Side::passenger) {
      const auto* open = projections_.bookings.open_of_customer(account.id);
      if (open && open->status == BookingStatus::requested) {
        run(PeerId{}, WithdrawRequest{open->id});
      }
    }
  }
  // Who has no username can't take part in rooms (PROTOCOL.md, Rooms).
  if (!account.username) force_disconnect(account.id, Side::participant, "Username removed.");
}

/// The same for all who are connected, once the log may have events that others wrote.
void Loop::end_all_unentitled() {
  std::set<AccountId> connected;
  std::set<RoomId> rooms;
  for (const auto side : all_sides) {
    for (const auto& [account, peers] : sessions_.on(side)) {
      connected.insert(account);
      for (const auto peer : peers) rooms.insert(sessions_.find(peer)->room);
    }
  }
  for (const auto id : connected) {
    if (const auto* account = projections_.accounts.find(id)) end_unentitled(*account);
  }
  for (const auto id : rooms) {
    if (const auto* room = projections_.rooms.find(id)) end_removed(*room);
  }
}

}  // namespace hansom
