// A checkpoint is the state, whole: what is restored from it answers and goes on as what was folded
// from the first event. The states are those of random fleets.

#include "projections/checkpoint.hpp"

#include "bench/chance.hpp"
#include "tests/support/checkpoints.hpp"
#include "tests/support/fleet.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <functional>
#include <map>
#include <set>

namespace hansom {
namespace {

using Differences = std::vector<std::string>;

constexpr HighWaterMark some_mark{{1'000}, {0xab, 0xcd}};

/// Whether there are bookings of all types, waiting and on the way.
bool has_all_kinds_of_bookings(const Projections& state) {
  std::set<std::pair<BookingType, BookingStatus>> kinds;
  for (const auto* booking : state.bookings.all()) {
    kinds.emplace(booking->type, booking->status);
  }
  for (const auto type : {BookingType::instant, BookingType::scheduled, BookingType::open}) {
    if (!kinds.contains({type, BookingStatus::requested})) return false;
    if (!kinds.contains({type, BookingStatus::on_the_way})) return false;
  }
  return kinds.contains({BookingType::instant, BookingStatus::confirmation});
}

/// Some thousands of events, up to where the state is as rich as can be.
const Envelopes& fleet_events() {
  static const auto all = [] {
    auto events = events_of_fleet(4, 6'000, {60, 60, 60});
    Projections state;
    for (const auto& envelope : events) {
      fold(state, {&envelope, 1});
      if (state.end.value > 4'000 && has_all_kinds_of_bookings(state)) break;
    }
    events.resize(state.end.value);
    return events;
  }();
  return all;
}

std::span<const Envelope> first_events(std::size_t count) {
  return std::span(fleet_events()).first(count);
}

/// A state with something of everything.
const std::string& rich_text() {
  static const auto text = encode_checkpoint(some_mark, folded(fleet_events()));
  return text;
}

/// A small state, with something of everything that a line can be about.
const std::string& small_text() {
  static const auto text = [] {
    Story story;
    for (const auto id : {alice, bob}) {
      story.tell(StreamId(id), Event(AccountEvent(registration_of(id))));
    }
    auto requested = scheduled_by(alice, noon + 3h);
    requested.idempotency_key = IdempotencyKey{"key", to_hex(Digest{})};
    requested.note = "a \"note\"\n";
    story.tell(BookingId{uuid(1)}, requested);
    story.tell(BookingId{uuid(1)}, assigned_to(bob));
    story.tell(BookingId{uuid(1)}, ChatMessageSent{Party::customer, "hi"});
    story.tell(StreamId(TemplateId{uuid(2)}), Event(TemplateEvent(TemplateAdded{bob, "no"})));
    story.tell(RoomId{uuid(3)}, RoomOpened{alice, "physics", "Physics"});
    return encode_checkpoint({story.end(), {}}, folded(story.events()));
  }();
  return text;
}

std::string last_line_for(std::string_view lines) {
  return "{\"sha256\":\"" + to_hex(sha256({lines})) + "\"}\n";
}

/// The lines of a checkpoint but for the last one.
std::string lines_in(const std::string& text) {
  return text.substr(0, text.rfind('\n', text.size() - 2) + 1);
}

/// A text with other lines, and a last one that fits them.
std::string with_lines(const std::string& lines) { return lines + last_line_for(lines); }

std::string with_head(const std::string& from, const std::string& to) {
  auto lines = lines_in(small_text());
  const auto place = lines.find(from);
  REQUIRE(place < lines.find('\n'));
  return with_lines(lines.replace(place, from.size(), to));
}

std::string why_not(const std::string& text) {
  const auto refused = decode_checkpoint(text);
  return refused ? "it was taken" : refused.error();
}

const std::string cut_or_changed = "it is cut off or changed";
const std::string other_version = "it is of another version";

/// The same state, its parts put in in order of their ids, or backwards.
Projections put_together(const Projections& state, bool backwards) {
  Projections copy;
  const auto for_each_of = [&](const auto& map, auto put) {
    const std::map sorted(map.begin(), map.end());
    if (backwards) {
      std::for_each(sorted.rbegin(), sorted.rend(),
                    [&](auto& each) { put(each.first, each.second); });
    } else {
      for (const auto& [key, value] : sorted) put(key, value);
    }
  };
  for_each_of(state.accounts.all(), [&](auto, const auto& each) { copy.accounts.put(each); });
  for_each_of(bookings_of(state), [&](auto, const auto& each) {
    copy.deadlines.update(each);
    copy.bookings.put(each);
  });
  for_each_of(state.templates.all(), [&](auto, const auto& each) { copy.templates.put(each); });
  for_each_of(state.rooms.all(), [&](auto, const Room& each) {
    auto room = each;
    room.participants.clear();
    room.participants.rehash(backwards ? 7 : 1'000);
    const std::set participants(each.participants.begin(), each.participants.end());
    if (backwards) {
      room.participants.insert(participants.rbegin(), participants.rend());
    } else {
      room.participants.insert(participants.begin(), participants.end());
    }
    copy.rooms.put(std::move(room));
  });
  state.idempotency.for_each([&](const std::string& name, const AnsweredRequest& answered) {
    copy.idempotency.put(name, answered);
  });
  for_each_of(state.roster.assignments(),
              [&](AccountId driver, Instant at) { copy.roster.assigned(driver, at); });
  copy.end = state.end;
  copy.last_at = state.last_at;
  return copy;
}

/// A file with the checkpoint of a log's beginning.
struct Kept {
  TempFolder folder;
  std::filesystem::path file = checkpoint_file(folder.path());
  MemoryLog memory;
  NotingLog log{memory};

  explicit Kept(std::uint64_t events = 500) {
    fill(log, 2, events, {10, 10, 8});
    log.read_from.clear();
  }

  std::uint64_t end() const { return log.end().value; }
  /// Stores a checkpoint of the log as it is now, and lets the log go on.
  void store_and_go_on() {
    REQUIRE(advance_checkpoint(log, file, [] { return true; }));
    fill(log, 2, end() + 100, {10, 10, 8});
    log.read_from.clear();
  }
  std::expected<std::optional<Position>, std::string> advance() {
    return advance_checkpoint(log, file, [] { return true; });
  }
  std::string written() const { return read_file(file); }
};

}  // namespace

TEST_CASE("the fleet's state has something of everything that a checkpoint keeps", "[checkpoint]") {
  const auto state = folded(fleet_events());
  CHECK(has_all_kinds_of_bookings(state));
  int with_chat = 0, with_note = 0, asked_twice = 0;
  for (const auto* booking : state.bookings.all()) {
    with_chat += !booking->chat.empty();
    with_note += booking->note.has_value();
    asked_twice += booking->asked.size() > 1;
  }
  CHECK(with_chat > 0);
  CHECK(with_note > 0);
  CHECK(asked_twice > 0);
  CHECK(state.deadlines.size() > 0);
  CHECK(state.idempotency.size() > 0);
  CHECK(state.roster.assignments().size() > 0);
  CHECK_FALSE(state.templates.of(std::nullopt).empty());
  CHECK(state.templates.all().size() > state.templates.of(std::nullopt).size());
  CHECK(std::ranges::any_of(state.rooms.all(),
                            [](const auto& each) { return each.second.participants.size() > 2; }));
  CHECK(std::ranges::any_of(state.accounts.all(),
                            [](const auto& each) { return each.second.devices.size() > 1; }));
}

TEST_CASE("a state is read from its checkpoint as it was written", "[checkpoint]") {
  auto state = folded(fleet_events());
  auto [at, restored] = decoded(rich_text());
  CHECK(at == some_mark);
  CHECK(restored.end == some_mark.position);
  restored.end = state.end;  // the mark was made up
  CHECK(differences(state, restored) == Differences{});
  CHECK(encode_checkpoint(some_mark, restored) == rich_text());
}

TEST_CASE("the state before the first event has a checkpoint, too", "[checkpoint]") {
  const auto text = encode_checkpoint({}, {});
  const auto checkpoint = decoded(text);
  CHECK(checkpoint.at == HighWaterMark{});
  CHECK(checkpoint.state.accounts.size() == 0);
  CHECK(encode_checkpoint(checkpoint.at, checkpoint.state) == text);
}

TEST_CASE("equal states are written equally, in whatever order they came about", "[checkpoint]") {
  auto state = folded(fleet_events());
  for (const bool backwards : {false, true}) {
    auto other = put_together(state, backwards);
    CHECK(differences(state, other) == Differences{});
    CHECK(encode_checkpoint(some_mark, other) == rich_text());
  }
}

TEST_CASE("a checkpoint says nothing of who is connected, and where", "[checkpoint]") {
  auto state = folded(fleet_events());
  for (const auto& [id, account] : state.accounts.all()) {
    state.roster.arrive(id);
    state.roster.move(id, home.at);
  }
  CHECK(encode_checkpoint(some_mark, state) == rich_text());
  CHECK(decoded(rich_text()).state.roster.size() == 0);
}

TEST_CASE("folding goes on from a checkpoint anywhere as it does from the first event",
          "[checkpoint]") {
  const auto& events = fleet_events();
  auto whole = folded(events);
  const auto written = written_state(whole);
  bench::Chance chance(11);
  Projections live;
  for (std::size_t count = 0; count < events.size();) {
    const auto more = std::min(1 + chance.below(350), events.size() - count);
    fold(live, std::span(events).subspan(count, more));
    count += more;
    INFO("the checkpoint stands at position " << count);
    auto restored = decoded(encode_checkpoint({{count}, {}}, live)).state;
    CHECK(differences(live, restored) == Differences{});
    fold(restored, std::span(events).subspan(count));
    CHECK(written_state(restored) == written);
    CHECK(differences(whole, restored) == Differences{});
  }
}

TEST_CASE("a key that was used anew after its day is kept with its later answer", "[checkpoint]") {
  Story story;
  const auto request = [&](unsigned id, Instant at) {
    auto requested = requested_by(alice);
    requested.idempotency_key = IdempotencyKey{"key", to_hex(Digest{})};
    story.tell(BookingId{uuid(id)}, requested, at);
  };
  request(1, noon);
  request(2, noon + 23h);  // as a log may have it that no loop wrote
  auto state = folded(story.events());
  auto restored = decoded(encode_checkpoint({story.end(), {}}, state)).state;
  CHECK(differences(state, restored) == Differences{});
  story.tell(BookingId{uuid(2)}, assigned_to(bob), noon + 23h);
  request(3, noon + 25h);
  fold(state, story.events().subspan(2));
  fold(restored, story.events().subspan(2));
  CHECK(written_state(restored) == written_state(state));
}

TEST_CASE("a checkpoint with a changed byte is refused", "[checkpoint]") {
  const auto refused = [](std::string text, std::size_t place, unsigned char change) {
    text[place] = static_cast<char>(text[place] ^ change);
    return why_not(text) == cut_or_changed;
  };
  std::size_t taken = 0;
  for (std::size_t i = 0; i < small_text().size(); ++i) {
    for (const unsigned char change : {0x01, 0x20, 0x80}) {
      taken += !refused(small_text(), i, change);
    }
  }
  bench::Chance chance(5);
  for (int i = 0; i < 100; ++i) {
    taken += !refused(rich_text(), chance.below(rich_text().size()),
                      static_cast<unsigned char>(1 + chance.below(255)));
  }
  CHECK(taken == 0);
}

TEST_CASE("a checkpoint that is cut off anywhere, or goes on, is refused", "[checkpoint]") {
  std::size_t taken = 0;
  for (std::size_t i = 0; i < small_text().size(); ++i) {
    taken += why_not(small_text().substr(0, i)) != cut_or_changed;
    if (i > 0) taken += why_not(small_text().substr(i)) != cut_or_changed;
  }
  bench::Chance chance(6);
  for (int i = 0; i < 100; ++i) {
    taken += why_not(rich_text().substr(0, chance.below(rich_text().size()))) != cut_or_changed;
  }
  CHECK(taken == 0);
  CHECK(why_not(small_text() + "\n") == cut_or_changed);
  CHECK(why_not(small_text() + small_text()) == cut_or_changed);
  CHECK(why_not("\n\n\n") == cut_or_changed);
}

// The hash keeps accidents out, not whoever can make one.
TEST_CASE("whatever a checkpoint with a fitting hash says, reading it ends well", "[checkpoint]") {
  const auto lines = lines_in(small_text());
  std::size_t taken = 0;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    for (const char byte : {'"', '9', '}', ',', '\n', '\0', '\xff'}) {
      auto changed = lines;
      changed[i] = byte;
      const auto text = with_lines(changed);
      const auto read = decode_checkpoint(text);
      if (read) {
        ++taken;
        encode_checkpoint(read->at, read->state);
      } else if (read.error() != other_version && read.error() != cut_or_changed) {
        FAIL_CHECK(read.error());
      }
    }
  }
  CHECK(taken > 0);  // as where a name is another one
}

TEST_CASE("a checkpoint of another format is refused", "[checkpoint]") {
  REQUIRE(why_not(with_head("\"format\":1", "\"format\":1")) == "it was taken");
  for (const auto* format : {"2", "0", "-1", "\"1\"", "null", "1.5"}) {
    INFO(format);
    CHECK(why_not(with_head("\"format\":1", "\"format\":" + std::string(format))) == other_version);
  }
  CHECK(why_not(with_head("\"hash\":\"0", "\"hash\":\"x")) == other_version);
}

TEST_CASE("a checkpoint with lines that are unknown, or not all there, is refused",
          "[checkpoint]") {
  const auto lines = lines_in(small_text());
  const auto behind_head = lines.find('\n') + 1;
  CHECK(why_not(with_lines(lines + "{\"plan\":{}}\n")) == other_version);
  CHECK(why_not(with_lines(lines + "{\"account\":{}}\n")) == other_version);
  CHECK(why_not(with_lines(lines + "{}\n")) == other_version);
  CHECK(why_not(with_lines(lines + "\n")) == other_version);
  CHECK(why_not(with_lines(lines + "[]\n")) == other_version);
  CHECK(why_not(with_lines(lines.substr(behind_head))) == other_version);
  CHECK(why_not(last_line_for("")) == cut_or_changed);
  // A field that is missing is not taken for one that is empty.
  auto without_status = lines;
  const std::string status = "\"status\":\"active\",";
  without_status.erase(without_status.find(status), status.size());
  CHECK(why_not(with_lines(without_status)) == other_version);
}

TEST_CASE("a stored checkpoint is loaded; where there is none, nothing is", "[checkpoint]") {
  const TempFolder folder;
  const auto file = checkpoint_file(folder.path());
  CHECK(file.parent_path() == folder.path());
  const auto none = load_checkpoint(file);
  REQUIRE(none);
  CHECK_FALSE(*none);

  for (const std::size_t count : {3'000u, 100u}) {
    const auto state = folded(first_events(count));
    REQUIRE(store_checkpoint(file, {{count}, {}}, state));
    const auto loaded = load_checkpoint(file);
    REQUIRE((loaded && *loaded));
    CHECK((*loaded)->at.position == Position{count});
    CHECK(written_state((*loaded)->state) == written_state(state));
  }
  CHECK(contents_of(folder.path()).size() == 1);
}

TEST_CASE("a file that is no checkpoint is said to be none, in one line", "[checkpoint]") {
  const TempFolder folder;
  const auto file = checkpoint_file(folder.path());
  write_file(file, GENERATE("", "garbage\n", "{\"checkpoint\":{}}\n"));
  const auto loaded = load_checkpoint(file);
  REQUIRE_FALSE(loaded);
  CHECK(loaded.error() == file.string() + " is no checkpoint: it is cut off or changed");
  fs::remove(file);
  fs::create_directory(file);
  CHECK_FALSE(load_checkpoint(file));
}

TEST_CASE("a checkpoint is made where there is none, of the whole log", "[checkpoint]") {
  Kept kept;
  const auto advanced = kept.advance();
  REQUIRE(advanced);
  CHECK(*advanced == kept.log.end());
  CHECK(kept.written() == checkpoint_of(kept.memory));
}

TEST_CASE("a checkpoint goes on from where it stands", "[checkpoint]") {
  Kept kept;
  const auto before = kept.end();
  kept.store_and_go_on();
  REQUIRE(kept.advance());
  CHECK(kept.log.read_from == std::vector{Position{before + 1}});
  CHECK(kept.written() == checkpoint_of(kept.memory));
  // With nothing new, nothing is read.
  kept.log.read_from.clear();
  CHECK(kept.advance().value() == kept.log.end());
  CHECK(kept.log.read_from.empty());
}

TEST_CASE("what can't be read of a checkpoint is made anew from the log", "[checkpoint]") {
  Kept kept;
  kept.store_and_go_on();
  auto text = kept.written();
  text[text.size() / 2] ^= 1;
  write_file(kept.file, text);
  REQUIRE(kept.advance());
  CHECK(kept.log.read_from.front() == Position{1});
  CHECK(kept.written() == checkpoint_of(kept.memory));
}

TEST_CASE("a checkpoint of more than the log has is made anew", "[checkpoint]") {
  Kept kept;
  REQUIRE(store_checkpoint(kept.file, {{kept.end() + 1}, {}}, {}));
  REQUIRE(kept.advance());
  CHECK(kept.written() == checkpoint_of(kept.memory));
}

TEST_CASE("making a checkpoint ends when it is told, and leaves the file as it was",
          "[checkpoint]") {
  Kept kept;
  kept.store_and_go_on();
  const auto before = kept.written();
  const auto stopped = advance_checkpoint(kept.log, kept.file, [] { return false; });
  REQUIRE(stopped);
  CHECK_FALSE(*stopped);
  CHECK(kept.written() == before);

  // Asked again every few thousand events.
  MemoryLog chatter_log;
  append(chatter_log, chatter(15'000), 15'000, 100);
  const auto asked_until_told_at = [&](int told_at) {
    int asked = 0;
    const auto advanced =
        advance_checkpoint(chatter_log, kept.folder / "other", [&] { return ++asked != told_at; });
    REQUIRE(advanced);
    CHECK(advanced->has_value() == fs::exists(kept.folder / "other"));
    return asked;
  };
  CHECK(asked_until_told_at(2) == 2);
  const auto asked = asked_until_told_at(1'000);
  CHECK(asked >= 3);
  CHECK(asked <= 15);
}

TEST_CASE("a checkpoint stands where the log ended when it was begun", "[checkpoint]") {
  /// Grows while it is read.
  struct Growing final : LogInFront {
    using LogInFront::LogInFront;
    LogResult read(Position from, const Visit& visit) const override {
      grow();
      return LogInFront::read(from, visit);
    }
    std::function<void()> grow;
  };
  Kept kept;
  const auto before = kept.memory.mark();
  const auto text_before = checkpoint_of(kept.memory);
  Growing growing(kept.memory);
  growing.grow = [&] { fill(kept.memory, 2, kept.end() + 50, {10, 10, 8}); };
  const auto advanced = advance_checkpoint(growing, kept.file, [] { return true; });
  REQUIRE(advanced);
  CHECK(*advanced == before.position);
  CHECK(kept.end() > before.position.value);
  CHECK(kept.written() == text_before);
  CHECK(load_checkpoint(kept.file).value()->at == before);
}

TEST_CASE("a log that can't be read, or ends before its mark, gets no checkpoint", "[checkpoint]") {
  struct Failing final : LogInFront {
    using LogInFront::LogInFront;
    LogResult read(Position from, const Visit& visit) const override {
      if (fails) return std::unexpected(LogError{LogError::Kind::damaged, "a failure was ordered"});
      return LogInFront::read(from, visit);
    }
    HighWaterMark mark() const override {
      return fails ? LogInFront::mark() : HighWaterMark{{10'000}, {}};
    }
    bool fails = true;
  };
  Kept kept;
  kept.store_and_go_on();
  const auto before = kept.written();
  Failing log(kept.memory);
  const auto failed = advance_checkpoint(log, kept.file, [] { return true; });
  REQUIRE_FALSE(failed);
  CHECK(failed.error() == "a failure was ordered");
  log.fails = false;
  int asked = 0;
  const auto short_of_it = advance_checkpoint(log, kept.file, [&] { return ++asked < 100; });
  CHECK_FALSE(short_of_it);
  CHECK(kept.written() == before);
}

TEST_CASE("a checkpoint that can't be stored says so in one line", "[checkpoint]") {
  Kept kept;
  kept.file = kept.folder / "nowhere/checkpoint";
  const auto advanced = kept.advance();
  REQUIRE_FALSE(advanced);
  CHECK(advanced.error().find("nowhere") != std::string::npos);
  CHECK(advanced.error().find('\n') == std::string::npos);
}

}  // namespace hansom
