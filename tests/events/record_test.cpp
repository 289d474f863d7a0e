#include "events/record.hpp"

#include "tests/support/printing.hpp"
#include "tests/support/story.hpp"

#include <catch2/catch.hpp>
#include <openssl/sha.h>

#include <utility>

namespace hansom {
namespace {

constexpr std::size_t head_bytes = 33;  // format and hash

std::string record_of(std::span<const Envelope> events, Digest& chain) {
  std::string record;
  encode_record(events, chain, record);
  return record;
}

/// Three records of two events each, one after the other.
struct Chain {
  Story story = chatter(6);
  std::vector<std::string> records;
  std::vector<Digest> hashes;

  Chain() {
    Digest chain{};
    for (std::size_t i = 0; i < 6; i += 2) {
      records.push_back(record_of(story.events().subspan(i, 2), chain));
      hashes.push_back(chain);
    }
  }
};

struct Reading {
  std::vector<Envelope> events;
  std::string error;  ///< of the record at which reading ended
  Digest chain{};
  Position end;
};

Reading read_all(const std::vector<std::string>& records) {
  Reading reading;
  for (const auto& record : records) {
    const auto more = decode_record(record, reading.chain, reading.end, [&](const Envelope& event) {
      reading.events.push_back(event);
      return true;
    });
    if (!more) {
      reading.error = more.error();
      break;
    }
  }
  return reading;
}

Digest sha256(const std::string& bytes) {
  Digest digest;
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest.data());
  return digest;
}

std::string bytes_of(const Digest& digest) { return {digest.begin(), digest.end()}; }

}  // namespace

TEST_CASE("a chain of records is read as it was written", "[record]") {
  const Chain chain;
  const auto reading = read_all(chain.records);
  CHECK(reading.error.empty());
  CHECK(std::equal(reading.events.begin(), reading.events.end(), chain.story.events().begin(),
                   chain.story.events().end()));
  CHECK(reading.end == Position{6});
  CHECK(reading.chain == chain.hashes.back());
}

TEST_CASE("a record is a format, a hash, and a line an event", "[record]") {
  const Chain chain;
  std::string lines;
  for (const auto& envelope : chain.story.events().first(2)) {
    lines += Catch::Detail::stringify(envelope) + "\n";
  }
  CHECK(chain.records[0] == "\x01" + bytes_of(chain.hashes[0]) + lines);
}

TEST_CASE("a record's hash covers the hash before it and all its events", "[record]") {
  const Chain chain;
  CHECK(chain.hashes[0] == sha256(std::string(32, '\0') + chain.records[0].substr(head_bytes)));
  CHECK(chain.hashes[1] == sha256(bytes_of(chain.hashes[0]) + chain.records[1].substr(head_bytes)));
  CHECK(hash_of_record(chain.records[1]) == chain.hashes[1]);
}

TEST_CASE("a record is appended to what the buffer holds", "[record]") {
  const Chain chain;
  std::string buffer = "before";
  Digest hash{};
  encode_record(chain.story.events().first(2), hash, buffer);
  CHECK(buffer == "before" + chain.records[0]);
}

TEST_CASE("any changed byte of a record is noticed", "[record]") {
  const Chain chain;
  for (std::size_t i = 0; i < chain.records[1].size(); ++i) {
    for (const char change : {'\x01', '\x80'}) {
      auto records = chain.records;
      records[1][i] = static_cast<char>(records[1][i] ^ change);
      INFO("byte " << i);
      const auto reading = read_all(records);
      CHECK_FALSE(reading.error.empty());
      CHECK(reading.events.size() == 2);
    }
  }
}

TEST_CASE("two records in each other's place are noticed", "[record]") {
  Chain chain;
  std::swap(chain.records[1], chain.records[2]);
  const auto reading = read_all(chain.records);
  CHECK_FALSE(reading.error.empty());
  CHECK(reading.events.size() == 2);
}

TEST_CASE("a record that was taken out is noticed", "[record]") {
  Chain chain;
  const auto taken = GENERATE(0, 1);
  chain.records.erase(chain.records.begin() + taken);
  const auto reading = read_all(chain.records);
  CHECK_FALSE(reading.error.empty());
  CHECK(reading.events.size() == 2u * static_cast<unsigned>(taken));
}

TEST_CASE("a record from another log is noticed", "[record]") {
  Chain chain;
  Digest other{};
  other[0] = 1;
  chain.records[1] = record_of(chain.story.events().subspan(2, 2), other);
  CHECK_FALSE(read_all(chain.records).error.empty());
}

TEST_CASE("events that are not numbered gaplessly are noticed though the hash is right",
          "[record]") {
  const Chain chain;
  auto events = std::vector(chain.story.events().begin(), chain.story.events().end());
  const auto [index, number] = GENERATE(table<std::size_t, std::uint64_t>({
      {2, 4},  // leaves one out
      {2, 2},  // repeats one
      {2, 0},
      {3, 3},  // within the record
      {3, 5},
  }));
  events[index].position = {number};
  auto hash = chain.hashes[0];
  const auto reading =
      read_all({chain.records[0], record_of(std::span(events).subspan(2, 2), hash)});
  CHECK(reading.error == "the event is numbered " + std::to_string(number));
  CHECK(reading.events.size() == index);
  CHECK(reading.end == Position{index});
}

