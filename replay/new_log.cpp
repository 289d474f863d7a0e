#include "replay/new_log.hpp"

#include "events/files.hpp"
#include "net/dialects/public_url.hpp"
#include "projections/checkpoint.hpp"
#include "replay/reading.hpp"

#include <algorithm>
#include <unistd.h>
#include <vector>

namespace hansom::replay {
namespace fs = std::filesystem;

NewLog::NewLog(fs::path place, bool made_place)
    : place_(std::move(place)),
      made_place_(made_place),
      workplace_(place_ / ("new-" + std::to_string(::getpid()))) {}

NewLog::NewLog(NewLog&& other) noexcept
    : place_(std::move(other.place_)),
      made_place_(other.made_place_),
      workplace_(std::exchange(other.workplace_, {})),
      log_(std::move(other.log_)),
      state_(std::move(other.state_)) {}

NewLog::~NewLog() {
  if (workplace_.empty()) return;
  log_.reset();
  std::error_code ignored;
  fs::remove_all(workplace_, ignored);
  if (made_place_) fs::remove(place_, ignored);
}

std::expected<NewLog, Failure> NewLog::begin(const fs::path& data_dir) {
  std::error_code error;
  auto place = fs::weakly_canonical(fs::absolute(data_dir, error), error);
  if (!place.has_filename()) place = place.parent_path();  // there was a slash at its end
  if (error) return fail("can't find " + data_dir.string() + ": " + error.message());
  const bool made_place = fs::create_directories(place, error);
  if (error) return fail("can't create " + place.string() + ": " + error.message());
  for (const auto& entry : fs::directory_iterator(place, error)) {
    // The root of a file system may have this one.
    if (entry.path().filename() != "lost+found") return fail(data_dir.string() + " is not empty");
  }
  if (error) return fail("can't look into " + place.string() + ": " + error.message());
  NewLog fresh(place, made_place);
  auto log = RocksDbLog::open(fresh.workplace_, RocksDbLog::Durability::unsynced);
  if (!log) return fail(log.error());
  fresh.log_ = std::move(*log);
  return fresh;
}

Outcome NewLog::add(std::string_view record) {
  const auto fold = [&](const Envelope& envelope) {
    state_.fold(envelope);
    return true;
  };
  if (const auto added = log_->append_record(record, fold); !added) {
    return fail("position " + std::to_string(log_->end().value + 1) +
                " can't be taken over: " + added.error().message);
  }
  return {};
}

Outcome NewLog::put_file(const std::string& name, const std::string& text) {
  const auto written = replace_file(workplace_ / name, text, 0644);
  if (!written) return fail(written.error());
  return {};
}

Outcome NewLog::finish() {
  const auto checkpoint = checkpoint_file(workplace_);
  if (const auto stored = store_checkpoint(checkpoint, log_->mark(), state_); !stored) {
    return fail(stored.error());
  }
  log_.reset();
  // Opened once more, it is made durable.
  if (const auto opened = RocksDbLog::open(workplace_); !opened) return fail(opened.error());
  // The log itself comes last: what stands beside it, alone, is refused by a server.
  std::error_code error;
  std::vector<fs::path> names;
  for (const auto& entry : fs::directory_iterator(workplace_, error)) {
    names.push_back(entry.path().filename());
  }
  std::ranges::partition(names, [](const fs::path& name) { return name != "log"; });
  for (const auto& name : names) {
    if (!error) fs::rename(workplace_ / name, place_ / name, error);
  }
  if (error) return fail("can't fill " + place_.string() + ": " + error.message());
  fs::remove(std::exchange(workplace_, {}), error);
  if (const auto synced = sync_names_of(place_); !synced) return fail(synced.error());
  return {};
}

namespace {

/// Takes over the address that a server noted.
Outcome take_public_url(const fs::path& from, NewLog& copy) {
  const auto file = net::public_url_file(from);
  const auto url = load_file(file);
  return url && *url ? copy.put_file(file.filename(), **url) : Outcome{};
}

}  // namespace

std::expected<Position, Failure> copy_log(const fs::path& from, const fs::path& to,
                                          Console& console, const std::string& what) {
  const auto source = RocksDbLog::open_for_reading(from);
  if (!source) return fail(source.error());
  if (const auto whole = (*source)->check_mark(); !whole) return fail(whole.error());
  auto copy = NewLog::begin(to);
  if (!copy) return std::unexpected(copy.error());
  Progress progress(console, what, (*source)->end().value);
  Outcome added;
  bool stop = false;
  const auto read =
      (*source)->read_records(Position{1}, [&](Position last, std::string_view record) {
        progress.reached(last.value);
        stop = interrupted();
        if (!stop) added = copy->add(record);
        return added && !stop;
      });
  if (!read) return fail(read.error());
  if (!added) return std::unexpected(added.error());
  if (stop) return was_interrupted();

  if (const auto taken = take_public_url(from, *copy); !taken)
    return std::unexpected(taken.error());
  const auto end = copy->end();
  if (const auto finished = copy->finish(); !finished) return std::unexpected(finished.error());
  return end;
}

}  // namespace hansom::replay
