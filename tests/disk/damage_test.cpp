// Every file of a data folder is damaged in every way, one at a time: bits that flip, ends that are
// cut off, stretches that are zero or hold something else, files that are gone. Either a start says
// so, and what to do; or `hansom-replay verify` finds it; or nothing is missing.

#include "engine/loop.hpp"
#include "projections/checkpoint.hpp"
#include "replay/verify.hpp"
#include "tests/disk/faulty_disk.hpp"
#include "tests/disk/ordeal.hpp"
#include "tests/support/checkpoints.hpp"
#include "tests/support/stage.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <memory>
#include <set>
#include <sstream>
#include <unordered_map>

namespace hansom {
namespace {

/// A data folder as it was left, and what it tells.
struct Site {
  std::string name;
  std::map<std::string, std::string> files;
  std::span<const Envelope> events;
  std::string state;
};

void put(const std::map<std::string, std::string>& files, const fs::path& folder) {
  for (const auto& [name, bytes] : files) {
    fs::create_directories((folder / name).parent_path());
    write_file(folder / name, bytes);
  }
}

/// Rides are logged; the process, or the power, goes when all is acknowledged and marked.
Site make_site(std::string name, const RocksDbSetup& setup, std::size_t events,
               std::size_t checkpoint_at, bool closes) {
  const TempFolder live, left;
  const auto rides = std::span(rides_of_fleet()).first(events);
  std::string state;
  {
    FaultyDisk disk(live.path());
    auto log = RocksDbLog::open(live.path(), RocksDbLog::Durability::synced, setup).value();
    for (std::size_t from = 0; from < events;) {
      const auto size = std::min<std::size_t>(1 + from % 23, events - from);
      REQUIRE(log->append({from}, rides.subspan(from, size)));
      if (from < checkpoint_at && from + size >= checkpoint_at) {
        REQUIRE(advance_checkpoint(*log, checkpoint_file(live.path()), [] { return true; }));
      }
      from += size;
    }
    wait_for_mark(live.path(), {events});
    if (closes) log.reset();
    Chance chance(1);
    disk.lose_power(disk.steps(), FaultyDisk::Survives::everything, chance, left.path());
  }
  return {std::move(name), contents_of(left.path()), rides, written_state(folded(rides))};
}

const std::vector<Site>& sites() {
  static const std::vector<Site> all = [] {
    std::vector<Site> made;
    made.push_back(make_site("killed early", small, 700, 0, false));
    made.push_back(make_site("killed", restless, 1'200, 600, false));
    made.push_back(make_site("closed", restless, 1'200, 900, true));
    made.push_back(make_site("closed, without a checkpoint", small, 900, 0, true));
    return made;
  }();
  return all;
}

/// What a file is to a log.
std::string kind_of(const std::string& name) {
  const auto file = fs::path(name).filename().string();
  if (name == "log.mark" || name == "checkpoint" || file == "CURRENT") return file;
  if (file.ends_with(".log")) return "WAL";
  if (file.ends_with(".sst")) return "SST";
  for (const auto* kind : {"MANIFEST", "OPTIONS"}) {
    if (file.starts_with(kind)) return kind;
  }
  return "others";
}

/// Does something to a file; says what.
std::string damage(const fs::path& file, Chance& chance) {
  const auto before = read_file(file);
  auto bytes = before;
  if (bytes.empty() || chance.in(0.1)) {
    fs::remove(file);
    return "gone";
  }
  const auto at = chance.below(bytes.size());
  const auto length = std::min(bytes.size() - at, std::size_t{1} << chance.below(14));
  const auto place = std::to_string(at) + " of " + std::to_string(bytes.size());
  std::string what;
  switch (chance.below(4)) {
    case 0:
    case 1:
      bytes[at] = static_cast<char>(bytes[at] ^ (1 << chance.below(8)));
      what = "a bit flipped at " + place;
      break;
    case 2:
      bytes.resize(at);
      what = "cut off at " + place;
      break;
    case 3: {
      const bool zeroes = chance.in(0.5);
      for (std::size_t i = at; i < at + length; ++i) {
        bytes[i] = zeroes ? '\0' : static_cast<char>(chance.below(256));
      }
      what = std::to_string(length) + (zeroes ? " bytes zero at " : " other bytes at ") + place;
    }
  }
  if (bytes == before) return damage(file, chance);  // zeroes where there were zeroes
  write_file(file, bytes);
  return what;
}

enum class Fate { refused, found_by_verify, harmless };

struct Told final : Observer {
  void command(std::string_view) override {}
  void refused(RefusalCode, std::optional<Side>) override {}
  void drivers_connected(std::size_t, std::size_t) override {}
  void appended(std::span<const Envelope>) override {}
  void log_failed(const LogError&) override {}
  void log_recovered(Position) override {}
};

/// Whether a message says what an operator should do now.
bool names_what_to_do(const std::string& message) {
  return message.find("hansom-replay") != std::string::npos &&
         message.find('\n') == std::string::npos;
}

/// In what an open log differs from what was acknowledged, noticed or not; empty: in nothing.
std::string difference(const RocksDbLog& log, const Site& site) {
  std::size_t seen = 0;
  const auto read = log.read({1}, [&](const Envelope& envelope) {
    return seen < site.events.size() && envelope == site.events[seen] && ++seen > 0;
  });
  if (!read) return "read: " + read.error().message;
  if (seen != site.events.size()) return "read: event " + std::to_string(seen + 1) + " is another";
  std::unordered_map<StreamId, Envelopes> streams;
  for (const auto& event : site.events) streams[event.stream].push_back(event);
  for (const auto& [stream, events] : streams) {
    Envelopes found;
    const auto of_stream = log.read_stream(stream, [&](const Envelope& envelope) {
      found.push_back(envelope);
      return true;
    });
    if (!of_stream) return to_string(stream) + ": " + of_stream.error().message;
    if (found != events) return to_string(stream) + " is another";
  }
  std::map<AccountId, Envelopes> mentioned;
  for (const auto& event : site.events) {
    if (event.stream.kind != StreamKind::account) continue;
    mentioned.emplace(AccountId{event.stream.id}, Envelopes{});
    if (mentioned.size() > 5) break;
  }
  for (auto& [account, events] : mentioned) {
    for (const auto& event : site.events) {
      if (mentions(event, Subject(account))) events.insert(events.begin(), event);
    }
    Envelopes found;
    const auto read_back = log.read_mentions(account, beyond_all, [&](const Envelope& envelope) {
      found.push_back(envelope);
      return true;
    });
    if (!read_back) return "mentions: " + read_back.error().message;
    if (found != events) return "mentions are others";
  }
  return {};
}

/// Starts a server's engine on a folder, and asks it for all that there was.
Fate fate_of(const fs::path& folder, const Site& site) {
  std::string missing;
  {
    const auto opened = RocksDbLog::open(folder, RocksDbLog::Durability::synced, small);
    if (!opened) {
      INFO(opened.error().message);
      REQUIRE(names_what_to_do(opened.error().message));
      return Fate::refused;
    }
    const auto& log = *opened;
    Rules rules;
    net::WireRenderer renderer;
    Told told;
    Gathering said;
    Loop loop(
        *log, rules, renderer, told, said, [] { return uuid(1); },
        // As the server does: one that can't be read is said to be so, and passed over.
        [&] { return load_checkpoint(checkpoint_file(folder)).value_or(std::nullopt); });
    if (const auto started = loop.start(noon); !started) {
      INFO(started.error().message);
      REQUIRE(names_what_to_do(started.error().message));
      return Fate::refused;
    }
    REQUIRE(written_state(loop.projections()) == site.state);
    missing = difference(*log, site);
  }
  if (missing.empty()) return Fate::harmless;
  INFO(missing);
  std::ostringstream out;
  replay::Console console(out, out, false, false);
  const auto verified = replay::verify(folder, console);
  REQUIRE_FALSE(verified);
  return Fate::found_by_verify;
}

}  // namespace

TEST_CASE("no damage to any file of a log goes unnoticed", "[damage]") {
  const auto wanted = rounds<std::size_t>(250, 10'000);
  const auto seed = ordeal_seed();
  INFO("HANSOM_SEED=" << seed);
  Chance chance(seed);
  std::map<std::string, std::map<Fate, std::size_t>> fates;
  std::map<Fate, std::size_t> total;
  for (std::size_t i = 0; i < wanted; ++i) {
    const auto& site = chance.pick(sites());
    std::map<std::string, std::vector<std::string>> kinds;
    for (const auto& [name, bytes] : site.files) kinds[kind_of(name)].push_back(name);
    auto kind = std::next(kinds.begin(), static_cast<std::ptrdiff_t>(chance.below(kinds.size())));
    // Where the records are there is most to find.
    for (const auto* most : {"WAL", "SST", "MANIFEST"}) {
      if (chance.in(0.2) && kinds.contains(most)) kind = kinds.find(most);
    }
    const auto& name = chance.pick(kind->second);
    const TempFolder folder;
    put(site.files, folder.path());
    const auto what = damage(folder / name, chance);
    INFO("damage " << i + 1 << ", of the site \"" << site.name << "\": " << name << ", " << what);
    const auto fate = fate_of(folder.path(), site);
    ++fates[kind->first][fate];
    ++total[fate];
  }
  for (const auto* kind :
       {"WAL", "SST", "MANIFEST", "CURRENT", "OPTIONS", "checkpoint", "log.mark"}) {
    INFO(kind);
    CHECK(fates.contains(kind));
  }
  CHECK(total[Fate::refused] > 0);
  CHECK(total[Fate::found_by_verify] > 0);
  std::ostringstream line;
  line << "damage: " << wanted << " times";
  for (auto& [kind, of_kind] : fates) {
    line << ", " << kind << " "
         << of_kind[Fate::refused] + of_kind[Fate::found_by_verify] + of_kind[Fate::harmless];
  }
  line << "; " << total[Fate::refused] << " starts refused, " << total[Fate::found_by_verify]
       << " found by verify, " << total[Fate::harmless] << " with nothing missing, 0 silent losses";
  counted(line.str());
}

}  // namespace hansom
