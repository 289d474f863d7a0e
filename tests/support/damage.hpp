#pragma once

// Damage to a log's files, and to its records behind its back.

#include "events/rocksdb_index.hpp"
#include "tests/support/logs.hpp"

#include <catch2/catch.hpp>
#include <rocksdb/db.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace hansom {

inline std::vector<fs::path> files_of(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder)) files.push_back(entry.path());
  return files;
}

/// The only file of the write-ahead log that has anything in it.
inline fs::path write_ahead_file(const fs::path& folder) {
  fs::path found;
  for (const auto& file : files_of(folder / "log")) {
    if (file.extension() != ".log" || fs::file_size(file) == 0) continue;
    REQUIRE(found.empty());
    found = file;
  }
  REQUIRE_FALSE(found.empty());
  return found;
}

/// Opens the database below the log's back, for a change of it or of its index. The changes are in
/// its tables when this returns, and RocksDB's own checksums are right.
inline void change_database(
    const fs::path& folder,
    const std::function<void(rocksdb::DB&, rocksdb::ColumnFamilyHandle* index)>& change) {
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* opened = nullptr;
  REQUIRE(rocksdb::DB::Open({}, folder / "log",
                            {{rocksdb::kDefaultColumnFamilyName, {}}, {"streams", {}}}, &handles,
                            &opened)
              .ok());
  const std::unique_ptr<rocksdb::DB> db(opened);
  change(*db, handles[1]);
  for (auto* handle : handles) REQUIRE(db->DestroyColumnFamilyHandle(handle).ok());
}

/// Changes a record below the log's back; `last` names it.
inline void tamper(const fs::path& folder, Position last,
                   const std::function<void(rocksdb::DB&, const std::string& key)>& change) {
  change_database(folder,
                  [&](rocksdb::DB& db, rocksdb::ColumnFamilyHandle*) { change(db, key_of(last)); });
}

}  // namespace hansom
