#include "tests/simulation/truth.hpp"

#include "events/event_schema.hpp"
#include "events/record.hpp"
#include "replay/invariants.hpp"
#include "tests/simulation/violation.hpp"
#include "tests/support/story.hpp"

namespace hansom::simulation {

void Truth::catch_up(const Disk& disk) {
  if (disk.synced < read_bytes_) throw Violation("the disk lost what was durable");
  const std::string_view durable(disk.bytes.data(), disk.synced);
  while (const auto record = record_at(durable, read_bytes_)) {
    const auto decoded = decode_record(*record, mark_.hash, mark_.position, [&](Envelope&& each) {
      take(each);
      return true;
    });
    if (!decoded) throw Violation("the log is broken: " + decoded.error());
    read_bytes_ += size_on_disk(*record);
  }
  if (read_bytes_ != disk.synced) throw Violation("a torn record was synced");
}

void Truth::take(const Envelope& envelope) {
  const auto type = type_of(envelope.event);
  if (const auto objection = replay::objection_to(envelope, state_)) {
    throw Violation("position " + std::to_string(envelope.position.value) + ", " +
                    std::string(type) + ": " + *objection);
  }
  if (envelope.at < state_.last_at) throw Violation("time went backwards");
  std::set<AccountId> drivers;
  const auto note_driver = [&] {
    const auto* booking = state_.bookings.find(BookingId{envelope.stream.id});
    if (booking && booking->driver) drivers.insert(booking->driver->account);
    return booking;
  };
  if (envelope.stream.kind == StreamKind::booking) note_driver();
  state_.apply(envelope);
  std::optional<AccountId> customer;
  if (envelope.stream.kind == StreamKind::booking) {
    take_booking(envelope);
    customer = note_driver()->customer.account;
  }
  if (envelope.stream.kind == StreamKind::room) take_room(envelope);
  if (const auto* event = std::get_if<AccountEvent>(&envelope.event)) {
    const AccountId account{envelope.stream.id};
    if (const auto* changed = std::get_if<AccountStatusChanged>(event)) {
      barred_.erase(account);
      if (changed->status != AccountStatus::active) barred_[account] = envelope.at;
    }
  }
  state_.settle(envelope);
  if (customer) note_snapshot(*customer, Side::customer);
  for (const auto driver : drivers) note_snapshot(driver, Side::driver);
}

std::vector<Frame>& Truth::snapshots_of(AccountId account, Side side) {
  auto& all = snapshots_[{account, side}];
  if (all.empty()) all.push_back(renderer_.snapshot(side, nullptr));
  return all;
}

void Truth::note_snapshot(AccountId account, Side side) {
  auto& all = snapshots_of(account, side);
  const auto& bookings = state_.bookings;
  auto frame =
      renderer_.snapshot(side, side == Side::driver ? bookings.oldest_of_driver(account)
                                                    : bookings.newest_of_customer(account));
  if (*frame != *all.back()) all.push_back(std::move(frame));
}

void Truth::take_room(const Envelope& envelope) {
  const RoomId room{envelope.stream.id};
  const auto& event = std::get<RoomEvent>(envelope.event);
  const auto author = envelope.actor.account;
  const auto check = [&](MessageId message) {
    if (authors_.at(message) != author) throw Violation("a message was changed by somebody else");
  };
  if (const auto* added = std::get_if<ParticipantAdded>(&event)) absent_.erase(added->account);
  if (const auto* removed = std::get_if<ParticipantRemoved>(&event)) {
    absent_[removed->account] = envelope.at;
  }
  if (std::holds_alternative<RoomMessageSent>(event)) {
    const MessageId id{envelope.cause.value};
    authors_[id] = author;
    messages_[room][envelope.position] = id;
  }
  if (const auto* edited = std::get_if<RoomMessageEdited>(&event)) check(edited->message);
  if (const auto* deleted = std::get_if<RoomMessageDeleted>(&event)) {
    check(deleted->message);
    messages_[room].erase(deleted->sent);
  }
  if (auto news = renderer_.news_to_room(envelope)) {
    told_in_[room].push_back({envelope.position, std::move(news)});
  }
}

void Truth::take_booking(const Envelope& envelope) {
  const auto& booking = *state_.bookings.find(BookingId{envelope.stream.id});
  bookings_.insert(booking.id);
  const auto parties = parties_of(booking);
  concerned_.insert({booking.id, parties.customer});
  if (parties.driver) concerned_.insert({booking.id, *parties.driver});
  if (const auto* requested =
          std::get_if<BookingRequested>(&std::get<BookingEvent>(envelope.event));
      requested && requested->idempotency_key) {
    auto& before = keys_[{parties.customer, requested->idempotency_key->key}];
    if (before != Instant{} && envelope.at < before + idempotency_key_life) {
      throw Violation("an idempotency key booked twice");
    }
    before = envelope.at;
  }

  pushes_.clear();
  renderer_.pushes(envelope, booking, pushes_);
  for (const auto& [to, side, frame] : pushes_) {
    told_[{to, side}].push_back({envelope.position, frame});
  }
  if (!is_open(booking)) return;
  const auto news = renderer_.news_to_drivers(envelope, booking);
  if (!news) return;
  for (const auto& [account, registered] : cast()) {
    if (account == parties.driver) continue;
    told_[{account, Side::campus_driver}].push_back({envelope.position, news});
  }
}

}  // namespace hansom::simulation
