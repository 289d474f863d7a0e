#include "events/event_codec.hpp"
#include "events/event_schema.hpp"
#include "events/record.hpp"
#include "replay/commands/commands.hpp"
#include "replay/new_log.hpp"
#include "replay/reading.hpp"
#include "replay/times.hpp"

#include <rapidjson/document.h>

#include <iostream>
#include <unistd.h>

// An export has an event a line, just as the log has it. Behind the events of each record stands
//
//   {"record":{"position":12,"hash":"<64 hexadecimal digits>"}}
//
// with the record's last position and its hash, so that an import makes the same records; and at
// the end the same once more under "end", so that one that was cut off is known.

namespace hansom::replay {
namespace {

constexpr std::string_view end_of_record = "record";
constexpr std::string_view end_of_log = "end";

std::string mark_line(std::string_view name, const HighWaterMark& mark) {
  return "{\"" + std::string(name) + "\":{\"position\":" + std::to_string(mark.position.value) +
         ",\"hash\":\"" + to_hex(mark.hash) + "\"}}\n";
}

/// What a line of this name says; nothing for another line.
std::optional<HighWaterMark> read_mark_line(std::string_view name, const std::string& line) {
  if (!line.starts_with("{\"" + std::string(name) + "\":{")) return std::nullopt;
  rapidjson::Document json;
  json.Parse(line.data(), line.size());
  if (json.HasParseError()) return std::nullopt;
  const auto& mark = json.MemberBegin()->value;
  const auto position = mark.FindMember("position");
  const auto hash = mark.FindMember("hash");
  const bool whole = position != mark.MemberEnd() && position->value.IsUint64() &&
                     hash != mark.MemberEnd() && hash->value.IsString();
  const auto digest = whole ? parse_hex(hash->value.GetString()) : std::nullopt;
  if (!digest) return std::nullopt;
  return HighWaterMark{{position->value.GetUint64()}, *digest};
}

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
  console.out << mark_line(end_of_log, end);
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
  auto& console = invocation.console;
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
  std::ranges::for_each(*events, print);
  return {};
}

Outcome import_lines(std::istream& in, NewLog& log) {
  std::string lines;
  Digest chain{};
  std::uint64_t number = 0;
  bool ended = false;
  for (std::string line; std::getline(in, line) && !interrupted();) {
    ++number;
    const auto said = [&](const std::string& what) {
      return fail("line " + std::to_string(number) + ": " + what);
    };
    if (ended) return said("there is more behind the end");
    if (const auto end = read_mark_line(end_of_log, line)) {
      if (!lines.empty() || *end != HighWaterMark{log.end(), chain}) {
        return said("what is before it does not end so");
      }
      ended = true;
      continue;
    }
    const auto end = read_mark_line(end_of_record, line);
    if (!end) {
      lines += line + "\n";
      continue;
    }
    const auto record = record_of(lines, chain);
    if (chain != end->hash) return said("the events before it do not have this hash");
    if (const auto added = log.add(record); !added) return said(added.error().message);
    if (log.end() != end->position) return said("the events before it end at another position");
    lines.clear();
  }
  if (interrupted()) return was_interrupted();
  if (ended) return {};
  return fail("line " + std::to_string(number) +
              " is the last one, and no end: it was cut off, or is no whole export");
}

Outcome run_import(const Invocation& invocation) {
  if (::isatty(STDIN_FILENO)) {
    return wrong_use("import reads an export from standard input; see import --help");
  }
  auto log = NewLog::begin(invocation.data_dir);
  if (!log) return std::unexpected(log.error());
  if (const auto imported = import_lines(std::cin, *log); !imported) return imported;
  const auto end = log->end();
  if (const auto finished = log->finish(); !finished) return finished;
  invocation.console.out << "imported: " << end.value << " events\n";
  return {};
}

}  // namespace

Command export_command() {
  return {
      "export",
      "",
      "the log as text: NDJSON that can be imported again, or CSV",
      "Prints the events, one a line, just as the log has them. A whole export in NDJSON also has "
      "a\n"
      "line behind each record with its last position and hash, so that an import makes the very\n"
      "same log; with --from or --stream there are events only.\n",
      {"hansom-replay export | zstd > log.ndjson.zst",
       "hansom-replay export --stream booking-0d8f1a52-6f0f-4a3e-8f6b-0b8a4f6b2c77 --format csv"},
      [](cxxopts::OptionAdder&& add) {
        add("from", "the first position (1)", cxxopts::value<std::string>(), "N");
        add("format", "ndjson or csv (ndjson)", cxxopts::value<std::string>(), "FORMAT");
        add("stream", "only this stream, as ls names it", cxxopts::value<std::string>(), "STREAM");
      },
      run_export};
}

Command import_command() {
  return {
      "import",
      "",
      "makes a log of a whole export, in an empty data folder",
      "Reads an export from standard input and makes its log in the data folder, which must be\n"
      "empty or not there. The hashes have to be those of the export, so what was changed on the\n"
      "way is refused. An interruption leaves nothing.\n",
      {"hansom-replay export | hansom-replay --data-dir ./copy import"},
      [](cxxopts::OptionAdder&&) {},
      run_import};
}

}  // namespace hansom::replay
