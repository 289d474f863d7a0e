#pragma once

#include "events/rocksdb_setup.hpp"

#include <rocksdb/db.h>

#include <expected>
#include <filesystem>
#include <memory>

namespace hansom {

/// How the database of a log is opened.
enum class Access {
  create,   ///< for writing, and made where there is none
  write,    ///< for writing what is there
  follow,   ///< for reading, while another process writes it or none does: takes no lock, writes
            ///< nothing, and can catch up
  inspect,  ///< for reading what nobody writes, all of which must be there
  salvage,  ///< for reading all that can be read of a damaged one that nobody writes
};

/// The open database of a log (see rocksdb_log.hpp for what is in it).
struct RocksDbDatabase {
  std::unique_ptr<rocksdb::DB> db;
  std::unique_ptr<rocksdb::ColumnFamilyHandle> records;
  std::unique_ptr<rocksdb::ColumnFamilyHandle> streams;
};

std::expected<RocksDbDatabase, rocksdb::Status> open_database(const std::filesystem::path& folder,
                                                              Access access,
                                                              const RocksDbSetup& setup = {});

/// How a log is read with an iterator.
rocksdb::ReadOptions iterator_options();

/// Whether a writer can't be had because someone else is one.
bool is_locked(const rocksdb::Status& status);

}  // namespace hansom
