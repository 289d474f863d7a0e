#include "replay/new_log.hpp"

#include "events/files.hpp"
#include "net/dialects/public_url.hpp"
#include "projections/checkpoint.hpp"
#include "replay/reading.hpp"

#include <unistd.h>

namespace hansom::replay {
namespace fs = std::filesystem;

NewLog::NewLog(fs::path place, fs::path workplace)
    : place_(std::move(place)), workplace_(std::move(workplace)) {}

NewLog::NewLog(NewLog&& other) noexcept
    : place_(std::move(other.place_)),
      workplace_(std::exchange(other.workplace_, {})),
      log_(std::move(other.log_)) {}

NewLog::~NewLog() {
  log_.reset();
  std::error_code ignored;
  if (!workplace_.empty()) fs::remove_all(workplace_, ignored);
}

std::expected<NewLog, Failure> NewLog::begin(const fs::path& data_dir) {
  std::error_code error;
  const auto place = fs::absolute(data_dir).lexically_normal();
  const bool is_free = !fs::exists(place, error) || fs::is_empty(place, error);
  if (error) return fail("can't look into " + data_dir.string() + ": " + error.message());
  if (!is_free) return fail(data_dir.string() + " is not empty");
  auto workplace = place.has_filename() ? place : place.parent_path();
  workplace += ".new-" + std::to_string(::getpid());
  fs::create_directories(workplace, error);
  if (error) return fail("can't create " + workplace.string() + ": " + error.message());
  NewLog fresh(place, workplace);
  auto log = RocksDbLog::open(workplace, RocksDbLog::Durability::unsynced);
  if (!log) return fail(log.error());
  fresh.log_ = std::move(*log);
  return fresh;
}

Outcome NewLog::add(std::string_view record) {
  if (const auto added = log_->append_record(record); !added) {
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
  log_.reset();
  // Opened once more, it is made durable.
  if (const auto opened = RocksDbLog::open(workplace_); !opened) return fail(opened.error());
  std::error_code error;
  fs::remove(place_, error);  // an empty folder, if it is there
  fs::rename(workplace_, place_, error);
  if (error) return fail("can't create " + place_.string() + ": " + error.message());
  workplace_.clear();
  if (const auto synced = sync_folder(place_.parent_path()); !synced) return fail(synced.error());
  return {};
}

namespace {

/// Takes over what stands beside a log. A checkpoint that was made while it was copied is of what
/// the copy does not have, and one that can't be read is of no use.
Outcome take_files(const fs::path& from, NewLog& copy) {
  const auto put = [&](const fs::path& file, const std::string& text) {
    return copy.put_file(file.filename(), text);
  };
  const auto checkpoint = load_file(checkpoint_file(from));
  if (checkpoint && *checkpoint) {
    const auto decoded = decode_checkpoint(**checkpoint);
    if (decoded && decoded->at.position <= copy.end()) {
      if (const auto taken = put(checkpoint_file(from), **checkpoint); !taken) return taken;
    }
  }
  const auto url_file = net::public_url_file(from);
  const auto url = load_file(url_file);
  return url && *url ? put(url_file, **url) : Outcome{};
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

  if (const auto taken = take_files(from, *copy); !taken) return std::unexpected(taken.error());
  const auto end = copy->end();
  if (const auto finished = copy->finish(); !finished) return std::unexpected(finished.error());
  return end;
}

}  // namespace hansom::replay
