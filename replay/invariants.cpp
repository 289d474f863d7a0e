#include "replay/invariants.hpp"

#include "replay/booking_rules.hpp"
#include "replay/rule.hpp"

namespace hansom::replay {
namespace {

constexpr Actor admin{ActorKind::admin};

/// An email, in any case, and a username name one account only (PROTOCOL.md, Tokens and accounts).
Objection objection_to_names(const Profile& profile, AccountId own, const Accounts& accounts) {
  const auto is_free = [&](const Account* account) { return !account || account->id == own; };
  return first_broken(
      {{is_free(accounts.find_email(profile.email)), "another account has its email"},
       {!profile.username || is_free(accounts.find_username(*profile.username)),
        "another account has its username"}});
}

/// PROTOCOL.md, Admin and mobile endpoints: accounts are the admin's, but for their devices.
struct AccountRules {
  const Envelope& next;
  const Account* account;  ///< null before the first event
  const Accounts& accounts;

  Objection operator()(const AccountRegistered& event) const {
    if (!is_by_admin()) return "an account is registered by the admin alone";
    return objection_to_names(event, own(), accounts);
  }
  Objection operator()(const ProfileChanged& event) const {
    if (!is_by_admin()) return "an account is changed by the admin alone";
    if (event == static_cast<const Profile&>(*account)) return "it changes nothing";
    return objection_to_names(event, own(), accounts);
  }
  Objection operator()(const AccountStatusChanged& event) const {
    return first_broken({{is_by_admin(), "an account is changed by the admin alone"},
                         {event.status != account->status, "it changes nothing"}});
  }
  Objection operator()(const SessionsEnded&) const {
    return first_broken({{is_by_admin(), "sessions are ended by the admin alone"}});
  }
  // Taxi document, step 1, and the sockets' `device_id`.
  Objection operator()(const DeviceSeen&) const {
    const auto kind = next.actor.kind;
    return first_broken({{kind == ActorKind::driver || kind == ActorKind::customer,
                          "a device is a driver's or a customer's"},
                         {next.actor.account == own(), "the device is another account's"}});
  }

 private:
  bool is_by_admin() const { return next.actor == admin; }
  AccountId own() const { return {next.stream.id}; }
};

/// PROTOCOL.md, Admin and mobile endpoints: the admin's templates stay, a driver's are their own.
struct TemplateRules {
  const Envelope& next;
  const CancellationTemplate* found;  ///< null before the first event

  Objection operator()(const TemplateAdded& event) const {
    const auto by = event.driver ? Actor{ActorKind::driver, *event.driver} : admin;
    return first_broken({{next.actor == by, "somebody else than its owner added it"}});
  }
  Objection operator()(const TemplateDeleted&) const {
    return first_broken({{found->driver.has_value(), "a template of the admin's can't be deleted"},
                         {is_by(found->driver), "somebody else than its owner deleted it"}});
  }

 private:
  bool is_by(std::optional<AccountId> driver) const {
    return driver && next.actor == Actor{ActorKind::driver, *driver};
  }
};

/// PROTOCOL.md, Rooms.
struct RoomRules {
  const Envelope& next;
  const Room* room;  ///< null before the first event
  const Projections& before;

  Objection operator()(const RoomOpened& event) const {
    return first_broken(
        {{is_by(event.host), "somebody else than its host opened it"},
         {has_username(event.host), "its host has no username"},
         {!before.rooms.find(event.host, event.slug), "its host has a room with this slug"}});
  }
  // Who is blocked may be added, who is deleted can't be found.
  Objection operator()(const ParticipantAdded& event) const {
    const auto* account = before.accounts.find(event.account);
    return first_broken(
        {{is_by(room->host), "only the host decides who takes part"},
         {account && account->status != AccountStatus::deleted, "there is no such account"},
         {has_username(event.account), "who has no username can't take part"},
         {!room->has(event.account), "who was added took part already"}});
  }
  Objection operator()(const ParticipantRemoved& event) const {
    return first_broken({{is_by(room->host), "only the host decides who takes part"},
                         {room->has(event.account), "who was removed took no part"},
                         {event.account != room->host, "the host can't be removed"}});
  }
  // The author as the account was at the time (ARCHITECTURE.md, Decisions).
  Objection operator()(const RoomMessageSent& event) const {
    const auto& [account, username, avatar] = event.author;
    const auto* author = before.accounts.find(account);
    return first_broken({{is_by(account), "somebody else than its author sent it"},
                         {room->has(account), "its author takes no part in the room"},
                         {author && author->username == username && author->avatar == avatar,
                          "its author is shown otherwise than the account has it"}});
  }
  Objection operator()(const RoomMessageEdited& event) const { return objection_to_change(event); }
  Objection operator()(const RoomMessageDeleted& event) const { return objection_to_change(event); }

