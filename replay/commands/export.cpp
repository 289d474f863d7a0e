#include "events/event_codec.hpp"
#include "events/event_schema.hpp"
#include "events/record.hpp"
#include "replay/commands/commands.hpp"
#include "replay/exchange.hpp"
#include "replay/reading.hpp"
#include "replay/times.hpp"

#include <algorithm>

namespace hansom::replay {
namespace {

/// RFC 4180.
std::string csv(std::string_view text) {
  if (text.find_first_of(",\"\n\r") == std::string_view::npos) return std::string(text);
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + "\"";
}

/// What stands under "data" in an event's written form, where it comes last.
std::string_view data_of(std::string_view line) {
  constexpr std::string_view key = ",\"data\":";
  const auto begin = line.find(key) + key.size();
  return line.substr(begin, line.size() - begin - 1);
}

void print_csv(const Envelope& envelope, std::ostream& out) {
  std::string line;
  encode(envelope, line);
  out << envelope.position.value << ',' << to_string(envelope.stream) << ','
      << envelope.revision.value << ',' << shown(envelope.at) << ',' << type_of(envelope.event)
      << ',' << version_of(envelope.event) << ',' << to_string(envelope.actor) << ','
      << to_string(envelope.cause) << ',' << csv(data_of(line)) << '\n';
}

/// All of the log, with what an import needs.
Outcome export_whole(const RocksDbLog& log, Console& console) {
  Progress progress(console, "exporting", log.end().value);
  HighWaterMark end;
  const auto read = log.read_records(Position{1}, [&](Position last, std::string_view record) {
    progress.reached(last.value);
    end = {last, *hash_of_record(record)};
    console.out << lines_of(record) << mark_line(end_of_record, end);
    return !interrupted() && console.out.good();
  });
  if (!read) return fail(read.error());
  if (interrupted()) return was_interrupted();
  console.out << mark_line(end_of_export, end);
  // All there is has been said; that there should be more is said, too.
  if (const auto whole = log.check_mark(); !whole) return fail(whole.error());
  return {};
}

Outcome run_export(const Invocation& invocation) {
  const auto from = number_option(invocation, "from");
  if (!from) return std::unexpected(from.error());
  const auto format = invocation.has("format") ? invocation.text("format") : "ndjson";
  if (format != "ndjson" && format != "csv") {
    return wrong_use("--format is '" + format + "', but must be ndjson or csv");
  }
  std::optional<StreamId> stream;
  if (invocation.has("stream")) {
    const auto text = invocation.text("stream");
    stream = StreamId::parse(text);
    if (!stream) return wrong_use("--stream is '" + text + "', but must be as ls names it");
  }
  const auto log = open_log(invocation);
  if (!log) return std::unexpected(log.error());
  // Progress would run into the text where both go to the same terminal.
  auto console = invocation.console.out_is_terminal ? invocation.console.without_progress()
                                                    : invocation.console;
  const Position first{std::max<std::uint64_t>(from->value_or(1), 1)};
  if (format == "ndjson" && first == Position{1} && !stream) return export_whole(**log, console);

  if (format == "csv") console.out << "position,stream,revision,at,type,version,actor,cause,data\n";
  const auto print = [&](const Envelope& envelope) {
    if (envelope.position < first) return true;
    if (format == "csv") {
      print_csv(envelope, console.out);
    } else {
      std::string line;
      encode(envelope, line);
      console.out << line << '\n';
    }
    return console.out.good();
  };
  if (!stream) return walk(**log, first, console, "exporting", print);
  const auto events = events_of(**log, *stream);
  if (!events) return std::unexpected(events.error());
  for (const auto& envelope : *events) {
    if (interrupted() || !print(envelope)) break;
  }
  return unless_interrupted();
}

}  // namespace

Command export_command() {
  return {
      "export",
      "",
      "the log as text: NDJSON that can be imported again, or CSV",
      "Prints the events, one a line, just as the log has them. A whole export in NDJSON also\n"
      "has a line behind each record, with its last position and hash, and one at the end, so\n"
      "that an import makes the very same log; with --from or --stream there are events only.\n"
      "The address that links in frames begin with is not part of it.\n",
      {"hansom-replay export | zstd > log.ndjson.zst",
       "hansom-replay export --stream booking-0d8f1a52-6f0f-4a3e-8f6b-0b8a4f6b2c77 --format csv"},
      [](cxxopts::OptionAdder&& add) {
        add("from", "the first position (1)", cxxopts::value<std::string>(), "N");
        add("format", "ndjson or csv (ndjson)", cxxopts::value<std::string>(), "FORMAT");
        add("stream", "only this stream, as ls names it", cxxopts::value<std::string>(), "STREAM");
      },
      run_export};
}

}  // namespace hansom::replay
