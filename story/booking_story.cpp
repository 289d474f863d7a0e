#include "story/booking_story.hpp"

#include "events/event_codec.hpp"
#include "events/json_text.hpp"
#include "projections/booking_schema.hpp"
#include "story/describe.hpp"
#include "story/driver_choice.hpp"
#include "story/sent_json.hpp"
#include "story/snapshots.hpp"
#include "story/transcript.hpp"

#include <algorithm>

namespace hansom::story {
namespace {

void field(JsonText& json, std::string_view name, std::string_view text) {
  json.key(name);
  json.text(text);
}

void write(JsonText& json, Coordinates at) {
  json.start_object();
  json.key("latitude");
  json.number(at.latitude);
  json.key("longitude");
  json.number(at.longitude);
  json.end_object();
}

/// Null where there is nothing.
template <typename Value, typename Write>
void field(JsonText& json, std::string_view name, const std::optional<Value>& value, Write write) {
  json.key(name);
  if (value) {
    write(*value);
  } else {
    json.null();
  }
}

void write_candidate(JsonText& json, const Candidate& candidate, std::size_t rank,
                     std::optional<double> chosen_m, const Names& names) {
  json.start_object();
  json.key("driver");
  json.text(candidate.driver.value);
  field(json, "name", names.of(candidate.driver));
  json.key("rank");
  json.number(std::uint64_t{rank});
  field(json, "distance_m", candidate.distance_m, [&](double metres) { json.number(metres); });
  field(json, "position", candidate.at, [&](Coordinates at) { write(json, at); });
  field(json, "verdict", name_of(candidate.verdict));
  field(json, "reason", explanation(candidate, chosen_m));
  json.end_object();
}

/// Where no driver was searched for, null.
void write_choice(JsonText& json, const Moment& moment, const Names& names) {
  json.key("choice");
  const auto* candidates = candidates_in(moment.envelope.event);
  // A cancellation without any: nobody was looked for, or nobody was there.
  if (!candidates || candidates->empty()) return json.null();
  const auto* chosen = chosen_of(*candidates);
  json.start_object();
  json.key("pickup");
  write(json, moment.booking.pickup.at);
  json.key("chosen");
  if (chosen) {
    json.text(chosen->driver.value);
  } else {
    json.null();
  }
  json.key("candidates");
  json.start_array();
  std::size_t rank = 0;
  for (const auto& candidate : *candidates) {
    write_candidate(json, candidate, ++rank, chosen ? chosen->distance_m : std::nullopt, names);
  }
  json.end_array();
  json.end_object();
}

/// A booking as its events make it, with its messages counted and not kept: most of what is shown
/// of a booking over which much was said is what was said.
struct QuietBooking {
  Booking booking;
  std::size_t messages = 0;

  void apply(const Envelope& envelope) {
    hansom::apply(booking, envelope);
    messages += booking.chat.size();
    booking.chat.clear();
  }
};

std::vector<SentFrame> without_transcripts(std::span<const SentFrame> sent,
                                           std::optional<std::size_t> length = {}) {
  std::vector<SentFrame> brief;
  for (const auto& [to, frame] : sent) {
    brief.push_back({to, std::make_shared<const std::string>(without_transcript(*frame, length))});
  }
  return brief;
}

void write(JsonText& json, const Moment& moment, const QuietBooking& quiet,
           const Renderer& renderer, const Names& names) {
  std::string event, sent, shown_then;
  encode(moment.envelope, event);
  write_sent(without_transcripts(moment.sent), sent);
  write_sent(without_transcripts(snapshots(quiet.booking, renderer), quiet.messages), shown_then);
  json.start_object();
  json.key("event");
  json.raw(event);
  field(json, "by", names.of(moment.envelope.actor));
  field(json, "words", describe(moment.envelope.event));
  field(json, "status", name_of(moment.booking.status));
  json.key("sent");
  json.raw(sent);
  json.key("snapshots");
  json.raw(shown_then);
  json.key("deadlines");
  json.start_array();
  for (const auto& [kind, due] : running_deadlines(moment.booking)) {
    json.start_object();
    field(json, "kind", name_of(kind));
    json.key("due");
    json.text(due, Fraction::microseconds);
    json.end_object();
  }
  json.end_array();
  write_choice(json, moment, names);
  json.end_object();
}

void write_names(JsonText& json, const Names& names) {
  std::vector<std::pair<std::string, std::string>> all;
  for (const auto& [account, name] : names.all()) all.emplace_back(to_string(account), name);
  std::ranges::sort(all);
  json.key("names");
  json.start_object();
  for (const auto& [account, name] : all) field(json, account, name);
  json.end_object();
}

}  // namespace

std::string story_as_json(std::span<const Envelope> events, const Renderer& renderer,
                          const Names& names, Position after, std::size_t bytes_max) {
  const auto last = events.back().position;
  const auto now = booking_at(events, last);
  std::string moments;
  std::optional<Position> next_after;
  QuietBooking quiet;
  const auto visit = [&](const Moment& moment) {
    const auto position = moment.envelope.position;
    quiet.apply(moment.envelope);
    if (position <= after) return true;
    if (!moments.empty()) moments += ',';
    {
      JsonText json(moments);
      write(json, moment, quiet, renderer, names);
    }
    if (moments.size() <= bytes_max || position == last) return true;
    next_after = position;
    return false;
  };
  tell(events, renderer, visit, after);

  std::string out;
  JsonText json(out);
  json.start_object();
  json.key("booking_id");
  json.text(now.id.value);
  field(json, "protocol", protocol_of(now));
  field(json, "booking_type", name_of(now.type));
  field(json, "status", name_of(now.status));
  json.key("customer");
  json.text(now.customer.account.value);
  json.key("last_position");
  json.number(last.value);
  write_names(json, names);
  json.key("events");
  json.raw("[" + moments + "]");
  field(json, "next_after", next_after, [&](Position position) { json.number(position.value); });
  json.end_object();
  json.finish();
  return out;
}

}  // namespace hansom::story