 private:
  /// Whose message it was only the log can tell.
  template <typename Change>
  Objection objection_to_change(const Change& event) const {
    const bool is_earlier = Position{} < event.sent && event.sent < next.position;
    return first_broken(
        {{next.actor.kind == ActorKind::participant, "only who takes part says something"},
         {room->has(next.actor.account), "its author takes no part in the room"},
         {is_earlier, "the message was not sent before"}});
  }
  bool is_by(AccountId account) const {
    return next.actor == Actor{ActorKind::participant, account};
  }
  bool has_username(AccountId id) const {
    const auto* account = before.accounts.find(id);
    return account && account->username;
  }
};

template <typename Creating, typename Kind>
bool holds(const Event& event) {
  const auto* of_kind = std::get_if<Kind>(&event);
  return of_kind && std::holds_alternative<Creating>(*of_kind);
}

bool is_creating(const Event& event) {
  return holds<BookingRequested, BookingEvent>(event) ||
         holds<AccountRegistered, AccountEvent>(event) ||
         holds<TemplateAdded, TemplateEvent>(event) || holds<RoomOpened, RoomEvent>(event);
}

/// Kinds of events and of streams are in one order.
bool fits_stream(const Envelope& next) {
  return next.event.index() + 1 == static_cast<std::size_t>(next.stream.kind);
}

const char* where_there_is_nothing(StreamKind kind) {
  switch (kind) {
    case StreamKind::booking:
      return "the booking had ended";
    case StreamKind::cancellation_template:
      return "the template had been deleted";
    case StreamKind::account:
    case StreamKind::room:
      break;
  }
  return "its stream has not begun";
}

/// What is created comes first in its stream and nowhere else, and has the command's id
/// (ARCHITECTURE.md, Decisions); nothing follows on an end (invariant 5).
Objection objection_to_place(const Envelope& next, const Projections& before) {
  const bool is_first = next.revision == Revision{1};
  const bool is_there = before.revision_of(next.stream) != Revision{};
  const bool creates = is_creating(next.event);
  return first_broken({{next.at >= before.last_at, "time runs backwards"},
                       {fits_stream(next), "it is in a stream of another kind"},
                       {creates || !is_first, "a stream can't begin with it"},
                       {!creates || is_first, "only a stream's first event creates something"},
                       {!is_first || !is_there, "its stream has begun before"},
                       {is_first || is_there, where_there_is_nothing(next.stream.kind)},
                       {!creates || next.cause.value == next.stream.id,
                        "what it creates has not the command's id"}});
}

/// By what kind of thing an event is about.
struct RulesOfKind {
  const Envelope& next;
  const Projections& before;

  Objection operator()(const BookingEvent& event) const {
    const auto* booking = before.bookings.find(BookingId{next.stream.id});
    return objection_to(event, next, booking ? *booking : Booking{}, before);
  }
  Objection operator()(const AccountEvent& event) const {
    const auto* account = before.accounts.find(AccountId{next.stream.id});
    return of_taxi(AccountRules{next, account, before.accounts}, event);
  }
  Objection operator()(const TemplateEvent& event) const {
    const auto* found = before.templates.find(TemplateId{next.stream.id});
    return of_taxi(TemplateRules{next, found}, event);
  }
  Objection operator()(const RoomEvent& event) const {
    const auto* room = before.rooms.find(RoomId{next.stream.id});
    return of_taxi(RoomRules{next, room, before}, event);
  }

 private:
  /// What drivers and customers do here, they do in the taxi protocol's roles.
  template <typename Rules, typename OfKind>
  Objection of_taxi(const Rules& rules, const OfKind& event) const {
    if (!may_act(before.accounts, next.actor, roles_of_taxi)) return "its actor may not act";
    return std::visit(rules, event);
  }
};

}  // namespace

std::optional<std::string> objection_to(const Envelope& next, const Projections& before) {
  if (auto misplaced = objection_to_place(next, before)) return misplaced;
  return std::visit(RulesOfKind{next, before}, next.event);
}

}  // namespace hansom::replay
