#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <vector>

namespace hansom::bench {

/// What there is for each booking in progress: a customer of its own, a share of a driver, and a
/// share of a city, all of whose pickups are within some 20 km.
constexpr std::size_t bookings_per_driver = 4;
constexpr std::size_t bookings_per_city = 1'000;

struct HistorySizes {
  /// Bookings in progress, as many at each step of a ride, which stand before the rides that are
  /// over.
  std::size_t live = 0;
  /// The length of the log; less than `history_events_min` means that.
  std::uint64_t events = 0;
  /// Checkpoints are made so many events before the log's end each.
  std::vector<std::uint64_t> checkpoints_behind{0};
};

/// What accounts and bookings in progress alone come to.
std::uint64_t history_events_min(std::size_t live);

/// The checkpoint that was made so many events before the log's end.
std::filesystem::path checkpoint_behind(const std::filesystem::path& data_dir,
                                        std::uint64_t events);

/// A data folder with the log of a fleet that has had many rides: written as an engine writes it,
/// but in large batches without a sync, and so in a small part of the time. Its ids come from a
/// range of their own (see `uuid_of`).
class History {
 public:
  /// Makes the folder under `parent`, unless it is there and to be kept. Throws
  /// `std::runtime_error` when that fails.
  History(const std::filesystem::path& parent, const HistorySizes& sizes, bool keep);
  /// Removes the folder, unless it is to be kept.
  ~History();

  History(const History&) = delete;
  History& operator=(const History&) = delete;

  const std::filesystem::path& folder() const { return folder_; }
  std::size_t live() const { return live_; }

 private:
  std::filesystem::path folder_;
  std::size_t live_;
  bool keep_;
};

}  // namespace hansom::bench
