// Booking lists, of what is in memory and what is not.

#include "engine/booking_lists.hpp"
#include "engine/loop.hpp"

#include <unordered_set>

namespace hansom {

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
  std::unordered_set<BookingId> left;  // seen before the entering, as the newest comes first
  const auto read = read_mentions(account, before, [&](const Envelope& envelope) {
    if (leaves_list(envelope, account)) left.insert(BookingId{envelope.stream.id});
    if (!enters_list(envelope, account, side)) return true;
    if (left.contains(BookingId{envelope.stream.id})) return true;
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

/// The position by which a booking is, or was, in the account's list.
std::expected<Position, Refusal> Loop::place_in_list(AccountId account, Side side,
                                                     std::string_view id) const {
  Position place;
  if (const auto booking = BookingId::parse(id)) {
    const auto read = read_stream(StreamId(*booking), [&](const Envelope& envelope) {
      if (enters_list(envelope, account, side)) place = envelope.position;
      return place == Position{};
    });
    if (!read) return std::unexpected(unreadable(read.error()));
  }
  if (place == Position{}) return std::unexpected(no_such_booking());
  return place;
}

}  // namespace hansom
