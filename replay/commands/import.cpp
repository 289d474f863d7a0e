#include "events/record.hpp"
#include "replay/commands/commands.hpp"
#include "replay/exchange.hpp"
#include "replay/new_log.hpp"

#include <iostream>
#include <unistd.h>

namespace hansom::replay {
namespace {

/// An event has far less, and a record so much at most: what has more is no export.
constexpr std::size_t line_bytes_max = 16u << 20;
constexpr std::size_t record_bytes_max = 256u << 20;

/// Reads the next line without its end; the result is whether there was one. One that is too long
/// fails the stream.
bool read_line(std::istream& in, std::string& line) {
  line.clear();
  auto& from = *in.rdbuf();
  for (auto c = from.sbumpc(); c != std::char_traits<char>::eof(); c = from.sbumpc()) {
    if (c == '\n') return true;
    if (line.size() == line_bytes_max) {
      in.setstate(std::ios::failbit);
      return true;
    }
    line.push_back(static_cast<char>(c));
  }
  return !line.empty();
}

/// Puts the lines of an export into a log.
class Import {
 public:
  explicit Import(NewLog& log) : log_(log) {}

  /// Takes the next line. The error does not say which one.
  std::expected<void, std::string> take(const std::string& line) {
    if (ended_) return std::unexpected("there is more behind the end");
    if (const auto end = read_mark_line(end_of_export, line)) return end_export(*end);
    if (const auto end = read_mark_line(end_of_record, line)) return end_record(*end);
    if (!line.starts_with("{\"position\":")) return std::unexpected("this is no event");
    if (lines_.size() + line.size() > record_bytes_max) {
      return std::unexpected("the end of a record is missing; only a whole export can be imported");
    }
    lines_ += line;
    lines_ += '\n';
    return {};
  }

  bool ended() const { return ended_; }

 private:
  std::expected<void, std::string> end_record(const HighWaterMark& end) {
    const auto record = record_of(lines_, chain_);
    lines_.clear();
    if (chain_ != end.hash) {
      return std::unexpected("the events before it do not have this hash");
    }
    if (const auto added = log_.add(record); !added) {
      return std::unexpected(added.error().message);
    }
    if (log_.end() != end.position) {
      return std::unexpected("the events before it end at another position");
    }
    return {};
  }

  std::expected<void, std::string> end_export(const HighWaterMark& end) {
    if (!lines_.empty() || end != HighWaterMark{log_.end(), chain_}) {
      return std::unexpected("what is before it does not end so");
    }
    ended_ = true;
    return {};
  }

  NewLog& log_;
  std::string lines_;  // of the record that has begun
  Digest chain_{};
  bool ended_ = false;
};

Outcome import_lines(std::istream& in, NewLog& log, Console& console) {
  Import import(log);
  Progress progress(console, "importing");
  std::uint64_t number = 0;
  const auto at_line = [&](const std::string& what) {
    return fail("line " + std::to_string(number) + ": " + what);
  };
  for (std::string line; !interrupted() && read_line(in, line);) {
    ++number;
    if (!in) return at_line("it is too long for an event");
    if (const auto taken = import.take(line); !taken) return at_line(taken.error());
    if (number % 1024 == 0) progress.reached(log.end().value);
  }
  if (interrupted()) return was_interrupted();
  if (import.ended()) return {};
  return number == 0 ? fail("there is nothing to import")
                     : at_line("the last one, and not the end: the export was cut off here");
}

Outcome run_import(const Invocation& invocation) {
  if (::isatty(STDIN_FILENO)) {
    return wrong_use("import reads an export from standard input; see import --help");
  }
  auto log = NewLog::begin(invocation.data_dir);
  if (!log) return std::unexpected(log.error());
  if (const auto imported = import_lines(std::cin, *log, invocation.console); !imported)
    return imported;
  const auto end = log->end();
  if (const auto finished = log->finish(); !finished) return finished;
  invocation.console.out << "imported: " << end.value << " events\n";
  return {};
}

}  // namespace

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
