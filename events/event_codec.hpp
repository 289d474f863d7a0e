#pragma once

#include "events/event.hpp"

#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace hansom {

/// Appends the event's written form to `out`: one JSON object on one line, without a newline:
///
///   {"position":7,"stream":"booking-<uuid>","revision":3,"at":"2026-05-12T10:30:00.000000Z",
///    "type":"arrival_time_submitted","version":1,"actor":"driver:<uuid>","cause":"<uuid>",
///    "data":{..}}
void encode(const Envelope& envelope, std::string& out);

/// Reads what `encode` wrote. Fields that this version does not know are passed over; the error is
/// one line that says what is missing or wrong. Never throws, whatever the bytes are.
std::expected<Envelope, std::string> decode(std::string_view line);
/// The same into an envelope that is there, which saves moving it. What it is after an error is
/// unspecified.
std::expected<void, std::string> decode(std::string_view line, Envelope& out);

/// The stream of a written event, read off its place in the line without a look at the rest: for
/// those who search. Nothing where it does not stand there.
std::optional<StreamId> stream_of(std::string_view line);

}  // namespace hansom
