#pragma once

#include "events/event.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace hansom::replay {

/// What is counted, in the order in which it is shown.
enum class Count {
  requested,
  assigned,
  declined,
  timed_out,
  withdrawn,
  rejected,
  cancelled_by_customer,
  cancelled_by_driver,
  cancelled_by_system,
  completed,
};
constexpr std::array<std::string_view, 10> count_names{
    "requested", "assigned",    "declined",  "timed_out", "withdrawn",
    "rejected",  "by_customer", "by_driver", "by_system", "completed"};

/// What is timed, from the request on.
enum class Milestone {
  assigned,  ///< the first driver was asked, or took an open booking
  offered,   ///< the first driver answered
  accepted,  ///< the ride was on
  picked,    ///< the pickup as it was promised; the protocols do not say when it really was
  completed,
};
constexpr std::array<std::string_view, 5> milestone_names{"assigned", "offered", "accepted",
                                                          "picked", "completed"};

/// The p50, p90 and p99 of some times.
struct Percentiles {
  double p50_s = 0;
  double p90_s = 0;
  double p99_s = 0;
};

/// What fell into one hour, one day or to one driver.
class Tally {
 public:
  std::string name;  ///< a driver's, as they were shown last; else empty

  void add(Count what) { ++counts_[static_cast<std::size_t>(what)]; }
  void add(Milestone what, float seconds) {
    times_s_[static_cast<std::size_t>(what)].push_back(seconds);
  }

  std::uint64_t of(Count what) const { return counts_[static_cast<std::size_t>(what)]; }
  std::size_t timed(Milestone what) const {
    return times_s_[static_cast<std::size_t>(what)].size();
  }
  /// The nearest-rank percentiles. REQUIRES: something was timed.
  Percentiles percentiles(Milestone what) const;

 private:
  std::array<std::uint64_t, count_names.size()> counts_{};
  std::array<std::vector<float>, milestone_names.size()> times_s_;
};

/// By what the figures are split.
enum class SplitBy { nothing, hour, day, driver };

/// Counts and times what happened to bookings. An event counts where it happened: in its own hour
/// or day, or with the driver whom it concerns.
class Statistics {
 public:
  explicit Statistics(SplitBy split_by) : split_by_(split_by) {}

  /// Takes the next event, of any stream.
  void take(const Envelope& envelope);

  /// By hour, day (both as ISO 8601) or driver's id; under `all` where they are not split.
  const std::map<std::string, Tally>& tallies() const { return tallies_; }

 private:
  /// A booking in progress.
  struct Course {
    Instant requested;
    std::optional<Instant> scheduled_for{};
    std::optional<AccountId> driver{};
    std::string driver_name{};
    std::array<bool, milestone_names.size()> passed{};
    std::optional<Instant> promised{};
  };
  struct Take;

  Tally& tally_of(const Envelope& envelope, const Course& course);

  const SplitBy split_by_;
  std::unordered_map<BookingId, Course> courses_;
  std::map<std::string, Tally> tallies_;
};

}  // namespace hansom::replay
