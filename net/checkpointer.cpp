#include "net/checkpointer.hpp"

#include <spdlog/spdlog.h>

#include <chrono>
#include <condition_variable>
#include <mutex>

namespace hansom::net {
namespace {

/// How often it is looked whether enough has come.
constexpr std::chrono::seconds look_interval{1};

}  // namespace

Checkpointer::Checkpointer(const EventLog& log, std::filesystem::path data_dir,
                           std::uint64_t every_events)
    : log_(log), file_(checkpoint_file(data_dir)), every_events_(every_events) {
  if (every_events_ > 0) thread_ = std::jthread([this](const auto& stop) { work(stop); });
}

void Checkpointer::work(const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any wake;
  Position reached;
  if (const auto at_start = load_checkpoint(file_); at_start && *at_start) {
    reached = (*at_start)->at.position;
  }
  while (!stop.stop_requested()) {
    if (log_.mark().position.value >= reached.value + every_events_) {
      const auto advanced = advance_checkpoint(log_, file_, [&] { return !stop.stop_requested(); });
      if (!advanced) spdlog::warn("no checkpoint could be made: {}", advanced.error());
      if (advanced && *advanced) reached = **advanced;
    }
    std::unique_lock lock(mutex);
    wake.wait_for(lock, stop, look_interval, [] { return false; });
  }
}

std::optional<Checkpoint> usable_checkpoint(const std::filesystem::path& data_dir) {
  auto loaded = load_checkpoint(checkpoint_file(data_dir));
  if (loaded) return std::move(*loaded);
  spdlog::warn("{}; the whole log is folded instead", loaded.error());
  return std::nullopt;
}

}  // namespace hansom::net
