#pragma once

#include "events/event_log.hpp"
#include "projections/checkpoint.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <thread>

namespace hansom::net {

/// Brings the checkpoint of a log up to date whenever so many events have come, on a thread of its
/// own that folds them once more: so nobody waits for it, however much state there is. What fails
/// is said on stderr, and tried again after a pause.
class Checkpointer {
 public:
  /// `log` must outlive it. The last checkpoint stands at `reached`. No checkpoints are made where
  /// `every_events` is 0.
  Checkpointer(const EventLog& log, std::filesystem::path data_dir, std::uint64_t every_events,
               Position reached);

 private:
  void work(const std::stop_token& stop);

  const EventLog& log_;
  const std::filesystem::path file_;
  const std::uint64_t every_events_;
  Position reached_;
  std::jthread thread_;
};

/// The newest checkpoint in the folder. One that can't be read is said on stderr and passed over:
/// the log has it all.
std::optional<Checkpoint> usable_checkpoint(const std::filesystem::path& data_dir);

}  // namespace hansom::net
