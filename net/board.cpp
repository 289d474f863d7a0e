#include "net/board.hpp"

#include "net/dialects/json_writer.hpp"
#include "net/limits.hpp"
#include "projections/booking_schema.hpp"

#include <algorithm>
#include <chrono>

namespace hansom::net {
namespace {

constexpr std::string_view side_names[side_count] = {"driver", "customer", "campus_driver",
                                                     "passenger", "participant"};

/// Of refusals that are nobody's in particular, those that an operator has to do something about:
/// others come of whoever knocks at the door, and of timers that were too late.
bool is_of_the_server(RefusalCode code) {
  return code == RefusalCode::log_unavailable || code == RefusalCode::server_busy ||
         code == RefusalCode::internal_error;
}

bool takes_on(const BookingEvent& event) {
  return std::holds_alternative<ArrivalTimeSubmitted>(event) ||
         std::holds_alternative<ScheduledBookingAccepted>(event) ||
         std::holds_alternative<OpenOfferAccepted>(event);
}

}  // namespace

void Board::start(const Bookings& bookings, Position end) {
  const std::lock_guard lock(mutex_);
  for (const auto* booking : bookings.all()) {
    ++counts_of(is_open(*booking))[static_cast<std::size_t>(booking->status)];
    const bool was_taken = booking->status != BookingStatus::requested;
    in_progress_[booking->id] = {booking->status, is_open(*booking), was_taken,
                                 booking->requested_at};
  }
  end_ = end;
}

void Board::appended(std::span<const Envelope> events) {
  const std::lock_guard lock(mutex_);
  for (const auto& envelope : events) fold(envelope);
}

void Board::recovered(const EventLog& log) {
  const std::lock_guard lock(mutex_);
  (void)log.read({end_.value + 1},
                 [&](const Envelope& envelope) {  // the loop has just read it, too
                   fold(envelope);
                   return true;
                 });
}

void Board::fold(const Envelope& envelope) {
  if (envelope.position <= end_) return;
  end_ = envelope.position;
  const auto* event = std::get_if<BookingEvent>(&envelope.event);
  if (!event) return;
  const BookingId id{envelope.stream.id};
  if (const auto* requested = std::get_if<BookingRequested>(event)) {
    const bool is_open = requested->booking_type == BookingType::open;
    in_progress_[id] = {BookingStatus::requested, is_open, false, envelope.at};
    ++counts_of(is_open)[static_cast<std::size_t>(BookingStatus::requested)];
    ++changes_;
    return;
  }
  if (std::holds_alternative<DriverAssigned>(*event)) count_assignment(envelope.at);
  const auto status = status_after(*event);
  if (!status) return;
  const auto found = in_progress_.find(id);
  if (found == in_progress_.end()) return;
  auto& booking = found->second;
  if (takes_on(*event)) count_taken(booking, envelope.at);
  auto& counts = counts_of(booking.is_open);
  --counts[static_cast<std::size_t>(booking.status)];
  ++counts[static_cast<std::size_t>(*status)];
  booking.status = *status;
  if (!is_in_progress(*status)) in_progress_.erase(found);
  ++changes_;
}

void Board::count_assignment(Instant at) {
  // A log's time never runs backwards.
  const auto minute = minute_of(at);
  const auto passed = std::min<std::int64_t>(minute - last_minute_, minutes);
  for (std::int64_t i = 0; i < passed; ++i) {
    assignments_[static_cast<std::size_t>(minute - i) % minutes] = 0;
  }
  last_minute_ = std::max(last_minute_, minute);
  ++assignments_[static_cast<std::size_t>(last_minute_) % minutes];
  ++changes_;
}

void Board::count_taken(Tracked& booking, Instant at) {
  if (std::exchange(booking.was_taken, true)) return;
  seconds_to_accept_.push_back(std::chrono::duration<double>(at - booking.requested_at).count());
  if (seconds_to_accept_.size() > board_samples_max) seconds_to_accept_.pop_front();
}

void Board::refused(RefusalCode code, std::optional<Side> side, Instant at) {
  if (!side && !is_of_the_server(code)) return;
  const std::lock_guard lock(mutex_);
  errors_.push_front({at, code, side});
  if (errors_.size() > board_errors_max) errors_.pop_back();
  ++changes_;
}

void Board::drivers_connected(std::size_t taxi, std::size_t campus) {
  const std::lock_guard lock(mutex_);
  if (taxi == taxi_drivers_ && campus == campus_drivers_) return;
  taxi_drivers_ = taxi;
  campus_drivers_ = campus;
  ++changes_;
}

bool Board::has_assignments() const {
  return std::ranges::any_of(assignments_, [](auto count) { return count > 0; });
}

bool Board::has_news(const Seen& seen, Instant now) const {
  const std::lock_guard lock(mutex_);
  return changes_ != seen.changes || (minute_of(now) != seen.minute && has_assignments());
}

std::int64_t Board::minute_of(Instant at) {
  return std::chrono::floor<std::chrono::minutes>(at).time_since_epoch().count();
}

Frame Board::frame(Instant now, Seen& seen) const {
  const std::lock_guard lock(mutex_);
  const auto minute = std::max(minute_of(now), last_minute_);
  seen = {changes_, minute_of(now)};
  JsonWriter json;
  const auto write_counts = [&](const char* name, const ByStatus& counts) {
    json.object(name, [&] {
      for (auto status = static_cast<std::size_t>(BookingStatus::requested); status < statuses;
           ++status) {
        json.field(name_of(static_cast<BookingStatus>(status)), counts[status]);
      }
    });
  };
  json.field("type", "board");
  json.field("at", now, Fraction::milliseconds);
  json.field("since", started_, Fraction::milliseconds);
  json.field("position", end_.value);
  json.object("bookings", [&] {
    write_counts("taxi", taxi_);
    write_counts("campus", campus_);
  });
  json.object("drivers", [&] {
    json.field("taxi", taxi_drivers_);
    json.field("campus", campus_drivers_);
  });
  json.object("assignments", [&] {
    json.field("last_minute", Instant(std::chrono::minutes(minute)), Fraction::milliseconds);
    json.array("per_minute", [&] {
      for (auto each = minute - static_cast<std::int64_t>(minutes) + 1; each <= minute; ++each) {
        const bool is_kept =
            each <= last_minute_ && each > last_minute_ - static_cast<std::int64_t>(minutes);
        json.element(is_kept ? assignments_[static_cast<std::size_t>(each) % minutes] : 0);
      }
    });
  });
  json.array("seconds_to_accept", [&] {
    for (const auto seconds : seconds_to_accept_) json.element(seconds);
  });
  json.array("errors", [&] {
    for (const auto& [at, code, side] : errors_) {
      json.element([&] {
        json.field("at", at, Fraction::milliseconds);
        json.field("code", to_string(code));
        json.field("side", side ? std::optional(side_names[static_cast<std::size_t>(*side)])
                                : std::nullopt);
      });
    }
  });
  return json.frame();
}

}  // namespace hansom::net