TEST_CASE("a record whose last event is cut off is noticed though the hash is right", "[record]") {
  const Chain chain;
  auto cut = chain.records[0];
  cut.pop_back();  // the newline
  const auto hash = sha256(std::string(32, '\0') + cut.substr(head_bytes));
  std::copy(hash.begin(), hash.end(), cut.begin() + 1);
  const auto reading = read_all({cut});
  CHECK(reading.error == "the last event is cut off");
  CHECK(reading.events.size() == 1);
}

TEST_CASE("a record that is cut off anywhere is noticed", "[record]") {
  const Chain chain;
  for (std::size_t size = 0; size < chain.records[0].size(); ++size) {
    INFO("cut after " << size);
    const auto reading = read_all({chain.records[0].substr(0, size)});
    CHECK_FALSE(reading.error.empty());
    CHECK(reading.events.empty());
  }
}

TEST_CASE("bytes of another format are no record", "[record]") {
  auto record = Chain().records[0];
  CHECK(hash_of_record(record));
  CHECK_FALSE(hash_of_record(record.substr(0, head_bytes)));
  CHECK_FALSE(hash_of_record(""));
  record[0] = GENERATE('\0', '\x02', '{');
  CHECK_FALSE(hash_of_record(record));
  CHECK(read_all({record}).error == "no record of a known format");
}

TEST_CASE("reading a record ends where the visitor has seen enough", "[record]") {
  const Chain chain;
  const std::size_t enough = GENERATE(1, 2);
  Digest hash{};
  Position end;
  std::size_t seen = 0;
  const auto more =
      decode_record(chain.records[0], hash, end, [&](const Envelope&) { return ++seen < enough; });
  REQUIRE(more);
  CHECK_FALSE(*more);
  CHECK(seen == enough);
}

TEST_CASE("a stream's events are read off a record, without a look at the chain", "[record]") {
  const Chain chain;
  auto record = chain.records[1];
  record[1] = static_cast<char>(record[1] ^ 1);  // its hash
  const auto expected = chain.story.events()[3];
  std::vector<Envelope> seen;
  const auto see = [&](const Envelope& envelope) {
    seen.push_back(envelope);
    return true;
  };
  const auto more = decode_stream(record, expected.stream, see);
  REQUIRE(more);
  CHECK(*more);
  REQUIRE_FALSE(seen.empty());
  CHECK(seen.back() == expected);
  CHECK(std::all_of(seen.begin(), seen.end(),
                    [&](const auto& each) { return each.stream == expected.stream; }));

  seen.clear();
  const StreamId stranger(BookingId{uuid(4711)});
  CHECK(decode_stream(record, stranger, see));
  CHECK(seen.empty());
  CHECK_FALSE(decode_stream(record.substr(0, record.size() - 1), expected.stream, see));

  seen.clear();
  CHECK(decode_events(record, see));
  CHECK(seen.size() > 1);
  CHECK_FALSE(decode_events(record.substr(0, record.size() - 1), see));
}

TEST_CASE("a record's mentions of an account are read from the last to the first", "[record]") {
  Story story;
  const BookingId ride{uuid(1)};
  story.tell(ride, requested_by(alice));
  story.tell(ride, assigned_to(bob));
  story.tell(ride, ChatMessageSent{Party::customer, to_string(alice)});
  story.tell(StreamId(alice), Event(AccountEvent(SessionsEnded{})));
  story.tell(ride, RideCompleted{Parties{alice, bob}});
  Digest hash{};
  auto record = record_of(story.events(), hash);
  record[1] = static_cast<char>(record[1] ^ 1);  // its hash, which is not looked at

  std::vector<Envelope> seen;
  std::size_t enough = 9;
  const auto see = [&](const Envelope& envelope) {
    seen.push_back(envelope);
    return seen.size() < enough;
  };
  CHECK(decode_mentions(record, alice, see) == true);
  CHECK(seen == std::vector{story.events()[4], story.events()[0]});

  seen.clear();
  CHECK(decode_mentions(record, dana, see) == true);
  CHECK(seen.empty());

  enough = 1;
  CHECK(decode_mentions(record, alice, see) == false);
  CHECK(seen == std::vector{story.events()[4]});

  // Nothing is shown of a record that can't be read to its end.
  seen.clear();
  CHECK_FALSE(decode_mentions(record.substr(0, record.size() - 1), alice, see));
  CHECK(seen.empty());
}

TEST_CASE("a line that can't be read is an error to whom it names, and to no other", "[record]") {
  Story story;
  story.tell(BookingId{uuid(1)}, requested_by(alice));
  story.tell(BookingId{uuid(2)}, requested_by(carol));
  Digest hash{};
  auto record = record_of(story.events(), hash);
  record.replace(record.find("booking_requested"), 7, "zooking");  // the first line's type
  std::size_t seen = 0;
  const auto see = [&](const Envelope&) { return ++seen > 0; };
  CHECK_FALSE(decode_mentions(record, alice, see));
  CHECK_FALSE(decode_events(record, see));
  CHECK(seen == 0);
  CHECK(decode_mentions(record, carol, see));
  CHECK(seen == 1);
}

TEST_CASE("all events of a record are read in order, until the visitor has seen enough",
          "[record]") {
  const Chain chain;
  std::vector<Envelope> seen;
  std::size_t enough = 9;
  const auto see = [&](const Envelope& envelope) {
    seen.push_back(envelope);
    return seen.size() < enough;
  };
  CHECK(decode_events(chain.records[1], see) == true);
  CHECK(seen == std::vector{chain.story.events()[2], chain.story.events()[3]});
  seen.clear();
  enough = 1;
  CHECK(decode_events(chain.records[1], see) == false);
  CHECK(seen.size() == 1);
}

}  // namespace hansom
