// Among many bookings, what a command is about is in no cache of the processor, and most of a
// command's time would be waiting for one piece of memory after the other. So what several commands
// are about is fetched at once, before the first is decided: then the waits run side by side.

#include "engine/loop.hpp"

#include <boost/container/static_vector.hpp>

namespace hansom {
namespace {

constexpr std::size_t cache_line_bytes = 64;

void fetch(const void* begin, std::size_t bytes) {
  const auto* at = static_cast<const char*>(begin);
  for (std::size_t i = 0; i < bytes; i += cache_line_bytes) __builtin_prefetch(at + i);
}

}  // namespace

/// Changes nothing, and decides nothing. Each loop asks for what the one before has fetched.
/// REQUIRES: these are `commands_ahead` at most.
void Loop::look_ahead(std::span<const Submitted> commands) {
  if (commands.size() == 1) return;
  boost::container::static_vector<const Booking*, commands_ahead> bookings;
  for (const auto& [from, command] : commands) {
    if (const auto* session = sessions_.find(from)) fetch(session, sizeof *session);
    const auto id = booking_id_of(command);
    if (!id) continue;
    if (const auto* booking = find_booking(*id)) bookings.push_back(booking);
  }
  for (const auto* booking : bookings) fetch(booking, sizeof *booking);
  for (const auto* booking : bookings) {
    fetch(booking->drop_offs.data(), cache_line_bytes);
    fetch(booking->chat.data(), cache_line_bytes);
    sessions_.find(booking->customer.account, Side::customer);
    if (booking->driver) sessions_.find(booking->driver->account, Side::driver);
  }
}

}  // namespace hansom
