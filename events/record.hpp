#pragma once

// A record is what one append writes, the events of one batch:
//
//   record := format (1 byte, = 1) | hash (32 bytes) | event '\n' | event '\n' | ...
//   hash   := SHA-256 (hash of the record before | all that follows the hash)
//
// The events are JSON, so that whoever audits can read them without us; the hashes make a chain, so
// that no record can be changed, taken out or exchanged unnoticed. The first record's predecessor
// has the hash of 32 zero bytes.

#include "events/digest.hpp"
#include "events/event.hpp"
#include "events/mentions.hpp"

#include <cstddef>
#include <expected>
#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace hansom {

/// Makes the record of a batch, or of a part of one. `chain` is the hash of the record before and
/// becomes this one's.
void encode_record(std::span<const Envelope> events, Digest& chain, std::string& out);

/// The hash that a record carries, or nothing when the bytes are no record.
std::optional<Digest> hash_of_record(std::string_view record);

/// Called with each event in order, which it may keep; returning false ends the reading early.
using VisitEvent = std::function<bool(Envelope&&)>;

/// Makes the record of events that are written already, each on a line that ends. `chain` as above.
std::string record_of(std::string_view lines, Digest& chain);

/// The events of a record as they are written, each on a line that ends.
std::string_view lines_of(std::string_view record);

/// Checks that a record follows on the one with this hash. `chain` becomes this one's; the error is
/// one line without the position.
std::expected<void, std::string> check_record(std::string_view record, Digest& chain);

/// Checks a record against its predecessor's hash and its events' numbers, and visits the events.
/// `chain` and `end` (hash and last position of the record before) become this one's. The result is
/// whether `visit` wants to go on; the error is one line without the position.
std::expected<bool, std::string> decode_record(std::string_view record, Digest& chain,
                                               Position& end, const VisitEvent& visit);

/// Visits the events of one stream in a record that is read on its own, without a look at the
/// chain.
std::expected<bool, std::string> decode_stream(std::string_view record, const StreamId& stream,
                                               const VisitEvent& visit);

/// Visits the events in a record that mention the subject (see mentions.hpp), the last one first,
/// again without a look at the chain.
std::expected<bool, std::string> decode_mentions(std::string_view record, const Subject& subject,
                                                 const VisitEvent& visit);

/// Visits all events of a record, again without a look at the chain.
std::expected<bool, std::string> decode_events(std::string_view record, const VisitEvent& visit);

}  // namespace hansom
