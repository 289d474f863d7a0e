#include "tests/disk/faulty_disk.hpp"

#include "tests/disk/interposed_calls.hpp"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <fcntl.h>
#include <set>
#include <sys/stat.h>
#include <unistd.h>

namespace hansom {
namespace {

std::atomic<FaultyDisk*> the_current = nullptr;

constexpr std::size_t root = 0;  // the folder's own id

int failed_with(int error) {
  errno = error;
  return -1;
}

void change(std::string& file, std::size_t at, std::string_view bytes) {
  file.resize(std::max(file.size(), at + bytes.size()));
  std::ranges::copy(bytes, file.begin() + static_cast<std::ptrdiff_t>(at));
}

}  // namespace

FaultyDisk* FaultyDisk::current() { return the_current.load(std::memory_order_acquire); }

FaultyDisk::FaultyDisk(fs::path folder) : folder_(std::move(folder)) {
  struct stat status {};
  if (::stat(folder_.c_str(), &status) != 0) throw std::runtime_error("no " + folder_.string());
  device_ = status.st_dev;
  add_file(status.st_ino);
  take_in(root, folder_);
  durable_steps_ = steps_.size();
  if (the_current.exchange(this) != nullptr) throw std::logic_error("there is another disk");
}

FaultyDisk::~FaultyDisk() { the_current = nullptr; }

void FaultyDisk::plan(const Plan& plan) {
  const std::lock_guard lock(mutex_);
  plan_ = plan;
}

void FaultyDisk::heal() {
  const std::lock_guard lock(mutex_);
  plan_.reset();
}

std::size_t FaultyDisk::calls(Call call) const {
  const std::lock_guard lock(mutex_);
  const auto found = calls_.find(call);
  return found == calls_.end() ? 0 : found->second;
}

std::size_t FaultyDisk::failures() const {
  const std::lock_guard lock(mutex_);
  return failures_;
}

std::size_t FaultyDisk::steps() const {
  const std::lock_guard lock(mutex_);
  return steps_.size() - durable_steps_;
}

FaultyDisk::FileId FaultyDisk::add_file(ino_t inode) { return files_[inode] = next_file_++; }

/// Notes what a folder has, all of it durable.
void FaultyDisk::take_in(FileId folder, const fs::path& path) {
  note_names(folder, {});
  for (const auto& entry : fs::directory_iterator(path)) {
    struct stat status {};
    if (::stat(entry.path().c_str(), &status) != 0) continue;
    const auto file = add_file(status.st_ino);
    note_names(folder, {{entry.path().filename().string(), file}});
    if (entry.is_directory()) {
      take_in(file, entry.path());
    } else {
      steps_.push_back({Step::Kind::changed, file, {}, {0, read_file(entry.path())}});
      steps_.push_back({Step::Kind::synced, file, {}, {}});
    }
  }
  steps_.push_back({Step::Kind::synced, folder, {}, {}});
}

std::optional<FaultyDisk::FileId> FaultyDisk::file_at(const fs::path& path) const {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0 ? find(status) : std::nullopt;
}

std::optional<FaultyDisk::FileId> FaultyDisk::file_of(int fd) const {
  struct stat status {};
  return ::fstat(fd, &status) == 0 ? find(status) : std::nullopt;
}

std::optional<FaultyDisk::FileId> FaultyDisk::find(const struct stat& status) const {
  const auto found = files_.find(status.st_ino);
  const bool is_ours = status.st_dev == device_ && found != files_.end();
  return is_ours ? std::optional(found->second) : std::nullopt;
}

/// The system may give its number to another file.
void FaultyDisk::forget(const fs::path& path) {
  struct stat status {};
  const bool is_last = ::lstat(path.c_str(), &status) == 0 && status.st_nlink == 1;
  if (is_last && find(status)) files_.erase(status.st_ino);
}

/// The folder of a path, where that is below ours.
std::optional<FaultyDisk::FileId> FaultyDisk::folder_for(const fs::path& path) const {
  if (!path.native().starts_with(folder_.native() + "/")) return std::nullopt;
  return file_at(path.parent_path());
}

/// Counts a call; whether and how it fails.
std::optional<FaultyDisk::Fault> FaultyDisk::fault_of(Call call) {
  const auto number = ++calls_[call];
  if (!plan_ || plan_->call != call || number < plan_->nth || number >= plan_->nth + plan_->times) {
    return std::nullopt;
  }
  ++failures_;
  return plan_->fault;
}

void FaultyDisk::note_names(FileId folder, std::vector<Naming> names) {
  steps_.push_back({Step::Kind::named, folder, std::move(names), {}});
}

int FaultyDisk::open(const char* path, int flags, mode_t mode) {
  const std::lock_guard lock(mutex_);
  const bool writes = (flags & O_ACCMODE) != O_RDONLY;
  const auto folder = writes ? folder_for(path) : std::nullopt;
  if (!folder) return real::open(path, flags, mode);
  const auto before = file_at(path);
  if (!before) {
    if (const auto fault = fault_of(Call::create)) {
      return failed_with(fault == Fault::io_error ? EIO : ENOSPC);
    }
  }
  const int fd = real::open(path, flags, mode);
  struct stat status {};
  if (fd < 0 || ::fstat(fd, &status) != 0) return fd;
  if (!before) {
    note_names(*folder, {{fs::path(path).filename().string(), add_file(status.st_ino)}});
  } else if (flags & O_TRUNC) {
    steps_.push_back({Step::Kind::changed, *before, {}, {0, {}, true}});
  }
  return fd;
}

ssize_t FaultyDisk::write(int fd, const void* bytes, std::size_t size) {
  const std::lock_guard lock(mutex_);
  const auto file = file_of(fd);
  if (!file) return real::write(fd, bytes, size);
  return write_to(*file, fd, static_cast<const char*>(bytes), size, std::nullopt);
}

ssize_t FaultyDisk::pwrite(int fd, const void* bytes, std::size_t size, off_t at) {
  const std::lock_guard lock(mutex_);
  const auto file = file_of(fd);
  if (!file) return real::pwrite(fd, bytes, size, at);
  return write_to(*file, fd, static_cast<const char*>(bytes), size, at);
}

ssize_t FaultyDisk::write_to(FileId file, int fd, const char* bytes, std::size_t size,
                             std::optional<off_t> at) {
  if (const auto fault = fault_of(Call::write)) {
    if (fault == Fault::io_error) return failed_with(EIO);
    if (fault == Fault::full || size < 2) return failed_with(ENOSPC);
    size /= 2;
    if (fault == Fault::short_then_full && plan_->times == 1) ++plan_->times;
    if (fault == Fault::short_then_full) plan_->fault = Fault::full;
  }
  const auto written = at ? real::pwrite(fd, bytes, size, *at) : real::write(fd, bytes, size);
  if (written <= 0) return written;
  const auto length = static_cast<std::size_t>(written);
  const auto end = at ? *at + written : ::lseek(fd, 0, SEEK_CUR);
  steps_.push_back({Step::Kind::changed,
                    file,
                    {},
                    {static_cast<std::size_t>(end) - length, std::string(bytes, length)}});
  return written;
}

int FaultyDisk::sync(int fd, bool data_only) {
  const std::lock_guard lock(mutex_);
  const auto real = data_only ? real::fdatasync : real::fsync;
  const auto file = file_of(fd);
  if (!file) return real(fd);
  if (const auto fault = fault_of(Call::sync)) {
    steps_.push_back({Step::Kind::sync_failed, *file, {}, {}});
    return failed_with(fault == Fault::io_error ? EIO : ENOSPC);
  }
  const int result = real(fd);
  if (result == 0) steps_.push_back({Step::Kind::synced, *file, {}, {}});
  return result;
}

int FaultyDisk::truncate(int fd, off_t size) {
  const std::lock_guard lock(mutex_);
  const auto file = file_of(fd);
  const int result = real::ftruncate(fd, size);
  if (file && result == 0) {
    steps_.push_back({Step::Kind::changed, *file, {}, {static_cast<std::size_t>(size), {}, true}});
  }
  return result;
}

int FaultyDisk::rename(const char* from, const char* to) {
  const std::lock_guard lock(mutex_);
  const auto folder = folder_for(from);
  const auto file = file_at(from);
  if (!folder || !file) return real::rename(from, to);
  if (folder_for(to) != folder) throw std::logic_error("a rename into another folder");
  if (const auto fault = fault_of(Call::rename)) {
    return failed_with(fault == Fault::io_error ? EIO : ENOSPC);
  }
  forget(to);
  const int result = real::rename(from, to);
  if (result == 0) {
    note_names(*folder, {{fs::path(from).filename().string(), std::nullopt},
                         {fs::path(to).filename().string(), file}});
  }
  return result;
}

int FaultyDisk::unlink(const char* path) {
  const std::lock_guard lock(mutex_);
  const auto folder = folder_for(path);
  if (folder) forget(path);
  const int result = real::unlink(path);
  if (folder && result == 0) {
    note_names(*folder, {{fs::path(path).filename().string(), std::nullopt}});
  }
  return result;
}

int FaultyDisk::link(const char* from, const char* to) {
  const std::lock_guard lock(mutex_);
  const auto folder = folder_for(to);
  const auto file = file_at(from);
  const int result = real::link(from, to);
  if (folder && result == 0) note_names(*folder, {{fs::path(to).filename().string(), file}});
  return result;
}

int FaultyDisk::mkdir(const char* path, mode_t mode) {
  const std::lock_guard lock(mutex_);
  const auto folder = folder_for(path);
  const int result = real::mkdir(path, mode);
  struct stat status {};
  if (folder && result == 0 && ::stat(path, &status) == 0) {
    const auto file = add_file(status.st_ino);
    note_names(file, {});  // from now on it is a folder, whatever becomes of its name
    note_names(*folder, {{fs::path(path).filename().string(), file}});
  }
  return result;
}

/// What is on the disk, and what is on its way there.
struct FaultyDisk::Replayed {
  struct File {
    std::string durable;
    std::vector<Bytes> pending;
    std::vector<Bytes> forsaken;  // whose sync failed

