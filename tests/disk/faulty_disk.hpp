#pragma once

#include "bench/chance.hpp"
#include "tests/support/files.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <sys/stat.h>
#include <sys/types.h>
#include <utility>
#include <vector>

namespace hansom {

using bench::Chance;

/// A disk that forgets and fails. It stands between the C library and all who write below one
/// folder, RocksDB and we ourselves (log.mark, checkpoint): see interposed_calls.cpp. What they do
/// is noted step by step, so that afterwards the power can be cut at any of them.
///
/// What counts as durable: the bytes of a file once that was synced, and names in a folder once the
/// folder was. A sync that failed loses what it was for: later ones don't bring it to the disk,
/// though it can be read until then (as Linux does it).
///
/// There is one at a time. May be called from any thread.
class FaultyDisk {
 public:
  /// From now on. What is in the folder already is durable.
  explicit FaultyDisk(fs::path folder);
  ~FaultyDisk();
  FaultyDisk(const FaultyDisk&) = delete;
  FaultyDisk& operator=(const FaultyDisk&) = delete;

  static FaultyDisk* current();

  // What goes wrong.

  enum class Call { write, sync, create, rename };
  enum class Fault {
    io_error,         ///< EIO
    full,             ///< ENOSPC
    short_write,      ///< a part is written, and nothing is wrong
    short_then_full,  ///< a part is written, then ENOSPC
  };
  /// Lets so many calls of a kind fail, from the n-th on, counted from 1.
  struct Plan {
    Call call;
    std::size_t nth;
    Fault fault;
    std::size_t times = 1;
  };
  void plan(const Plan& plan);
  /// Nothing fails any more.
  void heal();
  /// How many calls of a kind there were.
  std::size_t calls(Call call) const;
  /// How many of them failed.
  std::size_t failures() const;

  // What is lost.

  /// How much was done so far. What is done by whom may change with each run, as there are threads.
  std::size_t steps() const;

  /// What of that which was never synced survives a power cut.
  enum class Survives { nothing, something, everything };
  /// Puts what is left after the power was cut, when so many steps were done, into a folder that
  /// is empty. Of each file a first part of what was written after its last sync is there, torn
  /// where it ends; of each folder, a first part of what was made, renamed and removed in it.
  void lose_power(std::size_t steps, Survives survives, Chance& chance, const fs::path& into) const;

  // The calls.

  int open(const char* path, int flags, mode_t mode);
  ssize_t write(int fd, const void* bytes, std::size_t size);
  ssize_t pwrite(int fd, const void* bytes, std::size_t size, off_t at);
  int sync(int fd, bool data_only);
  int truncate(int fd, off_t size);
  int rename(const char* from, const char* to);
  int unlink(const char* path);
  int link(const char* from, const char* to);
  int mkdir(const char* path, mode_t mode);

 private:
  using FileId = std::size_t;
  /// A name in a folder, and the file or folder (`nullopt`: none) that has it from now on.
  using Naming = std::pair<std::string, std::optional<FileId>>;
  struct Bytes {
    std::size_t at = 0;
    std::string bytes;
    bool truncates = false;  // to `at`
  };
  struct Step {
    enum class Kind { named, changed, synced, sync_failed } kind;
    FileId file;  // of names: the folder
    std::vector<Naming> names;
    Bytes bytes;
  };
  struct Replayed;

  FileId add_file(ino_t inode);
  void take_in(FileId folder, const fs::path& path);
  std::optional<FileId> file_at(const fs::path& path) const;
  std::optional<FileId> file_of(int fd) const;
  std::optional<FileId> find(const struct stat& status) const;
  void forget(const fs::path& path);
  std::optional<FileId> folder_for(const fs::path& path) const;
  std::optional<Fault> fault_of(Call call);
  ssize_t write_to(FileId file, int fd, const char* bytes, std::size_t size,
                   std::optional<off_t> at);
  void note_names(FileId folder, std::vector<Naming> names);

  const fs::path folder_;
  dev_t device_{};
  mutable std::mutex mutex_;  // guards all that follows
  std::map<ino_t, FileId> files_;
  FileId next_file_ = 0;
  std::vector<Step> steps_;
  std::size_t durable_steps_ = 0;  // what was there in the beginning
  std::map<Call, std::size_t> calls_;
  std::optional<Plan> plan_;
  std::size_t failures_ = 0;
};

}  // namespace hansom
