#pragma once

// RocksDB is named in this pair of files only. A data folder holds
//
//   log/       the database. Column family `default`: big-endian position of a record's last event
//              -> record (events/record.hpp). Column family `streams`: an index that can always be
//              made anew, stream and record -> nothing; it is written in the background.
//   log.mark   the high-water mark (events/high_water_mark.hpp)

#include "events/event_log.hpp"

#include <filesystem>
#include <memory>

namespace hansom {

/// The embedded log: one writer a folder, each append written ahead and synced.
class RocksDbLog final : public EventLog {
 public:
  enum class Durability {
    synced,    ///< an append returns when it is on the disk
    unsynced,  ///< an append returns when the system has it: for the bench's comparison only
  };

  /// Opens the folder's log for writing, creating it where there is none. Refuses a log that ends
  /// below its high-water mark or has another record there; the message names the position and the
  /// tool to look with. A break further back is found by `read`.
  static std::expected<std::unique_ptr<RocksDbLog>, LogError> open(
      const std::filesystem::path& data_dir, Durability durability = Durability::synced);

  /// Opens a log as it stands now, live or not, without taking its lock and without writing to it.
  /// Whether it reaches its mark is asked with `check_mark`.
  static std::expected<std::unique_ptr<RocksDbLog>, LogError> open_for_reading(
      const std::filesystem::path& data_dir);

  /// Brings mark and index up to date and closes.
  ~RocksDbLog() override;

  LogResult append(Position expected_end, std::span<const Envelope> events) override;
  LogResult read(Position from, const Visit& visit) const override;
  LogResult read_stream(const StreamId& stream, const Visit& visit) const override;
  LogResult read_mentions(const Subject& subject, Position before,
                          const Visit& visit) const override;
  Position end() const override;
  LogResult reopen() override;

  /// Whether the log reaches its high-water mark, as that was before the log was opened, with the
  /// record that the mark names.
  LogResult check_mark() const;

 private:
  class Impl;
  explicit RocksDbLog(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

}  // namespace hansom