    static void apply(std::string& to, const Bytes& change, std::size_t length) {
      if (change.truncates) {
        to.resize(change.at);
      } else {
        hansom::change(to, change.at, std::string_view(change.bytes).substr(0, length));
      }
    }
  };
  struct Folder {
    std::map<std::string, FileId> durable;
    std::vector<std::vector<Naming>> pending;

    static void apply(std::map<std::string, FileId>& to, const std::vector<Naming>& names) {
      for (const auto& [name, file] : names) {
        if (file) {
          to[name] = *file;
        } else {
          to.erase(name);
        }
      }
    }
  };
  std::map<FileId, File> files;
  std::map<FileId, Folder> folders{{root, {}}};

  void take(const Step& step) {
    switch (step.kind) {
      case Step::Kind::named:
        folders[step.file].pending.push_back(step.names);
        break;
      case Step::Kind::changed:
        files[step.file].pending.push_back(step.bytes);
        break;
      case Step::Kind::synced:
        if (const auto folder = folders.find(step.file); folder != folders.end()) {
          for (const auto& names : folder->second.pending) {
            Folder::apply(folder->second.durable, names);
          }
          folder->second.pending.clear();
        } else {
          auto& file = files[step.file];
          for (const auto& each : file.pending) File::apply(file.durable, each, each.bytes.size());
          file.pending.clear();
        }
        break;
      case Step::Kind::sync_failed:
        if (folders.contains(step.file)) break;
        auto& file = files[step.file];
        std::ranges::move(file.pending, std::back_inserter(file.forsaken));
        file.pending.clear();
        break;
    }
  }
};

void FaultyDisk::lose_power(std::size_t steps, Survives survives, Chance& chance,
                            const fs::path& into) const {
  Replayed replayed;
  {
    const std::lock_guard lock(mutex_);
    for (std::size_t i = 0; i < durable_steps_ + steps; ++i) replayed.take(steps_.at(i));
  }
  const auto surviving = [&](std::size_t most) {
    if (survives == Survives::something) return chance.below(most + 1);
    return survives == Survives::nothing ? 0 : most;
  };
  const auto content_of = [&](const Replayed::File& file) {
    auto content = file.durable;
    auto pending = file.forsaken;
    pending.insert(pending.end(), file.pending.begin(), file.pending.end());
    const auto whole = surviving(pending.size());
    for (std::size_t i = 0; i < whole; ++i) {
      Replayed::File::apply(content, pending[i], pending[i].bytes.size());
    }
    if (whole < pending.size() && !pending[whole].truncates) {
      Replayed::File::apply(content, pending[whole], surviving(pending[whole].bytes.size()));
    }
    return content;
  };
  const auto put = [&](const auto& self, FileId id, const fs::path& path) -> void {
    const auto& folder = replayed.folders[id];
    auto names = folder.durable;
    const auto whole = surviving(folder.pending.size());
    for (std::size_t i = 0; i < whole; ++i) Replayed::Folder::apply(names, folder.pending[i]);
    for (const auto& [name, file] : names) {
      if (replayed.folders.contains(file)) {
        fs::create_directory(path / name);
        self(self, file, path / name);
      } else {
        write_file(path / name, content_of(replayed.files[file]));
      }
    }
  };
  put(put, root, into);
}

}  // namespace hansom
