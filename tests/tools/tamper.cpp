// Damages a log behind its back, for tests: what somebody with the right tools, or a faulty disk,
// could do to its records.
//
//   hansom_tamper DATA_DIR flip N      changes a byte of the record that holds position N
//   hansom_tamper DATA_DIR remove N    removes that record
//   hansom_tamper DATA_DIR swap N M    exchanges the contents of the records that hold N and M
//   hansom_tamper DATA_DIR cut N       removes that record and all behind it
//   hansom_tamper DATA_DIR forge N     changes a byte of an event, and makes all hashes right again
//
// Prints the first position of each record that it touched.

#include "events/record.hpp"
#include "events/rocksdb_database.hpp"
#include "events/rocksdb_index.hpp"

#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

namespace {

using namespace hansom;

struct Record {
  std::string key;
  std::string bytes;
  Position first;
};

[[noreturn]] void give_up(const std::string& why) {
  std::cerr << "hansom_tamper: " << why << std::endl;
  std::exit(1);
}

void check(const rocksdb::Status& status) {
  if (!status.ok()) give_up(status.ToString());
}

class Log {
 public:
  explicit Log(const std::string& data_dir) {
    auto opened = open_database(data_dir + "/log", Access::write);
    if (!opened) give_up(opened.error().ToString());
    database_ = std::move(*opened);
  }

  Record holding(const std::string& position) {
    const std::unique_ptr<rocksdb::Iterator> entry(iterator());
    entry->Seek(key_of({std::stoull(position)}));
    if (!entry->Valid()) give_up("there is no position " + position);
    Record record{entry->key().ToString(), entry->value().ToString(), {1}};
    entry->Prev();
    if (entry->Valid()) record.first = {position_at_end(entry->key()).value + 1};
    return record;
  }

  std::vector<Record> from(const std::string& position) {
    std::vector<Record> records{holding(position)};
    const std::unique_ptr<rocksdb::Iterator> entry(iterator());
    for (entry->Seek(records.front().key), entry->Next(); entry->Valid(); entry->Next()) {
      records.push_back({entry->key().ToString(), entry->value().ToString(), {}});
    }
    return records;
  }

  void put(const std::string& key, const std::string& bytes) {
    check(database_.db->Put({}, database_.records.get(), key, bytes));
  }
  void remove(const std::string& key) {
    check(database_.db->Delete({}, database_.records.get(), key));
  }
  Digest hash_before(const Record& record) {
    const std::unique_ptr<rocksdb::Iterator> entry(iterator());
    entry->SeekForPrev(record.key);
    entry->Prev();
    return entry->Valid() ? *hash_of_record(entry->value().ToString()) : Digest{};
  }
  void flush() { check(database_.db->Flush({}, database_.records.get())); }

 private:
  rocksdb::Iterator* iterator() {
    return database_.db->NewIterator(iterator_options(), database_.records.get());
  }

  RocksDbDatabase database_;
};

/// Another digit for the last one in the record's last event, so that it can still be read.
void change_a_digit(std::string& bytes) {
  auto& digit = bytes.at(bytes.find_last_of("0123456789"));
  digit = digit == '1' ? '2' : '1';
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (words.size() < 3) give_up("DATA_DIR flip|remove|swap|cut|forge N [M]");
  Log log(words[0]);
  auto record = log.holding(words[2]);
  std::cout << record.first.value << '\n';
  if (words[1] == "flip") {
    change_a_digit(record.bytes);
    log.put(record.key, record.bytes);
  } else if (words[1] == "remove") {
    log.remove(record.key);
  } else if (words[1] == "swap" && words.size() == 4) {
    const auto other = log.holding(words[3]);
    std::cout << other.first.value << '\n';
    log.put(record.key, other.bytes);
    log.put(other.key, record.bytes);
  } else if (words[1] == "cut") {
    for (const auto& each : log.from(words[2])) log.remove(each.key);
  } else if (words[1] == "forge") {
    auto chain = log.hash_before(record);
    auto records = log.from(words[2]);
    change_a_digit(records.front().bytes);
    for (const auto& each : records) {
      log.put(each.key, record_of(lines_of(each.bytes), chain));
    }
  } else {
    give_up("there is no '" + words[1] + "'");
  }
  log.flush();
}
