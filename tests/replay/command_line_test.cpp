// The tool as it is called: what is read of a command line, and what a call comes to. What each
// command prints of a real server's log is in blackbox/replay.test.mjs.

#include "replay/command_line.hpp"

#include "engine/booking_lists.hpp"
#include "events/event_codec.hpp"
#include "events/record.hpp"
#include "story/snapshots.hpp"
#include "story/story.hpp"
#include "tests/support/checkpoints.hpp"
#include "tests/support/tool.hpp"

#include <catch2/catch.hpp>
#include <rapidjson/document.h>

#include <algorithm>
#include <fcntl.h>
#include <iostream>
#include <unistd.h>

namespace hansom::replay {
namespace {

std::vector<std::string> lines_of_text(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

/// A call that fails says why in one line on standard error, and nothing on standard output.
void check_fails(const Called& called, int exit_code, const std::string& why) {
  INFO(called.err);
  CHECK(called.exit_code == exit_code);
  CHECK(called.err.starts_with("hansom-replay: "));
  CHECK(called.err.find(why) != std::string::npos);
  CHECK(std::ranges::count(called.err, '\n') == 1);
  CHECK(called.out.empty());
}

const DataFolder& some_folder() {
  static const DataFolder folder;
  return folder;
}

/// A booking of the dispatched kind that some driver was asked for.
BookingId some_booking() {
  for (const auto& envelope : some_folder().events()) {
    const auto* event = std::get_if<BookingEvent>(&envelope.event);
    if (event && std::holds_alternative<DriverAssigned>(*event)) return {envelope.stream.id};
  }
  FAIL("there is none");
  return {};
}

std::string some_stream(StreamKind kind) {
  for (const auto& envelope : some_folder().events()) {
    if (envelope.stream.kind == kind) return to_string(envelope.stream);
  }
  FAIL("there is none");
  return {};
}

/// Standard input is this text, and no terminal.
class Input {
 public:
  explicit Input(const std::string& text)
      : text_(text), stream_before_(std::cin.rdbuf(text_.rdbuf())), file_before_(::dup(0)) {
    std::cin.clear();
    const int nothing = ::open("/dev/null", O_RDONLY);
    ::dup2(nothing, 0);
    ::close(nothing);
  }
  ~Input() {
    std::cin.rdbuf(stream_before_);
    std::cin.clear();
    ::dup2(file_before_, 0);
    ::close(file_before_);
  }
  Input(const Input&) = delete;
  Input& operator=(const Input&) = delete;

 private:
  std::istringstream text_;
  std::streambuf* const stream_before_;
  const int file_before_;
};

Called import_into(const fs::path& folder, const std::string& text) {
  const Input input(text);
  return call_tool({"import", "--data-dir", folder.string()});
}

}  // namespace

TEST_CASE("the data folder stands before the command or behind it, or in the environment",
          "[replay]") {
  const auto folder = some_folder().path().string();
  const auto listed = call_tool({"--data-dir", folder, "ls", "--kind", "room"});
  CHECK(listed.exit_code == 0);
  CHECK_FALSE(listed.out.empty());
  CHECK(listed.err.empty());
  for (const auto& words :
       std::vector<std::vector<std::string>>{{"ls", "--kind", "room", "--data-dir", folder},
                                             {"--data-dir=" + folder, "ls", "--kind=room"},
                                             {"ls", "--data-dir=" + folder, "--kind", "room"}}) {
    CHECK(call_tool(words).out == listed.out);
  }
  ::setenv("HANSOM_DATA_DIR", folder.c_str(), 1);
  CHECK(call_tool({"ls", "--kind", "room"}).out == listed.out);
  ::unsetenv("HANSOM_DATA_DIR");
  check_fails(call_tool({"--data-dir", folder + "/nowhere", "ls"}), 1, "there is no log in");
}

TEST_CASE("a command's argument may stand before its options or behind them", "[replay]") {
  const auto id = to_string(some_booking());
  const auto shown = some_folder().call({"show", id, "--json"});
  CHECK(shown.exit_code == 0);
  CHECK_FALSE(shown.out.empty());
  CHECK(some_folder().call({"show", "--json", id}).out == shown.out);
  CHECK(some_folder().call({"show", "booking-" + id, "--json"}).out == shown.out);
}

TEST_CASE("a command line that is wrong is said to be, with exit code 2", "[replay]") {
  const auto id = to_string(some_booking());
  const auto account = some_stream(StreamKind::account);
  const auto [words, why] = GENERATE_COPY(table<std::vector<std::string>, std::string>({
      {{"--nonsense"}, "which command?"},
      {{"nonsense"}, "there is no command 'nonsense'"},
      {{"ls", "nonsense"}, "'nonsense' is one word too many"},
      {{"show", id, id}, "is one word too many"},
      {{"show"}, "show needs a BOOKING"},
      {{"at", "--position", "3"}, "at needs a BOOKING"},
      {{"backup"}, "backup needs a DIR"},
      {{"ls", "--nonsense"}, "nonsense"},
      {{"ls", "--kind"}, "kind"},
      {{"ls", "--kind", "taxi"}, "--kind is 'taxi'"},
      {{"ls", "--status", "lost"}, "--status is 'lost'"},
      {{"ls", "--since", "yesterday"}, "--since is 'yesterday'"},
      {{"ls", "--driver", "Bob"}, "--driver is 'Bob'"},
      {{"ls", "--customer", "room-" + id}, "--customer is 'room-"},
      {{"ls", "--kind", "room", "--status", "completed"}, "are about bookings"},
      {{"show", "nonsense"}, "'nonsense' is no id"},
      {{"show", account, "--diagram"}, "only bookings have a diagram"},
      {{"at", id}, "at needs either --time or --position"},
      {{"at", id, "--position", "1", "--time", "2026-01-01"}, "at needs either"},
      {{"at", id, "--position", "1st"}, "--position is '1st'"},
      {{"at", id, "--position", "-1"}, "--position is '-1'"},
      {{"at", id, "--position", "99999999999999999999"}, "must be a whole number"},
      {{"at", id, "--time", "12:30"}, "--time is '12:30'"},
      {{"at", account, "--position", "1"}, "is no booking"},
      {{"seen", id}, "seen needs --by"},
      {{"seen", id, "--by", "admin"}, "seen needs --by"},
      {{"seen", id, "--by", "driver", "--account", "Bob"}, "--account is 'Bob'"},
      {{"why", account}, "is no booking"},
      {{"tail", "-n", "some"}, "--lines is 'some'"},
      {{"stats", "--by", "week"}, "--by is 'week'"},
      {{"stats", "--until", "soon"}, "--until is 'soon'"},
      {{"export", "--format", "xml"}, "--format is 'xml'"},
      {{"export", "--from", "x"}, "--from is 'x'"},
      {{"export", "--stream", "nonsense"}, "--stream is 'nonsense'"},
  }));
  INFO(why);
  check_fails(some_folder().call(words), 2, why);
}

TEST_CASE("a command line without a command is wrong", "[replay]") {
  check_fails(call_tool({}), 2, "which command?");
  check_fails(call_tool({"--data-dir"}), 2, "which command?");
}

TEST_CASE("what is not in a log is said not to be, with exit code 1", "[replay]") {
  const auto nobody = to_string(uuid(7));
  check_fails(some_folder().call({"show", nobody}), 1, "there is no booking-" + nobody);
  check_fails(some_folder().call({"show", "room-" + nobody}), 1, "there is no room-" + nobody);
  for (const auto* command : {"at", "why", "seen"}) {
    check_fails(some_folder().call({command, nobody,
                                    command == std::string("at") ? "--position=1"
                                    : command == std::string("seen")
                                        ? "--by=driver"
                                        : "--data-dir=" + some_folder().path().string()}),
                1, "there is no booking-" + nobody);
  }
  const TempFolder empty;
  for (const auto* command : {"ls", "tail", "stats", "verify", "rebuild", "export"}) {
    INFO(command);
    check_fails(call_tool({command, "--data-dir", empty.path().string()}), 1, "there is no log in");
  }
  CHECK(contents_of(empty.path()).empty());
}

TEST_CASE("help, version, manual and completion need no log", "[replay]") {
  for (const auto* flag : {"--help", "-h"}) {
    const auto called = call_tool({flag});
    CHECK(called.exit_code == 0);
    CHECK(called.out == help());
  }
  CHECK(call_tool({"--version"}).out.starts_with("hansom-replay "));
  CHECK(call_tool({"--manual"}).out.starts_with(".TH "));
  CHECK(call_tool({"--completion"}).out.starts_with("# bash completion"));
  for (const auto& command : commands()) {
    for (const auto* flag : {"--help", "-h"}) {
      INFO(command.name);
      const auto called = call_tool({command.name, flag});
      CHECK(called.exit_code == 0);
      CHECK(called.out == help(command));
      CHECK(called.err.empty());
    }
  }
}

TEST_CASE("a result that can't be written is a failure", "[replay]") {
  struct Full : std::streambuf {
  } full;
  const SignalsKept kept;
  std::ostream out(&full);
  std::ostringstream err;
  Console console(out, err, false, false);
  const auto folder = some_folder().path().string();
  for (const auto* command : {"ls", "tail", "stats", "verify"}) {
    out.clear();
    const char* const words[] = {"hansom-replay", "--data-dir", folder.c_str(), command};
    CHECK(run(4, words, console) == 1);
  }
  CHECK(err.str().find("the output can't be written") != std::string::npos);
}

TEST_CASE("`at` prints the snapshots of a position or time, a line each", "[replay]") {
  const auto id = some_booking();
  const auto log = RocksDbLog::open_for_reading(some_folder().path()).value();
  const auto events = read_stream(*log, StreamId(id));
  const net::WireRenderer renderer("http://127.0.0.1:8080");
  const auto expected = [&](Position position) {
    std::string text;
    for (const auto& [to, frame] : snapshots(booking_at(events, position), renderer)) {
      text += std::string(name_of(to.side)) + "\t" + to_string(*to.account) + "\t" + *frame + "\n";
    }
    return text;
  };
  const auto at = [&](const std::string& option, const std::string& value) {
    return some_folder().call({"at", to_string(id), option, value});
  };
  for (const auto& envelope : events) {
    const auto text = expected(envelope.position);
    CHECK(at("--position", std::to_string(envelope.position.value)).out == text);
    if (envelope.position != events.back().position) continue;
    CHECK(at("--time", to_iso(envelope.at, Fraction::microseconds)).out == text);
    check_fails(at("--position", "18446744073709551615"), 1, "the log ends at position");
  }
  const auto before = std::to_string(events.front().position.value - 1);
  check_fails(at("--position", before), 1, "there was no such booking then");
  check_fails(at("--time", to_iso(events.front().at - 1us, Fraction::microseconds)), 1,
              "position " + std::to_string(events.front().position.value));
}

TEST_CASE("`seen` prints what one side was sent, `show --json` what both were", "[replay]") {
  const auto id = some_booking();
  const auto log = RocksDbLog::open_for_reading(some_folder().path()).value();
  const auto events = read_stream(*log, StreamId(id));
  const net::WireRenderer renderer("http://127.0.0.1:8080");
  std::string seen, all;
  std::optional<AccountId> driver;
  tell(events, renderer, [&](const Moment& moment) {
    std::string line;
    encode(moment.envelope, line);
    all += "{\"event\":" + line + ",\"sent\":[";
    for (const auto& [to, frame] : moment.sent) {
      if (all.back() != '[') all += ",";
      all += "{\"to\":\"" + std::string(name_of(to.side)) + "\",\"account\":\"" +
             to_string(*to.account) + "\",\"frame\":" + *frame + "}";
      if (to.side != Side::driver) continue;
      driver = to.account;
      seen += to_iso(moment.envelope.at, Fraction::microseconds) + "\t" + to_string(*to.account) +
              "\t" + *frame + "\n";
    }
    all += "]}\n";
    return true;
  });
  REQUIRE(driver);
  CHECK(some_folder().call({"seen", to_string(id), "--by", "driver"}).out == seen);
  CHECK(some_folder().call({"show", to_string(id), "--json"}).out == all);
  const auto of_one = some_folder().call(
      {"seen", to_string(id), "--by", "driver", "--account", to_string(*driver)});
  for (const auto& line : lines_of_text(of_one.out)) {
    CHECK(line.find("\t" + to_string(*driver) + "\t") != std::string::npos);
    CHECK(seen.find(line + "\n") != std::string::npos);
  }
  CHECK_FALSE(of_one.out.empty());
  CHECK(some_folder()
            .call({"seen", to_string(id), "--by", "driver", "--account", to_string(uuid(7))})
            .out.empty());
}

TEST_CASE("`tail` prints the last events, as many as are wanted", "[replay]") {
  const auto& events = some_folder().events();
  const auto tail = [](std::vector<std::string> words) {
    words.insert(words.begin(), {"tail", "--json"});
    return lines_of_text(some_folder().call(words).out);
  };
  const auto written = [&](std::size_t last) {
    std::vector<std::string> lines;
    for (const auto& envelope : std::span(events).last(last)) {
      encode(envelope, lines.emplace_back());
    }
    return lines;
  };
  CHECK(tail({}) == written(10));
  CHECK(tail({"-n", "3"}) == written(3));
  CHECK(tail({"--lines=0"}).empty());
  CHECK(tail({"--lines", "1000000"}) == written(events.size()));
  CHECK(lines_of_text(some_folder().call({"tail"}).out).size() == 10);
}

TEST_CASE("`why` and `show` say something of every booking, and `stats` of all", "[replay]") {
  std::size_t bookings = 0;
  for (const auto& line : lines_of_text(some_folder().call({"ls", "--kind", "booking"}).out)) {
    const auto stream = line.substr(0, line.find(' '));
    if (++bookings % 10 != 0) continue;
    for (const auto* command : {"why", "show"}) {
      const auto called = some_folder().call({command, stream});
      CHECK(called.exit_code == 0);
      CHECK_FALSE(called.out.empty());
    }
  }
  CHECK(bookings >= 10);
  const auto requested_in = [](const std::vector<std::string>& rows) {
    std::uint64_t requested = 0;
    for (const auto& row : rows) {
      rapidjson::Document json;
      json.Parse(row.data(), row.size());
      requested += json["requested"].GetUint64();
    }
    return requested;
  };
  for (const auto* by : {"hour", "day", "driver"}) {
    const auto rows = lines_of_text(some_folder().call({"stats", "--json", "--by", by}).out);
    CHECK(rows.size() >= 1);
    CHECK(requested_in(rows) == bookings);
  }
  // From a time on, and up to it, are all.
  const auto middle = to_iso(some_folder().events()[300].at, Fraction::microseconds);
  const auto count = [&](const char* option) {
    return requested_in(lines_of_text(some_folder().call({"stats", "--json", option, middle}).out));
  };
  CHECK(count("--since") + count("--until") == bookings);
  CHECK(some_folder().call({"stats"}).exit_code == 0);
}

TEST_CASE("`rebuild` makes the checkpoint anew, and `verify` has nothing against it", "[replay]") {
  const DataFolder folder(200);
  write_file(checkpoint_file(folder.path()), "garbage\n");
  CHECK(folder.call({"verify"}).exit_code == 1);
  const auto end = std::to_string(folder.end().value);
  const auto rebuilt = folder.call({"rebuild"});
  CHECK(rebuilt.exit_code == 0);
  CHECK(rebuilt.out == "rebuilt: the checkpoint stands at position " + end + "\n");
  CHECK(read_file(checkpoint_file(folder.path())) ==
        checkpoint_of(*RocksDbLog::open_for_reading(folder.path()).value()));
  const auto verified = folder.call({"verify"});
  CHECK(verified.exit_code == 0);
  CHECK(verified.out.starts_with("verified: " + end + " events in "));
  CHECK(verified.out.ends_with(" streams, and the checkpoint at position " + end + "\n"));
  // Not while a server writes the log.
  const auto server = open_log(folder.path());
  check_fails(folder.call({"rebuild"}), 1, "lock");
}

TEST_CASE("`backup` and `restore` copy a log into a folder that is empty", "[replay]") {
  const DataFolder folder(200);
  const TempFolder parent;
  const auto copy = (parent / "copy").string(), again = (parent / "again").string();
  const auto end = std::to_string(folder.end().value);
  CHECK(folder.call({"backup", copy}).out == "backed up: " + end + " events in " + copy + "\n");
  CHECK(call_tool({"--data-dir", again, "restore", copy}).out ==
        "restored: " + end + " events in " + again + "\n");
  CHECK(open_log(again)->mark() == folder.marks.back());
  check_fails(folder.call({"backup", copy}), 1, "is not empty");
  check_fails(folder.call({"restore", copy}), 1, "is not empty");
}

TEST_CASE("an export is imported as the very same log", "[replay]") {
  const DataFolder folder(200);
  const TempFolder parent;
  const auto exported = folder.call({"export"});
  REQUIRE(exported.exit_code == 0);
  const auto called = import_into(parent / "copy", exported.out);
  CHECK(called.exit_code == 0);
  CHECK(called.out == "imported: " + std::to_string(folder.end().value) + " events\n");
  CHECK(open_log(parent / "copy")->mark() == folder.marks.back());
  CHECK(call_tool({"export", "--data-dir", (parent / "copy").string()}).out == exported.out);
  check_fails(import_into(parent / "copy", exported.out), 1, "is not empty");
}

TEST_CASE("an export that was changed is not imported, and nothing is left of it", "[replay]") {
  const DataFolder folder(200);
  const auto text = folder.call({"export"}).out;
  const auto lines = lines_of_text(text);
  const auto end_of_record = [&](std::size_t from) {
    while (!lines[from].starts_with("{\"record\"")) ++from;
    return from;
  };
  const auto joined = [](const std::vector<std::string>& all) {
    std::string joined_text;
    for (const auto& line : all) joined_text += line + "\n";
    return joined_text;
  };
  const auto replaced = [&](std::size_t line, const std::string& from, const std::string& to) {
    auto changed = lines;
    const auto place = changed[line].find(from);
    REQUIRE(place != std::string::npos);
    changed[line].replace(place, from.size(), to);
    return joined(changed);
  };
  const auto without = [&](std::size_t line) {
    auto changed = lines;
    changed.erase(changed.begin() + static_cast<std::ptrdiff_t>(line));
    return joined(changed);
  };
  const auto record = end_of_record(100);
  const auto said_of = [&](std::size_t line) { return "line " + std::to_string(line + 1) + ": "; };
  const auto first_hash = lines[end_of_record(0)].substr(lines[end_of_record(0)].find("hash"));
  const std::vector<std::pair<std::string, std::string>> changes = {
      {replaced(record - 1, "\"at\":\"2026", "\"at\":\"2027"),
       said_of(record) + "the events before it do not have this hash"},
      {without(record - 1), ""},
      {without(record), said_of(end_of_record(record + 1) - 1) + "the events before it do not"},
      {replaced(record, lines[record].substr(lines[record].find("hash")), first_hash),
       said_of(record) + "the events before it do not have this hash"},
      {replaced(record, "\"position\":", "\"position\":9"),
       said_of(record) + "the events before it end at another position"},
      {joined({lines.begin(), lines.end() - 1}), "the export was cut off here"},
      {text + lines[0] + "\n", "there is more behind the end"},
      {"", "there is nothing to import"},
      {"garbage\n", "line 1: this is no event"},
      {"{\"record\":" + std::string(1'000'000, '['), "line 1: this is no event"},
      {"{\"record\":{}}\n", ""},
      {"{\"record\":1}\n", ""},
      {"{\"record\":{\"position\":0,\"hash\":\"" + std::string(64, '0') + "\"}}\n", ""},
      {folder.call({"export", "--from", "2"}).out, "the export was cut off here"},
  };
  for (const auto& [changed, why] : changes) {
    INFO(why);
    const TempFolder parent;
    check_fails(import_into(parent / "copy", changed), 1, why);
    CHECK(fs::is_empty(parent.path()));
  }
}

TEST_CASE("an export of a part, or as CSV, has the events", "[replay]") {
  const auto& events = some_folder().events();
  CHECK(lines_of_text(some_folder().call({"export", "--from", "100"}).out).size() ==
        events.size() - 99);
  CHECK(some_folder().call({"export", "--from", "1000000"}).out.empty());
  const auto id = some_booking();
  const auto count = std::ranges::count(events, StreamId(id), &Envelope::stream);
  const auto stream = to_string(StreamId(id));
  const auto of_stream = lines_of_text(some_folder().call({"export", "--stream", stream}).out);
  CHECK(std::ssize(of_stream) == count);
  const auto csv =
      lines_of_text(some_folder().call({"export", "--stream", stream, "--format", "csv"}).out);
  REQUIRE(std::ssize(csv) == count + 1);
  CHECK(csv[0] == "position,stream,revision,at,type,version,actor,cause,data");
  for (std::size_t i = 0; i < of_stream.size(); ++i) {
    rapidjson::Document json;
    json.Parse(of_stream[i].data(), of_stream[i].size());
    auto data = of_stream[i].substr(of_stream[i].find("\"data\":") + 7);
    data.pop_back();
    std::string quoted;
    for (const char c : data) quoted += c == '"' ? "\"\"" : std::string(1, c);
    const bool needs_quotes = data.find_first_of(",\"") != std::string::npos;
    const auto& row = csv[i + 1];
    CHECK(row.starts_with(std::to_string(json["position"].GetUint64()) + "," + stream + "," +
                          std::to_string(json["revision"].GetUint()) + "," +
                          json["at"].GetString() + "," + json["type"].GetString() + ","));
    CHECK(row.ends_with("," + (needs_quotes ? "\"" + quoted + "\"" : data)));
  }
}

}  // namespace hansom::replay
