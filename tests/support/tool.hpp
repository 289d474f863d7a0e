#pragma once

// The audit tool as it is called from a command line, and logs for it to look into.

#include "replay/command_line.hpp"
#include "tests/support/fleet.hpp"

#include <csignal>
#include <initializer_list>
#include <sstream>
#include <string>
#include <vector>

namespace hansom {

/// What a call of the tool came to.
struct Called {
  int exit_code = 0;
  std::string out;
  std::string err;
};

/// The test's own handling of interruptions, put back at the end: the tool changes it.
class SignalsKept {
 public:
  SignalsKept() {
    ::sigaction(SIGINT, nullptr, &interrupt_);
    ::sigaction(SIGTERM, nullptr, &terminate_);
    ::sigaction(SIGHUP, nullptr, &hang_up_);
  }
  ~SignalsKept() {
    ::sigaction(SIGINT, &interrupt_, nullptr);
    ::sigaction(SIGTERM, &terminate_, nullptr);
    ::sigaction(SIGHUP, &hang_up_, nullptr);
  }
  SignalsKept(const SignalsKept&) = delete;
  SignalsKept& operator=(const SignalsKept&) = delete;

 private:
  struct sigaction interrupt_ {};
  struct sigaction terminate_ {};
  struct sigaction hang_up_ {};
};

inline Called call_tool(std::vector<std::string> words) {
  const SignalsKept kept;
  std::ostringstream out, err;
  replay::Console console(out, err, false, false);
  std::vector<const char*> argv{"hansom-replay"};
  for (const auto& word : words) argv.push_back(word.c_str());
  const int exit_code = replay::run(static_cast<int>(argv.size()), argv.data(), console);
  return {exit_code, out.str(), err.str()};
}

/// A data folder with the log of a fleet, and where its records end.
struct DataFolder {
  TempFolder folder;
  std::vector<HighWaterMark> marks{{}};

  explicit DataFolder(std::uint64_t events = 600, std::uint64_t seed = 31) {
    const auto log = open_unsynced(path());
    NotingLog noting(*log);
    fill(noting, seed, events, {10, 10, 8});
    marks.insert(marks.end(), noting.marks.begin(), noting.marks.end());
  }

  const fs::path& path() const { return folder.path(); }
  Position end() const { return marks.back().position; }
  /// The first position of a record, counted from 1.
  Position first_of(std::size_t record) const { return {marks[record - 1].position.value + 1}; }
  Envelopes events() const { return read_all(*RocksDbLog::open_for_reading(path()).value()); }
  Called call(std::vector<std::string> words) const {
    words.insert(words.begin(), {"--data-dir", path().string()});
    return call_tool(std::move(words));
  }
};

}  // namespace hansom
