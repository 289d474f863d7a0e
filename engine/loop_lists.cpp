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
  const auto list = list_bookings(caller.id, side, before, request.limit);
  if (!list) return refuse(from, request, list.error());
  say(from, renderer_.bookings(side, list->bookings, list->next_before, at_));
}

/// The account's bookings on a side, the newest first: a customer's by when they were requested, a
/// driver's by when they were assigned.
std::expected<Loop::BookingList, Refusal> Loop::list_bookings(AccountId account, Side side,
                                                              Position before,
                                                              std::size_t limit) const {
  BookingList list;
  std::optional<Refusal> refusal;
  std::size_t bytes = 0;
  std::size_t looked_at = 0;
  std::optional<BookingId> last;
  std::unordered_set<BookingId> left;  // seen before the entering, as the newest comes first
  const auto read = read_mentions(account, before, [&](const Envelope& envelope) {
    const BookingId id{envelope.stream.id};
    ++looked_at;
    if (leaves_list(envelope, account)) left.insert(id);
    if (!enters_list(envelope, account, side)) return true;
    if (last && looked_at > list_looked_at_max) {
      list.next_before = last;
      return false;
    }
    last = id;
    if (left.contains(id)) return true;
    Booking room;
    const auto found = find_or_fold(id, room);
    if (!found) {
      refusal = found.error();
      return false;
    }
    const auto& booking = **found;
    if (!belongs_to(booking, account, side)) return true;
    if (list.bookings.size() == limit || bytes > list_chat_bytes_max) {
      list.next_before = list.bookings.back().id;
      return false;
    }
    for (const auto& entry : booking.chat) bytes += entry.text.size();
    list.bookings.push_back(booking);
    return true;
  });
  if (!read) return std::unexpected(unreadable(read.error()));
  if (refusal) return std::unexpected(*refusal);
  return list;
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
