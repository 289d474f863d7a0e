#include "tests/simulation/history.hpp"

#include <ranges>

namespace hansom::simulation {
namespace {

/// The last of the steps up to a position; null where there is none.
template <typename Steps>
auto step_at(const Steps& steps, Position at) -> decltype(&steps.front().second) {
  const auto later = std::ranges::upper_bound(steps, at, {}, [](auto& step) { return step.first; });
  return later == steps.begin() ? nullptr : &std::prev(later)->second;
}

}  // namespace

void History::take(const Envelope& envelope, const Booking& booking) {
  const auto& event = std::get<BookingEvent>(envelope.event);
  changes_.push_back(envelope.position);
  auto& steps = bookings_[booking.id];
  if (steps.empty()) in_order_.push_back(booking.id);
  steps.emplace_back(envelope.position, booking);
  if (const auto* assigned = std::get_if<DriverAssigned>(&event)) {
    asked_[{assigned->driver.account, booking.id}] = envelope.position;
  }
  if (const auto* declined = std::get_if<OfferDeclined>(&event); declined && declined->reassigned) {
    let_go_[{declined->driver, booking.id}] = envelope.position;
  }
  if (const auto* withdrawn = std::get_if<OfferWithdrawn>(&event)) {
    let_go_[{withdrawn->driver, booking.id}] = envelope.position;
  }
}

void History::take(const Envelope& envelope) {
  const auto& event = std::get<RoomEvent>(envelope.event);
  changes_.push_back(envelope.position);
  const auto note = [&](Position sent, std::optional<RoomMessage> now) {
    messages_[sent].steps.emplace_back(envelope.position, std::move(now));
  };
  if (std::holds_alternative<RoomMessageSent>(event)) {
    messages_[envelope.position].room = RoomId{envelope.stream.id};
    note(envelope.position, message_sent(envelope));
  }
  if (const auto* edited = std::get_if<RoomMessageEdited>(&event)) {
    auto now = *messages_.at(edited->sent).steps.back().second;
    now.body = edited->body;
    now.updated = envelope.at;
    now.edited = true;
    note(edited->sent, std::move(now));
  }
  if (const auto* deleted = std::get_if<RoomMessageDeleted>(&event)) {
    note(deleted->sent, std::nullopt);
  }
}

const Booking* History::booking(BookingId id, Position at) const {
  const auto found = bookings_.find(id);
  return found == bookings_.end() ? nullptr : step_at(found->second, at);
}

const Booking* History::current(AccountId account, Side side, Position at) const {
  const bool drives = side == Side::driver || side == Side::campus_driver;
  const bool on_campus = side == Side::campus_driver || side == Side::passenger;
  const Booking* newest = nullptr;
  for (const auto id : in_order_) {
    const auto* each = booking(id, at);
    if (!each || is_open(*each) != on_campus || !is_in_progress(each->status)) continue;
    const auto [customer, driver] = parties_of(*each);
    if ((drives ? driver : std::optional(customer)) != account) continue;
    if (drives) return each;
    newest = each;
  }
  return newest;
}

/// One that was cancelled for want of a driver is still shown to the last who had it.
bool History::is_shown(const Booking& booking, AccountId account, Side side) const {
  if (is_open(booking)) return false;
  const auto [customer, driver] = parties_of(booking);
  if (side == Side::customer) return customer == account;
  if (driver) return driver == account;
  return booking.status == BookingStatus::cancelled && !booking.asked.empty() &&
         booking.asked.back() == account;
}

std::vector<Booking> History::bookings(AccountId account, Side side, Position at) const {
  std::map<Position, const Booking*, std::greater<>> found;
  for (const auto id : in_order_) {
    const auto* each = booking(id, at);
    if (!each || !is_shown(*each, account, side)) continue;
    if (side == Side::customer) {
      found[each->requested_position] = each;
      continue;
    }
    const auto let_go = let_go_.find({account, id});
    if (let_go == let_go_.end() || let_go->second > at) found[asked_.at({account, id})] = each;
  }
  std::vector<Booking> list;
  for (const auto& [position, each] : found) list.push_back(*each);
  return list;
}

MessagePage History::messages(RoomId room, std::size_t limit, Position at) const {
  MessagePage page;
  for (const auto& [sent, message] : messages_ | std::views::reverse) {
    if (sent > at || message.room != room) continue;
    if (page.messages.size() == limit) {
      page.next_before = page.messages.back().id;
      break;
    }
    if (const auto& now = *step_at(message.steps, at)) page.messages.push_back(*now);
  }
  return page;
}

}  // namespace hansom::simulation
