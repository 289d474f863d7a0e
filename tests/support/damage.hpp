#pragma once

// Damage to a log's files, and to its records behind its back.

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

/// Changes a record below the log's back. RocksDB's own checksums are right afterwards.
inline void tamper(const fs::path& folder, Position last,
                   const std::function<void(rocksdb::DB&, const std::string& key)>& change) {
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* opened = nullptr;
  REQUIRE(rocksdb::DB::Open({}, folder / "log",
                            {{rocksdb::kDefaultColumnFamilyName, {}}, {"streams", {}}}, &handles,
                            &opened)
              .ok());
  const std::unique_ptr<rocksdb::DB> db(opened);
  std::string key(8, '\0');
  for (std::size_t i = 0; i < 8; ++i) key[7 - i] = static_cast<char>(last.value >> 8 * i);
  change(*db, key);
  for (auto* handle : handles) REQUIRE(db->DestroyColumnFamilyHandle(handle).ok());
}

}  // namespace hansom
