// What was: snapshots, what is shown again, and lists. Read from the log, which holds what is no
// longer in memory; what the running turn decided is not there yet, and taken from its batch.

#include "engine/loop.hpp"
#include "events/mentions.hpp"

#include <algorithm>
#include <functional>
#include <limits>
#include <unordered_set>

namespace hansom {
namespace {

/// A live message carries so much of its chat (the taxi document, Chat).
constexpr std::size_t live_chat_entries_max = 100;

constexpr Position beyond_all{std::numeric_limits<std::uint64_t>::max()};

/// What a push costs by estimate: its frame, but for the chat, and an entry of the chat.
constexpr std::size_t push_bytes = 1'024;
constexpr std::size_t chat_entry_bytes = 96;

bool belongs_to(const Booking& booking, AccountId account, Side side) {
  if (side == Side::customer) return booking.customer.account == account;
  if (booking.driver) return booking.driver->account == account;
  // One that was cancelled for want of a driver is still that of the last who had it.
  return booking.status == BookingStatus::cancelled && !booking.asked.empty() &&
         booking.asked.back() == account;
}

/// Whether a booking becomes one of the account's on this side with the event.
bool enters_list(const Envelope& envelope, AccountId account, Side side) {
  const auto& event = std::get<BookingEvent>(envelope.event);
  if (const auto* requested = std::get_if<BookingRequested>(&event)) {
    return side == Side::customer && requested->customer.account == account;
  }
  const auto* assigned = std::get_if<DriverAssigned>(&event);
  return assigned && side == Side::driver && assigned->driver.account == account;
}

/// How large the pushes of a booking's events are, by estimate.
class PushSizes {
 public:
  std::size_t next(const BookingEvent& event) {
    const auto* message = std::get_if<ChatMessageSent>(&event);
    if (message) chat_.push_back(total() + message->text.size() + chat_entry_bytes);
    if (!message || chat_.size() <= live_chat_entries_max) return push_bytes + total();
    return push_bytes + total() - chat_[chat_.size() - 1 - live_chat_entries_max];
  }

 private:
  std::size_t total() const { return chat_.empty() ? 0 : chat_.back(); }

