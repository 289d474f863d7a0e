#include "tests/simulation/truth.hpp"

#include "events/event_schema.hpp"
#include "events/record.hpp"
#include "replay/invariants.hpp"
#include "tests/simulation/violation.hpp"
#include "tests/support/story.hpp"

namespace hansom::simulation {
namespace {

/// Whether an event may tell this account of the booking; of taxi's drivers the last one asked.
bool is_party(AccountId account, Side side, const Booking& booking) {
  const auto [customer, driver] = parties_of(booking);
  switch (side) {
    case Side::customer:
      return !is_open(booking) && account == customer;
    case Side::passenger:
      return is_open(booking) && account == customer;
    case Side::driver:
      return !is_open(booking) && !booking.asked.empty() && account == booking.asked.back();
    case Side::campus_driver:
      return is_open(booking) && account == driver;
    case Side::participant:
      return false;
  }
  return false;
}

}  // namespace

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
  state_.apply(envelope);
  if (envelope.stream.kind == StreamKind::booking) take_booking(envelope);
  if (envelope.stream.kind == StreamKind::room) take_room(envelope);
  if (const auto* event = std::get_if<AccountEvent>(&envelope.event)) {
    const AccountId account{envelope.stream.id};
    const auto* changed = std::get_if<AccountStatusChanged>(event);
    const bool is_barred = changed && changed->status != AccountStatus::active;
    if (changed) barred_.erase(account);
    if (is_barred) barred_[account] = envelope.at;
    if (is_barred || std::holds_alternative<SessionsEnded>(*event)) {
      for (const auto side : all_sides) put_out_[{account, side}] = envelope.at;
    }
  }
  state_.settle(envelope);
}

std::optional<Instant> Truth::barred_since(AccountId account, Side side) const {
  std::optional<Instant> since;
  if (const auto found = barred_.find(account); found != barred_.end()) since = found->second;
  const auto removed = removed_.find(account);
  if (side == Side::participant && removed != removed_.end()) {
    since = since ? std::min(*since, removed->second) : removed->second;
  }
  return since;
}

std::optional<Instant> Truth::put_out_at(AccountId account, Side side) const {
  const auto found = put_out_.find({account, side});
  return found == put_out_.end() ? std::nullopt : std::optional(found->second);
}

void Truth::take_room(const Envelope& envelope) {
  const RoomId room{envelope.stream.id};
  const auto& event = std::get<RoomEvent>(envelope.event);
  const auto author = envelope.actor.account;
  const auto check = [&](MessageId message) {
    if (authors_.at(message) != author) throw Violation("a message was changed by somebody else");
  };
  if (std::holds_alternative<RoomMessageSent>(event)) {
    const MessageId id{envelope.cause.value};
    authors_[id] = author;
  }
  if (const auto* edited = std::get_if<RoomMessageEdited>(&event)) check(edited->message);
  if (const auto* deleted = std::get_if<RoomMessageDeleted>(&event)) check(deleted->message);
  if (const auto* added = std::get_if<ParticipantAdded>(&event)) removed_.erase(added->account);
  if (const auto* removed = std::get_if<ParticipantRemoved>(&event)) {
    removed_[removed->account] = envelope.at;
    put_out_[{removed->account, Side::participant}] = envelope.at;
  }
  history_.take(envelope);
  if (auto news = renderer_.news_to_room(envelope)) {
    told_in_[room].push_back({envelope.position, std::move(news)});
  }
}

void Truth::take_booking(const Envelope& envelope) {
  const auto& booking = *state_.bookings.find(BookingId{envelope.stream.id});
  history_.take(envelope, booking);
  const auto parties = parties_of(booking);
  concerned_.insert({booking.id, parties.customer});
  if (parties.driver) concerned_.insert({booking.id, *parties.driver});
  const auto& event = std::get<BookingEvent>(envelope.event);
  if (const auto* requested = std::get_if<BookingRequested>(&event);
      requested && requested->idempotency_key) {
    auto& before = keys_[{parties.customer, requested->idempotency_key->key}];
    if (before != Instant{} && envelope.at < before + idempotency_key_life) {
      throw Violation("an idempotency key booked twice");
    }
    before = envelope.at;
  }

  if (std::holds_alternative<OfferExpired>(event) && envelope.at < grace_until_) {
    throw Violation("an offer expired before its driver could come back");
  }
  const auto* cancelled = std::get_if<BookingCancelled>(&event);
  const bool is_in_want = cancelled && cancelled->reason_code == CancelReason::no_driver_available;
  if (std::holds_alternative<DriverAssigned>(event) || is_in_want) {
    choices_.push_back(
        {envelope.at, parties.customer, is_in_want ? std::nullopt : parties.driver, booking.asked});
  }

  pushes_.clear();
  renderer_.pushes(envelope, booking, pushes_);
  if (booking.status == BookingStatus::confirmation ||
      booking.status == BookingStatus::on_the_way) {
    confirmed_.insert(booking.id);
  }
  for (const auto& [to, side, frame] : pushes_) {
    if (!is_party(to, side, booking)) throw Violation("a stranger would be told: " + *frame);
    if (side == Side::customer && shows_driver_too_early(booking.id, *frame)) {
      throw Violation("a customer would be told who drives: " + *frame);
    }
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
