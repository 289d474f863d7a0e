#include "replay/reading.hpp"

#include "net/dialects/public_url.hpp"
#include "story/booking_list.hpp"

#include <charconv>
#include <cstdlib>
#include <limits>

namespace hansom::replay {
namespace {

/// When the event at this position happened, or the next one there is.
std::expected<std::optional<Instant>, Failure> time_at(const EventLog& log, Position position) {
  std::optional<Instant> at;
  const auto read = log.read(position, [&](const Envelope& envelope) {
    at = envelope.at;
    return false;
  });
  if (!read) return fail(read.error());
  return at;
}

}  // namespace

std::unexpected<Failure> fail(const LogError& error) { return fail(error.message); }

std::expected<std::unique_ptr<RocksDbLog>, Failure> open_log(const Invocation& invocation) {
  auto log = RocksDbLog::open_for_reading(invocation.data_dir);
  if (!log) return fail(log.error());
  return std::move(*log);
}

Outcome walk(const EventLog& log, Position from, Console& console, const std::string& what,
             const EventLog::Visit& visit) {
  const auto before = from.value - 1;
  Progress progress(console, what, log.end().value - std::min(before, log.end().value));
  bool stop = false;
  const auto read = log.read(from, [&](const Envelope& envelope) {
    if (envelope.position.value % 1024 == 0) {
      progress.reached(envelope.position.value - before);
      stop = interrupted();
    }
    return !stop && visit(envelope);
  });
  if (!read) return fail(read.error());
  if (stop) return was_interrupted();
  return {};
}

std::expected<Position, Failure> first_at(const EventLog& log, Instant time) {
  std::uint64_t low = 1;
  std::uint64_t high = log.end().value + 1;
  while (low < high) {
    const auto middle = low + (high - low) / 2;
    const auto at = time_at(log, {middle});
    if (!at) return std::unexpected(at.error());
    if (*at && **at < time) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return Position{low};
}

std::expected<std::vector<Envelope>, Failure> events_of(const EventLog& log,
                                                        const StreamId& stream) {
  auto events = story::events_of(log, stream, {std::numeric_limits<std::uint64_t>::max()});
  if (!events) return fail(events.error());
  if (events->empty()) return fail("there is no " + to_string(stream) + " in this log");
  return std::move(*events);
}

std::expected<StreamId, Failure> stream_argument(const Invocation& invocation) {
  const auto text = invocation.argument();
  if (const auto stream = StreamId::parse(text)) return *stream;
  if (const auto booking = BookingId::parse(text)) return StreamId(*booking);
  return wrong_use("'" + text + "' is no id, as booking-00000000-0000-4000-8000-000000000007");
}

std::expected<std::vector<Envelope>, Failure> booking_events(const EventLog& log,
                                                             const Invocation& invocation) {
  const auto stream = stream_argument(invocation);
  if (!stream) return std::unexpected(stream.error());
  if (stream->kind != StreamKind::booking) {
    return wrong_use("'" + invocation.argument() + "' is no booking");
  }
  return events_of(log, *stream);
}

std::string public_url(const Invocation& invocation) {
  if (const char* value = std::getenv("HANSOM_PUBLIC_URL"); value && *value) return value;
  return net::noted_public_url(invocation.data_dir);
}

std::expected<std::optional<AccountId>, Failure> account_option(const Invocation& invocation,
                                                                const std::string& option) {
  if (!invocation.has(option)) return std::nullopt;
  const auto text = invocation.text(option);
  if (const auto account = AccountId::parse(text)) return *account;
  if (const auto stream = StreamId::parse(text); stream && stream->kind == StreamKind::account) {
    return AccountId{stream->id};
  }
  return wrong_use("--" + option + " is '" + text + "', but must be an account's id");
}

std::expected<std::optional<std::uint64_t>, Failure> number_option(const Invocation& invocation,
                                                                   const std::string& option) {
  if (!invocation.has(option)) return std::nullopt;
  const auto text = invocation.text(option);
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc() && end == text.data() + text.size()) return number;
  return wrong_use("--" + option + " is '" + text + "', but must be a whole number");
}

}  // namespace hansom::replay