  std::vector<std::size_t> chat_;  // bytes of all entries up to each
};

}  // namespace

void Loop::handle(PeerId from, const Resync& command) {
  const auto* session = sessions_.find(from);
  if (!session) return;
  const auto booking = booking_to_show(*session, command);
  if (!booking) return refuse(from, command, booking.error());
  Replay replayed;
  if (command.since) {
    auto found = replay(*session, *command.since);
    if (!found) return refuse(from, command, found.error());
    replayed = std::move(*found);
  }
  auto snapshot =
      renderer_.snapshot(session->side, *booking ? &**booking : nullptr, replayed.cut_at);
  if (!command.since) return say(from, std::move(snapshot));
  replayed.frames.push_back(std::move(snapshot));
  say(from, Burst{std::move(replayed.frames)});
}

/// The booking that is asked for; without an id a driver's oldest in progress, or a customer's
/// newest (the taxi document, resync).
std::expected<std::optional<Booking>, Refusal> Loop::booking_to_show(const Session& session,
                                                                     const Resync& command) const {
  if (!command.booking_id) {
    const auto& bookings = projections_.bookings;
    const auto* booking = session.side == Side::driver
                              ? bookings.oldest_of_driver(session.account)
                              : bookings.newest_of_customer(session.account);
    return booking ? std::optional(*booking) : std::nullopt;
  }
  auto booking = find_or_fold(*command.booking_id);
  if (!booking) return std::unexpected(booking.error());
  if (!belongs_to(*booking, session.account, session.side)) {
    return std::unexpected(no_such_booking());
  }
  return std::move(*booking);
}

/// All pushes to the session's account and side after `since`, rendered from the log as they were
/// the first time. Of more than `replay_bytes_max` the latest.
std::expected<Loop::Replay, Refusal> Loop::replay(const Session& session, Position since) {
  if (since == Position{}) since = before_all_in_progress(session);
  const auto ids = concerning(session, since);
  if (!ids) return std::unexpected(ids.error());
  std::vector<std::vector<Envelope>> streams;
  std::vector<std::pair<Position, std::size_t>> sizes;
  for (const auto id : *ids) {
    auto& stream = streams.emplace_back();
    PushSizes push_sizes;
    const auto read = read_stream(StreamId(id), [&](const Envelope& envelope) {
      const auto size = push_sizes.next(std::get<BookingEvent>(envelope.event));
      if (envelope.position > since) sizes.emplace_back(envelope.position, size);
      stream.push_back(envelope);
      return true;
    });
    if (!read) return std::unexpected(unreadable(read.error()));
  }

  Replay replayed;
  std::ranges::sort(sizes, std::greater{});
  std::size_t bytes = 0;
  for (const auto& [position, size] : sizes) {
    bytes += size;
    if (bytes <= replay_bytes_max) continue;
    replayed.cut_at = since = position;
    break;
  }

  std::vector<std::pair<Position, Frame>> pushed;
  for (const auto& stream : streams) {
    Booking booking;
    for (const auto& envelope : stream) {
      apply(booking, envelope);
      if (envelope.position <= since) continue;
      pushes_.clear();
      renderer_.pushes(envelope, booking, pushes_);
      for (const auto& [to, side, frame] : pushes_) {
        if (to == session.account && side == session.side) {
          pushed.emplace_back(envelope.position, frame);
        }
      }
    }
  }
  std::ranges::sort(pushed, {}, [](const auto& each) { return each.first; });
  for (auto& [position, frame] : pushed) replayed.frames.push_back(std::move(frame));
  return replayed;
}

/// The bookings with pushes for the session after `since`: what is in progress, and what the
/// account came into or left after it (see events/mentions.hpp).
std::expected<std::vector<BookingId>, Refusal> Loop::concerning(const Session& session,
                                                                Position since) const {
  auto ids = in_progress(session);
  std::unordered_set<BookingId> known(ids.begin(), ids.end());
  const auto read = read_mentions(session.account, beyond_all, [&](const Envelope& envelope) {
    const BookingId id{envelope.stream.id};
    if (envelope.position > since && known.insert(id).second) ids.push_back(id);
    return envelope.position > since;
  });
  if (!read) return std::unexpected(unreadable(read.error()));
  return ids;
}

std::vector<BookingId> Loop::in_progress(const Session& session) const {
  const auto& bookings = projections_.bookings;
  return session.side == Side::driver ? bookings.of_driver(session.account)
                                      : bookings.of_customer(session.account);
}

/// The position before the beginning of what is in progress; the log's end where nothing is.
Position Loop::before_all_in_progress(const Session& session) const {
  const auto ids = in_progress(session);
  if (ids.empty()) return projections_.end;
  return {projections_.bookings.find(ids.front())->requested_position.value - 1};
}

/// A stream with what the running turn adds to it.
LogResult Loop::read_stream(const StreamId& stream, const EventLog::Visit& visit) const {
  bool more = true;
  const auto read =
      log_.read_stream(stream, [&](const Envelope& envelope) { return more = visit(envelope); });
  if (!read) return read;
  for (const auto& envelope : batch_) {
    if (more && envelope.stream == stream) more = visit(envelope);
  }
  return {};
}

/// What mentions an account, newest first, from the running turn on backwards.
LogResult Loop::read_mentions(AccountId account, Position before,
                              const EventLog::Visit& visit) const {
  for (auto envelope = batch_.rbegin(); envelope != batch_.rend(); ++envelope) {
    const bool fits = envelope->position < before && mentions_in(envelope->event).include(account);
    if (fits && !visit(*envelope)) return {};
  }
  return log_.read_mentions(account, before, visit);
}

void Loop::serve(PeerId from, const Account& caller, const ListBookings& request) {
  const auto side = request.caller.side;
  auto before = beyond_all;
  if (request.before) {
    const auto place = place_in_list(caller.id, side, *request.before);
    if (!place) return refuse(from, request, place.error());
    before = *place;
  }
  auto listed = list_bookings(caller.id, side, before, request.limit + 1);
  if (!listed) return refuse(from, request, listed.error());
  std::optional<BookingId> next_before;
  if (listed->size() > request.limit) {
    listed->pop_back();
    next_before = listed->back().id;
  }
  say(from, renderer_.bookings(side, *listed, next_before, at_));
}

/// The account's bookings on a side, the newest first: a customer's by when they were requested, a
/// driver's by when they were assigned.
std::expected<std::vector<Booking>, Refusal> Loop::list_bookings(AccountId account, Side side,
                                                                 Position before,
                                                                 std::size_t most) const {
  std::vector<Booking> listed;
  std::optional<Refusal> refusal;
  const auto read = read_mentions(account, before, [&](const Envelope& envelope) {
    if (!enters_list(envelope, account, side)) return true;
    auto booking = find_or_fold(to_string(envelope.stream.id));
    if (!booking) {
      refusal = booking.error();
    } else if (belongs_to(*booking, account, side)) {
      listed.push_back(std::move(*booking));
    }
    return !refusal && listed.size() < most;
  });
  if (!read) return std::unexpected(unreadable(read.error()));
  if (refusal) return std::unexpected(*refusal);
  return listed;
}

/// The position by which one of the account's bookings is listed.
std::expected<Position, Refusal> Loop::place_in_list(AccountId account, Side side,
                                                     std::string_view id) const {
  const auto booking = find_or_fold(id);
  if (!booking) return std::unexpected(booking.error());
  if (!belongs_to(*booking, account, side)) return std::unexpected(no_such_booking());
  Position place;
  const auto read = read_stream(StreamId(booking->id), [&](const Envelope& envelope) {
    if (enters_list(envelope, account, side)) place = envelope.position;
    return true;
  });
  if (!read) return std::unexpected(unreadable(read.error()));
  return place;
}

}  // namespace hansom
