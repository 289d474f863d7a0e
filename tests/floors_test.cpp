// The rules of the floors (ARCHITECTURE.md, Floors), read off the includes: who may know whom,
// which library is named where, and that the deterministic floors know no clock, no chance and no
// thread.

#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <regex>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

const fs::path root = HANSOM_SOURCE_DIR;

struct SourceFile {
  std::string path;  // from the root, as "engine/loop.cpp"
  std::string text;
  std::vector<std::string> includes;

  bool is_below(const std::string& folder) const { return path.starts_with(folder + "/"); }
};

std::vector<SourceFile> read_sources() {
  static const std::regex include(R"re(^\s*#\s*include\s*[<"]([^>"]+)[>"])re");
  std::vector<SourceFile> sources;
  for (const auto* folder :
       {"events", "projections", "engine", "net", "story", "replay", "bench"}) {
    for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
      const auto extension = entry.path().extension();
      if (extension != ".hpp" && extension != ".cpp") continue;
      SourceFile source{fs::relative(entry.path(), root).string(), {}, {}};
      std::ifstream in(entry.path());
      for (std::string line; std::getline(in, line);) {
        std::smatch match;
        if (std::regex_search(line, match, include)) source.includes.push_back(match[1]);
        source.text += line + "\n";
      }
      sources.push_back(std::move(source));
    }
  }
  return sources;
}

const std::vector<SourceFile>& sources() {
  static const auto all = read_sources();
  return all;
}

/// The floor that an include of ours names; empty for one from elsewhere.
std::string floor_of(const std::string& include) {
  static constexpr std::array floors{"events", "projections", "engine", "story",
                                     "net",    "replay",      "bench"};
  const auto slash = include.find('/');
  if (slash == std::string::npos) return {};
  const auto first = include.substr(0, slash);
  return std::find(floors.begin(), floors.end(), first) == floors.end() ? std::string() : first;
}

/// Includes that start with one of `prefixes`, in files that `may` does not allow to have them.
template <typename May>
std::vector<std::string> strays(const std::vector<std::string>& prefixes, May may) {
  std::vector<std::string> found;
  for (const auto& source : sources()) {
    if (may(source)) continue;
    for (const auto& include : source.includes) {
      for (const auto& prefix : prefixes) {
        if (include.starts_with(prefix)) found.push_back(source.path + " includes " + include);
      }
    }
  }
  return found;
}

}  // namespace

TEST_CASE("the sources are found") { REQUIRE(sources().size() > 40); }

TEST_CASE("a floor includes only what lies below it") {
  const std::vector<std::pair<std::string, std::vector<std::string>>> may_include = {
      {"events", {"events"}},
      {"projections", {"events", "projections"}},
      {"engine", {"events", "projections", "engine"}},
      {"story", {"events", "projections", "engine", "story"}},
      {"net", {"events", "projections", "engine", "story", "net"}},
      {"replay", {"events", "projections", "engine", "story", "net", "replay"}},
      {"bench", {"events", "projections", "engine", "story", "net", "replay", "bench"}},
  };
  for (const auto& source : sources()) {
    const auto& allowed =
        std::find_if(may_include.begin(), may_include.end(), [&](const auto& rule) {
          return source.is_below(rule.first);
        })->second;
    for (const auto& include : source.includes) {
      const auto floor = floor_of(include);
      if (floor.empty()) continue;
      INFO(source.path << " includes " << include);
      CHECK(std::find(allowed.begin(), allowed.end(), floor) != allowed.end());
    }
  }
}

TEST_CASE("the dialects know no socket, and replay nothing of the net but the dialects") {
  for (const auto& source : sources()) {
    for (const auto& include : source.includes) {
      INFO(source.path << " includes " << include);
      if (source.is_below("net/dialects") || source.is_below("replay")) {
        if (floor_of(include) == "net") CHECK(include.starts_with("net/dialects/"));
      }
    }
  }
}

TEST_CASE("RocksDB is named in its own files") {
  CHECK(strays({"rocksdb/"}, [](const SourceFile& source) {
          return source.path.starts_with("events/rocksdb_") || source.is_below("bench");
        }) == std::vector<std::string>{});
}

TEST_CASE("Asio and Beast are named only in net and bench, and not in the dialects") {
  CHECK(strays({"boost/asio", "boost/beast"}, [](const SourceFile& source) {
          return (source.is_below("net") && !source.is_below("net/dialects")) ||
                 source.is_below("bench");
        }) == std::vector<std::string>{});
}

TEST_CASE("RapidJSON is named only in events, stories, net and the command lines") {
  CHECK(strays({"rapidjson/"}, [](const SourceFile& source) {
          return source.is_below("events") || source.is_below("story") || source.is_below("net") ||
                 source.is_below("replay") || source.is_below("bench");
        }) == std::vector<std::string>{});
}

TEST_CASE("engine, projections and event types know no clock, no chance, no thread and no output") {
  const auto deterministic = [](const SourceFile& source) {
    for (const auto* floor : {"engine", "projections", "story"}) {
      if (source.is_below(floor)) return true;
    }
    // Of the events' floor only the log on the disk has threads, with what it is made of.
    const bool is_of_disk = source.path.starts_with("events/rocksdb_") ||
                            source.path.starts_with("events/decode_ahead.") ||
                            source.path == "events/append_outcome.hpp" ||
                            source.path == "events/index_tail.hpp" ||
                            source.path == "events/serial_worker.hpp";
    return source.is_below("events") && !is_of_disk;
  };
  CHECK(strays({"thread", "mutex", "condition_variable", "future", "atomic", "random", "iostream",
                "spdlog/", "boost/uuid/random", "ctime", "time.h"},
               [&](const SourceFile& source) { return !deterministic(source); }) ==
        std::vector<std::string>{});
  for (const auto& source : sources()) {
    if (!deterministic(source)) continue;
    for (const auto* word : {"system_clock::now", "steady_clock", "rand(", "getenv", " printf("}) {
      INFO(source.path << " says " << word);
      CHECK(source.text.find(word) == std::string::npos);
    }
  }
}

TEST_CASE("libcurl is named in one source file") {
  CHECK(strays({"curl/"}, [](const SourceFile& source) {
          return source.path == "net/tokens/key_download.cpp";
        }) == std::vector<std::string>{});
}

TEST_CASE("Beast is compiled in few translation units") {
  int count = 0;
  for (const auto& source : sources()) {
    if (!source.is_below("net") || !source.path.ends_with(".cpp")) continue;
    count += std::any_of(source.includes.begin(), source.includes.end(),
                         [](const auto& include) { return include.starts_with("boost/beast"); });
  }
  CHECK(count <= 3);
}
