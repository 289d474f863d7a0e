// Lines of a log, read as one event each, and together as a record: what is found damaged on a
// disk.

#include "events/event_codec.hpp"
#include "events/json_text.hpp"
#include "events/record.hpp"
#include "tests/fuzz/property.hpp"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <cmath>
#include <cstring>
#include <string>
#include <vector>

namespace hansom::fuzz {
namespace {

/// What is read in one pass is what RapidJSON reads, to which a line with a blank before it goes.
void compare_readers(std::string_view line) {
  const auto quick = decode(line);
  const auto slow = decode(" " + std::string(line));
  must(quick.has_value() == slow.has_value(), "both readers read the same lines");
  if (quick) {
    must(*quick == *slow, "both readers read the same");
  } else {
    must(!quick.error().empty(), "an error has words");
  }
}

/// What was read is written so that it is read again.
void write_again(const Envelope& envelope) {
  std::string line;
  encode(envelope, line);
  must_be_text(line, "a line is UTF-8");
  must(line.find('\n') == line.npos, "an event is one line");
  const auto read = decode(line);
  must(read && *read == envelope, "what is written is what was read");
  must(stream_of(line) == envelope.stream, "the stream is found in its place");
  std::string again;
  encode(*read, again);
  must(again == line, "an event is written in one way");
  compare_readers(line);
}

void try_record(std::string_view lines) {
  Digest chain{};
  const auto record = record_of(lines, chain);
  must(lines_of(record) == lines, "a record holds its lines");
  std::vector<Envelope> events;
  const auto all = decode_events(record, [&](Envelope&& envelope) {
    events.push_back(std::move(envelope));
    return true;
  });
  Digest before{};
  Position end{events.empty() ? 0 : events.front().position.value - 1};
  (void)decode_record(record, before, end, [](Envelope&&) { return true; });
  for (const auto& envelope : events) {
    write_again(envelope);
    std::size_t found = 0;
    const auto count = [&](Envelope&&) {
      ++found;
      return true;
    };
    (void)decode_stream(record, envelope.stream, count);
    for (const auto& subject : mentions_in(envelope)) {
      const auto read = decode_mentions(record, subject, count);
      must(!all || read, "a record that is whole is whole for those who search");
    }
  }
  if (!all) return;

  // Written by us, it is a record that is read back, and one byte less is none.
  Digest of_ours{};
  std::string ours;
  encode_record(events, of_ours, ours);
  Digest checked{};
  if (!events.empty()) must(check_record(ours, checked).has_value(), "a record is whole");
  must(!check_record(ours.substr(0, ours.size() - 1), checked), "a record that is cut is none");
}

/// Texts and numbers are written as RapidJSON writes them.
void compare_writers(std::string_view text) {
  rapidjson::StringBuffer theirs;
  rapidjson::Writer<rapidjson::StringBuffer> writer(theirs);
  std::string ours;
  {
    JsonText json(ours);
    json.start_array();
    writer.StartArray();
    if (is_valid_utf8(text)) {
      json.text(text);
      writer.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
    }
    double number = 0;
    std::memcpy(&number, text.data(), std::min(sizeof number, text.size()));
    if (std::isfinite(number)) {
      json.number(number);
      writer.Double(number);
    }
    std::int64_t whole = 0;
    std::memcpy(&whole, text.data(), std::min(sizeof whole, text.size()));
    json.number(whole);
    writer.Int64(whole);
    json.end_array();
    writer.EndArray();
  }
  must(ours == std::string_view(theirs.GetString(), theirs.GetSize()),
       "JSON is written as RapidJSON writes it");
}

}  // namespace
}  // namespace hansom::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hansom;
  const auto input = fuzz::text_of(data, size);
  const auto line = input.substr(0, input.find('\n'));
  fuzz::compare_readers(line);
  (void)stream_of(line);
  fuzz::try_record(input);
  fuzz::compare_writers(input);
  Digest chain{};
  Position end;
  (void)decode_record(input, chain, end, [](Envelope&&) { return true; });  // no hash fits
  return 0;
}
