#pragma once

#include "events/rocksdb_log.hpp"
#include "projections/projections.hpp"
#include "replay/command.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <string_view>

namespace hansom::replay {

/// A log that is made of another one's records, in a folder that is empty or not there yet. Until
/// `finish` it stands in a folder of its own in there: what is interrupted or fails leaves nothing.
/// Its checkpoint is folded on the way.
class NewLog {
 public:
  /// Refuses a folder that has a log, or anything else.
  static std::expected<NewLog, Failure> begin(const std::filesystem::path& data_dir);

  NewLog(NewLog&&) noexcept;
  NewLog& operator=(NewLog&&) = delete;
  ~NewLog();

  /// Adds the next record, which must follow on the one before.
  Outcome add(std::string_view record);
  Position end() const { return log_->end(); }

  /// Puts a file beside the log.
  Outcome put_file(const std::string& name, const std::string& text);

  /// Makes all of it durable and puts it in its place.
  Outcome finish();

 private:
  NewLog(std::filesystem::path place, bool made_place);

  std::filesystem::path place_;
  bool made_place_;
  std::filesystem::path workplace_;  // empty once it is finished
  std::unique_ptr<RocksDbLog> log_;
  Projections state_;
};

/// Copies a log's records, with the noted address of the server, into a folder that has none. Each
/// record is checked on the way. The result is the last position.
std::expected<Position, Failure> copy_log(const std::filesystem::path& from,
                                          const std::filesystem::path& to, Console& console,
                                          const std::string& what);

}  // namespace hansom::replay
