#include "events/rocksdb_database.hpp"

#include "events/rocksdb_index.hpp"

#include <rocksdb/options.h>
#include <rocksdb/table.h>

#include <chrono>
#include <thread>
#include <vector>

namespace hansom {
namespace {

constexpr int follow_attempts = 5;

/// RocksDB's own diary is of no use to operators, and is not written.
class NoDiary final : public rocksdb::Logger {
 public:
  using rocksdb::Logger::Logv;
  void Logv(const char*, va_list) override {}
};

rocksdb::DBOptions database_options(Access access) {
  rocksdb::DBOptions options;
  // Where there was a log, a new one may not take its place and clear away what is left of it.
  options.create_if_missing = access == Access::create;
  options.create_missing_column_families = access == Access::create;
  options.info_log = std::make_shared<NoDiary>();
  // A cut at the very end of the write-ahead log is an append that nobody was told of. Damage
  // before that is refused by RocksDB, or found by the mark and the chain.
  options.wal_recovery_mode = access == Access::salvage
                                  ? rocksdb::WALRecoveryMode::kSkipAnyCorruptedRecords
                                  : rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  options.paranoid_checks = access != Access::salvage;  // which opens though files are missing
  options.recycle_log_file_num = 0;  // would have old records stand behind new ones
  options.manual_wal_flush = false;
  options.wal_bytes_per_sync = 512u << 10;  // so that the sync of a large batch finds little to do
  options.avoid_flush_during_recovery = true;  // a log that is then refused keeps its evidence
  // Of the process's 20,000, most are for sockets. A follower has to hold on to files, as the
  // writer may remove them.
  options.max_open_files = access == Access::follow ? -1 : 512;
  return options;
}

/// Keys only ever grow: files never overlap, so compaction just moves them down.
rocksdb::ColumnFamilyOptions append_only_options(const RocksDbSetup& setup) {
  rocksdb::ColumnFamilyOptions options;
  options.write_buffer_size = setup.records_buffer_bytes;
  options.max_write_buffer_number = 4;
  options.compression = rocksdb::kLZ4Compression;
  options.level0_file_num_compaction_trigger = 4;
  // A table's index is in memory while the table is open, with an entry a block.
  rocksdb::BlockBasedTableOptions tables;
  tables.block_size = 16u << 10;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(tables));
  return options;
}

}  // namespace

std::expected<RocksDbDatabase, rocksdb::Status> open_database(const std::filesystem::path& folder,
                                                              Access access,
                                                              const RocksDbSetup& setup) {
  const std::vector<rocksdb::ColumnFamilyDescriptor> families = {
      {rocksdb::kDefaultColumnFamilyName, append_only_options(setup)},
      {"streams", RocksDbIndex::options(setup)}};
  const auto options = database_options(access);
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* db = nullptr;
  rocksdb::Status status;
  switch (access) {
    case Access::create:
    case Access::write:
      status = rocksdb::DB::Open(options, folder, families, &handles, &db);
      break;
    case Access::follow:
      // The writer may just be replacing a file that is being read. The second folder would be for
      // the diary.
      for (int attempt = 1; attempt <= follow_attempts; ++attempt) {
        status = rocksdb::DB::OpenAsSecondary(options, folder, folder, families, &handles, &db);
        if (status.ok() || status.IsCorruption()) break;
        std::this_thread::sleep_for(std::chrono::milliseconds(20 * attempt));
      }
      break;
    case Access::inspect:
    case Access::salvage:
      status = rocksdb::DB::OpenForReadOnly(options, folder, families, &handles, &db);
      break;
  }
  if (!status.ok()) return std::unexpected(status);
  RocksDbDatabase database;
  database.db.reset(db);
  database.records.reset(handles[0]);
  database.streams.reset(handles[1]);
  return database;
}

rocksdb::ReadOptions iterator_options() {
  rocksdb::ReadOptions options;
  // There are none. Where RocksDB 7.8 looks for them, and the first block of a file is damaged, an
  // iterator ends there as if that were all.
  options.ignore_range_deletions = true;
  return options;
}

/// RocksDB has no code of its own for it.
bool is_locked(const rocksdb::Status& status) {
  const auto text = status.ToString();
  return text.find("While lock file") != std::string::npos &&
         text.find("temporarily unavailable") != std::string::npos;
}

}  // namespace hansom
