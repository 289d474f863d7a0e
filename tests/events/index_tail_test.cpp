#include "events/index_tail.hpp"

#include "tests/support/printing.hpp"
#include "tests/support/story.hpp"

#include <catch2/catch.hpp>

namespace hansom {
namespace {

const StreamId first(BookingId{uuid(1)});
const StreamId second(BookingId{uuid(2)});

using Places = std::vector<std::uint64_t>;

/// An event of the stream that mentions nobody.
Envelope event_of(const StreamId& stream) {
  Envelope envelope;
  envelope.stream = stream;
  envelope.event = BookingEvent(OfferAccepted{});
  return envelope;
}

void note(IndexTail& tail, const Envelope& envelope, Position record) {
  std::vector<IndexNote> notes;
  add_notes(envelope, record, notes);
  tail.note(notes);
}

/// What leaves under a key, and whether it does so in order.
Places leaving(const std::vector<IndexNote>& notes, const StreamId& stream) {
  CHECK(std::ranges::is_sorted(notes));
  Places places;
  for (const auto& note : notes) {
    if (note.key == IndexKey(stream)) places.push_back(note.record.value);
  }
  return places;
}

/// The records in which the stream has events, by all that was noted.
Places records_of(const IndexTail& tail, const StreamId& stream) {
  std::set<Position> found;
  tail.look_up(stream, found);
  Places places;
  for (const auto position : found) places.push_back(position.value);
  return places;
}

}  // namespace

TEST_CASE("what was noted is looked up, each record once", "[index_tail]") {
  IndexTail tail;
  note(tail, event_of(first), {2});
  note(tail, event_of(second), {2});
  note(tail, event_of(first), {2});
  note(tail, event_of(first), {5});
  CHECK(records_of(tail, first) == Places{2, 5});
  CHECK(records_of(tail, second) == Places{2});
  CHECK(records_of(tail, StreamId(bob)).empty());
  CHECK(leaving(tail.leave(), first) == Places{2, 5});
}

TEST_CASE("an account is found where a booking mentions it", "[index_tail]") {
  IndexTail tail;
  auto requested = event_of(first);
  requested.event = BookingEvent(requested_by(alice));
  note(tail, requested, {2});
  auto ended = event_of(first);
  ended.event = BookingEvent(RideCompleted{Parties{alice, bob}});
  note(tail, ended, {5});
  CHECK(records_of(tail, StreamId(alice)) == Places{2, 5});
  CHECK(records_of(tail, StreamId(bob)) == Places{5});
  CHECK(records_of(tail, first) == Places{2, 5});
}

TEST_CASE("what is looked up is added to what is there", "[index_tail]") {
  IndexTail tail;
  note(tail, event_of(first), {7});
  std::set<Position> found{{1}};
  tail.look_up(first, found);
  CHECK(found == std::set<Position>{{1}, {7}});
}

TEST_CASE("what leaves is looked up until it is written", "[index_tail]") {
  IndexTail tail;
  note(tail, event_of(first), {2});
  CHECK(tail.leave().size() == 1);
  note(tail, event_of(first), {4});
  CHECK(records_of(tail, first) == Places{2, 4});
  tail.written();
  CHECK(records_of(tail, first) == Places{4});
  CHECK(leaving(tail.leave(), first) == Places{4});
  tail.written();
  CHECK(records_of(tail, first).empty());
  CHECK(tail.leave().empty());
}

TEST_CASE("what could not be written leaves again, with what came since", "[index_tail]") {
  IndexTail tail;
  note(tail, event_of(first), {2});
  tail.leave();
  note(tail, event_of(first), {4});
  note(tail, event_of(second), {4});
  CHECK(records_of(tail, first) == Places{2, 4});
  const auto notes = tail.leave();
  CHECK(leaving(notes, first) == Places{2, 4});
  CHECK(leaving(notes, second) == Places{4});
}

}  // namespace hansom
