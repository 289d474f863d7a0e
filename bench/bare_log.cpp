#include "bench/bare_log.hpp"

#include "bench/load_parts.hpp"
#include "bench/ride_load.hpp"
#include "events/event_codec.hpp"
#include "events/memory_log.hpp"
#include "events/rocksdb_database.hpp"
#include "events/rocksdb_index.hpp"

#include <rocksdb/write_batch.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <fcntl.h>
#include <memory>
#include <stdexcept>
#include <system_error>
#include <unistd.h>

namespace hansom::bench {
namespace {

using Clock = Tally::Clock;

/// Made anew, and removed again.
struct TemporaryFolder {
  explicit TemporaryFolder(const std::filesystem::path& path) : path(path) {
    std::filesystem::remove_all(path);
    std::filesystem::create_directories(path);
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
  const std::filesystem::path path;
};

/// The loop's rides, which all stand at the same step.
class BareRides {
 public:
  BareRides(RocksDbDatabase& database, const RideLines& ride, RocksDbLog::Durability durability)
      : database_(database), ride_(ride) {
    options_.sync = durability == RocksDbLog::Durability::synced;
  }

  /// Each ride's next step.
  void step(std::size_t in_flight, std::size_t batch_max) {
    const auto& lines = ride_[step_++ % ride_.size()];
    for (std::size_t done = 0; done < in_flight;) {
      const auto count = std::min(batch_max, in_flight - done);
      write(done, count, lines);
      done += count;
    }
    if (step_ % ride_.size() == 0) first_ride_ += in_flight;
  }

  std::uint64_t events() const { return position_; }

 private:
  void write(std::size_t first, std::size_t count, const std::vector<std::string>& lines) {
    batch_.Clear();
    for (std::size_t i = 0; i < count; ++i) {
      const StreamId stream(BookingId{uuid_of(first_ride_ + first + i)});
      for (const auto& line : lines) {
        const auto position = key_of({++position_});
        batch_.Put(database_.records.get(), position, line);
        batch_.Put(database_.streams.get(), prefix_of(stream) + position, {});
      }
    }
    if (const auto status = database_.db->Write(options_, &batch_); !status.ok()) {
      throw std::runtime_error(status.ToString());
    }
  }

  RocksDbDatabase& database_;
  const RideLines& ride_;
  rocksdb::WriteOptions options_;
  rocksdb::WriteBatch batch_;
  std::size_t step_ = 0;
  std::uint64_t first_ride_ = 0;
  std::uint64_t position_ = 0;
};

}  // namespace

RideLines lines_of_a_ride() {
  MemoryLog log;
  RideLoad load(log, 1, 1, 1);
  RideLines lines;
  while (load.rides_completed() == 0) {
    const auto before = log.end();
    load.step_all();
    auto& of_step = lines.emplace_back();
    expect(log.read({before.value + 1}, [&](const Envelope& envelope) {
      encode(envelope, of_step.emplace_back());
      return true;
    }));
  }
  return lines;
}

double bare_events_per_s(const RideLines& ride, std::size_t in_flight, std::size_t batch_max,
                         RocksDbLog::Durability durability, const std::filesystem::path& folder,
                         Clock::duration warm_up, Clock::duration measured) {
  const TemporaryFolder made(folder);
  auto database = open_database(folder, Access::create);
  if (!database) throw std::runtime_error(database.error().ToString());
  BareRides rides(*database, ride, durability);
  for (const auto until = Clock::now() + warm_up; Clock::now() < until;) {
    rides.step(in_flight, batch_max);
  }
  const auto events = rides.events();
  const auto start = Clock::now();
  auto now = start;
  for (; now < start + measured; now = Clock::now()) rides.step(in_flight, batch_max);
  const double elapsed_s = std::chrono::duration<double>(now - start).count();
  const auto written = static_cast<double>(rides.events() - events);
  return written / elapsed_s;
}

std::uint64_t bare_bytes(const std::filesystem::path& data_dir) {
  const auto database = open_database(data_dir / "log", Access::follow);
  if (!database) throw std::runtime_error(database.error().ToString());
  auto options = iterator_options();
  options.fill_cache = false;
  options.readahead_size = 2u << 20;
  const std::unique_ptr<rocksdb::Iterator> record(
      database->db->NewIterator(options, database->records.get()));
  std::uint64_t bytes = 0;
  for (record->SeekToFirst(); record->Valid(); record->Next()) bytes += record->value().size();
  if (!record->status().ok()) throw std::runtime_error(record->status().ToString());
  return bytes;
}

std::vector<double> fdatasync_us(std::size_t bytes, int times,
                                 const std::filesystem::path& folder) {
  const auto path = folder / "synced";
  const int file = open(path.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
  const std::string content(bytes, 'x');
  std::vector<double> us;
  bool good = file >= 0;
  for (int i = 0; good && i < times; ++i) {
    const auto start = Clock::now();
    good = ::write(file, content.data(), content.size()) == static_cast<ssize_t>(content.size()) &&
           fdatasync(file) == 0;
    us.push_back(std::chrono::duration<double, std::micro>(Clock::now() - start).count());
  }
  const int error = errno;
  if (file >= 0) close(file);
  std::filesystem::remove(path);
  if (!good) throw std::system_error(error, std::generic_category(), path.string());
  return us;
}

}  // namespace hansom::bench
